"""A device as its owners describe it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpulse.ids import CredentialId, DeviceId, GroupId

DEFAULT_SNMP_PORT = 161


class DeviceType(StrEnum):
    """What kind of thing a device is."""

    ROUTER = "router"
    SWITCH = "switch"
    FIREWALL = "firewall"
    LOAD_BALANCER = "load_balancer"
    ACCESS_POINT = "access_point"
    WIRELESS_CONTROLLER = "wireless_controller"
    RADIO = "radio"
    OLT = "olt"
    ONU = "onu"
    MODEM = "modem"
    CPE = "cpe"
    SERVER = "server"
    VIRTUAL_MACHINE = "virtual_machine"
    STORAGE = "storage"
    UPS = "ups"
    PDU = "pdu"
    PRINTER = "printer"
    CAMERA = "camera"
    PHONE = "phone"
    SENSOR = "sensor"
    WEBSITE = "website"
    OTHER = "other"


class Check(StrEnum):
    """The probe that decides whether a device is up."""

    ICMP = "icmp"
    SNMP = "snmp"
    TCP = "tcp"
    HTTP = "http"


@dataclass(frozen=True)
class Device:
    """A device of the inventory; `number` is 0 until the inventory gave it one."""

    id: DeviceId
    name: str
    ip_address: str
    device_type: DeviceType
    external_id: str | None = None
    description: str = ""
    location: str = ""
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    group_ids: frozenset[GroupId] = frozenset()
    parent_ids: frozenset[DeviceId] = frozenset()
    is_active: bool = True
    availability_check: Check = Check.ICMP
    interval_seconds: int = 60
    down_after: int = 3
    down_window: int = 3
    snmp_port: int = DEFAULT_SNMP_PORT
    credential_id: CredentialId | None = None
    # one section a probe: icmp, snmp, tcp, http
    configuration: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    number: int = 0

    def numbered(self, number: int) -> Device:
        """Return the device with the number the inventory gave it."""
        return replace(self, number=number)

    def changes_to(self, other: Device) -> list[str]:
        """Return the names of what is different in `other`, as the API writes them."""
        changed = {
            _API_NAMES.get(each.name, each.name)
            for each in fields(self)
            if each.name not in _NOT_COMPARED
            and getattr(self, each.name) != getattr(other, each.name)
        }
        for section in self.configuration.keys() | other.configuration.keys():
            if self.configuration.get(section) != other.configuration.get(section):
                changed.add(section)
        return sorted(changed)


_NOT_COMPARED = frozenset({"id", "number", "configuration"})
_API_NAMES = {"snmp_port": "snmp", "credential_id": "snmp"}
