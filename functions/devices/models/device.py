"""A device as it is written."""

from __future__ import annotations

import json
from typing import Annotated, Any, Self

from netpulse.http import failures
from netpulse.http.fields import Line, Name, Text
from netpulse.ids import CredentialId, DeviceId, GroupId
from netpulse.networks import parse_address
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from functions.devices.domain.device import Check, Device, DeviceType
from functions.devices.models.probes import (
    HttpPatch,
    HttpProbe,
    IcmpProbe,
    SnmpProbe,
    Strict,
    TcpProbe,
)

MAX_METADATA_BYTES = 16_384
_MAX_TAGS, _MAX_PARENTS, _MAX_GROUPS = 50, 20, 50
_PROBES = ("icmp", "tcp", "http")


def _address(value: Any) -> str:
    address = parse_address(value) if isinstance(value, str) else None
    if address is None:
        raise PydanticCustomError("invalid_ip_address", "An IPv4 or IPv6 address is needed")
    return str(address)


def _device_type(value: Any) -> Any:
    if not isinstance(value, str) or value not in set(DeviceType):
        raise PydanticCustomError(
            "invalid_device_type", "One of {types} is needed", {"types": ", ".join(DeviceType)}
        )
    return value


def _tag(value: str) -> str:
    if not value or "," in value:
        raise PydanticCustomError("invalid_tag", "A tag is a word without commas")
    return value


def _small(value: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(value).encode()) > MAX_METADATA_BYTES:
        raise PydanticCustomError("metadata_too_large", "metadata may have at most 16 KB")
    return value


def _distinct(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


IpAddress = Annotated[str, BeforeValidator(_address)]
Kind = Annotated[DeviceType, BeforeValidator(_device_type)]
Tags = Annotated[
    list[Annotated[Line, Field(max_length=64), AfterValidator(_tag)]],
    Field(max_length=_MAX_TAGS),
    AfterValidator(_distinct),
]
Metadata = Annotated[dict[str, Any], AfterValidator(_small)]
Interval = Annotated[int, Field(ge=10, le=3600)]
Failures = Annotated[int, Field(ge=1, le=10)]
Window = Annotated[int, Field(ge=1, le=20)]
ExternalId = Annotated[Name, Field(description="Its id in another system; unique here.")]


class DeviceIn(Strict):
    """A whole device, as POST and PUT take it."""

    name: Name
    ip_address: IpAddress
    device_type: Kind
    external_id: ExternalId | None = None
    description: Text = ""
    location: Line = ""
    tags: Tags = Field(default=[])
    metadata: Metadata = Field(default={})
    group_ids: list[GroupId] = Field(default=[], max_length=_MAX_GROUPS)
    parent_ids: list[DeviceId] = Field(default=[], max_length=_MAX_PARENTS)
    is_active: bool = True
    availability_check: Check = Check.ICMP
    interval_seconds: Interval = 60
    down_after: Failures = 3
    # null: as many as down_after, so that failures must follow each other
    down_window: Window | None = None
    snmp: SnmpProbe = SnmpProbe()
    tcp: TcpProbe | None = None
    http: HttpProbe | None = None
    icmp: IcmpProbe = IcmpProbe()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.down_window is not None and self.down_window < self.down_after:
            raise PydanticCustomError("window", "down_window must not be less than down_after")
        if self.snmp.community and self.snmp.credential_id:
            raise PydanticCustomError("snmp", "Give snmp.community or snmp.credential_id, not both")
        if self.snmp.community and self.snmp.version == "3":
            raise PydanticCustomError("snmp", "SNMPv3 needs a credential, not a community")
        _check_probe(self)
        return self

    @classmethod
    def of(cls, device: Device) -> DeviceIn:
        """Return the body that would write the device as it is, its secret aside."""
        sections = device.configuration
        return cls.model_construct(
            **{name: getattr(device, name) for name in _PLAIN},
            tags=list(device.tags),
            group_ids=sorted(device.group_ids),
            parent_ids=sorted(device.parent_ids),
            snmp=SnmpProbe.model_construct(
                **sections.get("snmp", {}),
                port=device.snmp_port,
                credential_id=device.credential_id,
            ),
            tcp=TcpProbe.model_construct(**sections["tcp"]) if "tcp" in sections else None,
            http=HttpProbe.model_construct(**sections["http"]) if "http" in sections else None,
            icmp=IcmpProbe.model_construct(**sections.get("icmp", {})),
        )

    def device(
        self, device_id: DeviceId, *, number: int = 0, credential_id: CredentialId | None
    ) -> Device:
        """Return the device this body describes."""
        snmp = self.snmp.model_dump(exclude={"community", "credential_id", "port"})
        sections: dict[str, dict[str, Any]] = {"snmp": snmp}
        for name in _PROBES:
            if (probe := getattr(self, name)) is not None:
                sections[name] = probe.model_dump()
        return Device(
            id=device_id,
            number=number,
            **{name: getattr(self, name) for name in _PLAIN if name != "down_window"},
            tags=tuple(self.tags),
            group_ids=frozenset(self.group_ids),
            parent_ids=frozenset(self.parent_ids),
            down_window=self.down_window or self.down_after,
            snmp_port=self.snmp.port,
            credential_id=credential_id,
            configuration=sections,
        )


_PLAIN = (
    "name", "ip_address", "device_type", "external_id", "description", "location", "metadata",
    "is_active", "availability_check", "interval_seconds", "down_after", "down_window",
)  # fmt: skip


def _check_probe(device: DeviceIn) -> None:
    missing = {
        Check.TCP: device.tcp is None,
        Check.HTTP: device.http is None,
        Check.SNMP: not (device.snmp.community or device.snmp.credential_id),
        Check.ICMP: False,
    }[device.availability_check]
    if missing:
        raise PydanticCustomError(
            "probe_missing",
            "availability_check {check} needs {needed}",
            {"check": str(device.availability_check), "needed": _NEEDED[device.availability_check]},
        )


_NEEDED = {
    Check.TCP: "tcp.port",
    Check.HTTP: "http.url",
    Check.SNMP: "snmp.community or snmp.credential_id",
}


class DevicePatch(Strict):
    """What of a device is to change, as PATCH takes it; probes are merged field by field."""

    name: Name | None = None
    ip_address: IpAddress | None = None
    device_type: Kind | None = None
    external_id: ExternalId | None = None
    description: Text | None = None
    location: Line | None = None
    tags: Tags | None = None
    metadata: Metadata | None = None
    group_ids: list[GroupId] | None = None
    parent_ids: list[DeviceId] | None = None
    is_active: bool | None = None
    availability_check: Check | None = None
    interval_seconds: Interval | None = None
    down_after: Failures | None = None
    down_window: Window | None = None
    snmp: SnmpProbe | None = None
    tcp: TcpProbe | None = None
    http: HttpPatch | None = None
    icmp: IcmpProbe | None = None

    def over(self, device: Device) -> DeviceIn:
        """Return the whole device with these changes; raise InvalidError if it makes no sense."""
        changes = self.model_dump(exclude_unset=True)
        whole = DeviceIn.of(device).model_dump()
        if "down_after" in changes and device.down_window == device.down_after:
            # failures had to follow each other, and still have to
            whole["down_window"] = None
        if "community" in (changes.get("snmp") or {}) and "credential_id" not in changes["snmp"]:
            whole["snmp"]["credential_id"] = None
        try:
            return DeviceIn.model_validate(_merged(whole, changes))
        except ValidationError as error:
            raise failures.invalid([dict(each) for each in error.errors()]) from error


def _merged(whole: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    result = dict(whole)
    for name, value in changes.items():
        old = result.get(name)
        mergeable = name in _SECTIONS and isinstance(old, dict) and isinstance(value, dict)
        result[name] = {**old, **value} if mergeable and old else value
    return result


_SECTIONS = frozenset({"snmp", *_PROBES})
