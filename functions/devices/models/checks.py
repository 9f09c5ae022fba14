"""Checks as they are written and read: one section, named by what the check speaks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from netpulse.http.fields import Line
from netpulse.ids import CredentialId
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from functions.devices.domain.check import CheckKind, CheckState
from functions.devices.models.device import Interval
from functions.devices.models.patterns import Headers, JsonPath, MetricName, Pattern
from functions.devices.models.probes import HttpStatus, Port, Strict, TcpProbe, Url

_MAX_VALUES = 20
Timeout = Annotated[float, Field(ge=0.5, le=30)]
# no characters that mean something in a rule's pattern of entities
CheckName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9 ._/@+-]{0,98}[A-Za-z0-9])?$"
    ),
]
Unit = Annotated[Line, Field(max_length=20)]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^SHA256:[A-Za-z0-9+/]{43}$")]


class JsonMatch(Strict):
    """What must stand at a path: numbers, true, false and null as JSON writes them."""

    path: JsonPath
    equals: Line


class JsonValue(Strict):
    """A number out of a document, kept as a metric of the check."""

    path: JsonPath
    metric: MetricName
    unit: Unit = ""
    scale: float = Field(default=1.0, gt=-1e12, lt=1e12)


class TextValue(Strict):
    """A number out of a text: the pattern's first group, or all of it."""

    pattern: Pattern
    metric: MetricName
    unit: Unit = ""
    scale: float = Field(default=1.0, gt=-1e12, lt=1e12)


def _distinct(values: list[Any]) -> list[Any]:
    if len({value.metric for value in values}) != len(values):
        raise PydanticCustomError("same_metric", "Each value needs a metric of its own")
    return values


class HttpCheck(Strict):
    """A web request, and what its answer must be like.

    It goes to the device's own address; the URL's name is sent as Host and checked against the
    certificate. `beyond_device` sends it where the name leads, if the organisation allows that.
    """

    url: Url
    method: Literal["GET", "HEAD", "POST"] = "GET"
    headers: Headers = Field(default={})
    body: Annotated[str, StringConstraints(max_length=4000)] = ""
    # empty: any below 400
    expected_status: Annotated[list[HttpStatus], Field(max_length=20)] = Field(default=[])
    contains: Line = ""
    pattern: Pattern | None = None
    json_matches: Annotated[list[JsonMatch], Field(max_length=_MAX_VALUES)] = Field(default=[])
    values: Annotated[list[JsonValue], Field(max_length=_MAX_VALUES), AfterValidator(_distinct)] = (
        Field(default=[])
    )
    follow_redirects: bool = False
    verify_tls: bool = True
    beyond_device: bool = False


class DnsCheck(Strict):
    """A question to the device, or to another server if the organisation allows that."""

    query: Annotated[Line, Field(min_length=1, max_length=253)]
    type: Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] = "A"
    # null: the device itself
    server: Annotated[str, StringConstraints(strip_whitespace=True, max_length=45)] | None = None
    port: Port = 53
    # all of these must be among the answers
    expected: Annotated[list[Line], Field(max_length=_MAX_VALUES)] = Field(default=[])
    expected_rcode: Literal["NOERROR", "NXDOMAIN", "REFUSED", "SERVFAIL"] = "NOERROR"
    beyond_device: bool = False


class SshCheck(Strict):
    """A server's banner, or with a command what that prints.

    The host key seen first is held to from then on, unless `host_key` gives it.
    """

    port: Port = 22
    command: Line = ""
    contains: Line = ""
    pattern: Pattern | None = None
    values: Annotated[list[TextValue], Field(max_length=_MAX_VALUES), AfterValidator(_distinct)] = (
        Field(default=[])
    )
    # null: any; only with a command
    expected_exit_status: Annotated[int, Field(ge=0, le=255)] | None = 0
    host_key: Fingerprint | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.values and not self.command:
            raise PydanticCustomError("ssh", "values are read out of what a command prints")
        return self


class _Sections(Strict):
    tcp: TcpProbe | None = None
    http: HttpCheck | None = None
    dns: DnsCheck | None = None
    ssh: SshCheck | None = None

    def _given(self) -> list[CheckKind]:
        return [kind for kind in CheckKind if getattr(self, kind) is not None]


class CheckIn(_Sections):
    """A check as POST takes it, with exactly one of tcp, http, dns and ssh."""

    name: CheckName
    interval_seconds: Interval = 60
    timeout_seconds: Timeout = 10
    enabled: bool = True
    credential_id: CredentialId | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if len(self._given()) != 1:
            raise PydanticCustomError("kind", "Give exactly one of tcp, http, dns and ssh")
        if self.timeout_seconds > self.interval_seconds:
            raise PydanticCustomError("timeout", "timeout_seconds is longer than the interval")
        if self.ssh and self.ssh.command and not self.credential_id:
            raise PydanticCustomError("credential", "An SSH command needs a credential_id")
        return self

    @property
    def kind(self) -> CheckKind:
        """What the check speaks."""
        return self._given()[0]

    def settings(self) -> dict[str, Any]:
        """Return the one section there is, as it is stored."""
        section: BaseModel = getattr(self, self.kind)
        return section.model_dump(mode="json")


class CheckPatch(_Sections):
    """What of a check is to change; a section is replaced whole, name and kind never change."""

    interval_seconds: Interval | None = None
    timeout_seconds: Timeout | None = None
    enabled: bool | None = None
    credential_id: CredentialId | None = None


class CheckView(BaseModel):
    """A check, and what it said last; `entity` is the name of its series."""

    id: UUID
    device_id: UUID
    device_name: str
    name: str
    kind: CheckKind
    entity: str
    enabled: bool
    interval_seconds: int
    timeout_seconds: float
    credential_id: UUID | None
    tcp: TcpProbe | None
    http: HttpCheck | None
    dns: DnsCheck | None
    ssh: SshCheck | None
    pinned_host_key: str | None
    state: CheckState
    reason: str
    since: datetime | None
    checked_at: datetime | None
    response_ms: float | None
    created_at: datetime
    updated_at: datetime


class PolicyView(BaseModel):
    """Whether checks may be sent beyond the device they belong to."""

    beyond_device: bool


class PolicyIn(Strict):
    """Whether checks may be sent beyond the device they belong to."""

    beyond_device: bool
