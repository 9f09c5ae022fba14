"""What the poller is told of a device, and what it finds out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from sys import intern
from typing import Any
from uuid import UUID

from pollers.domain.schedule import phase_s
from pollers.domain.verdict import Rule


class Check(StrEnum):
    """The probe that decides whether a device is up."""

    ICMP = "icmp"
    SNMP = "snmp"
    TCP = "tcp"
    HTTP = "http"


class SnmpVersion(StrEnum):
    """The dialect an agent is spoken to in."""

    V1 = "snmp_v1"
    V2C = "snmp_v2c"
    V3 = "snmp_v3"


@dataclass(frozen=True, slots=True)
class SnmpAccess:
    """How to reach an agent; secrets never show in a representation."""

    version: SnmpVersion
    port: int
    community: str = field(default="", repr=False)
    security: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_s: float = 1.5
    retries: int = 1
    max_repetitions: int | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A device as the inventory describes it."""

    id: UUID
    organization_id: UUID
    number: int
    organization_number: int
    address: str
    interval_s: int
    check: Check = Check.ICMP
    rule: Rule = field(default_factory=Rule)
    snmp: SnmpAccess | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    watched: frozenset[str] = frozenset()
    # of the shard under which this poller polls the device; what it says of it is fenced by it
    epoch: int = 0

    @property
    def phase_s(self) -> float:
        """Return the offset of the device's slots within its interval."""
        return phase_s(self.id, self.interval_s)

    def section(self, name: str) -> Mapping[str, Any]:
        """Return one probe's part of the configuration, empty when there is none."""
        part = self.settings.get(name)
        return part if isinstance(part, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one series in one slot."""

    metric: str
    value: float
    unit: str = ""
    entity: str = ""
    kind: str = "gauge"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device says it is."""

    vendor: str = ""
    model: str = ""
    os: str = ""
    os_version: str = ""
    serial_number: str = ""
    sys_name: str = ""
    sys_descr: str = ""
    sys_object_id: str = ""
    sys_location: str = ""
    sys_contact: str = ""
    chassis_id: str = ""


NOT_PRESENT = 6
"""IF-MIB's ifOperStatus of a port whose hardware is missing: an empty cage, an unused adapter."""


@dataclass(frozen=True, slots=True)
class Interface:
    """A port as ifTable and ifXTable describe it."""

    name: str
    index: int
    descr: str = ""
    alias: str = ""
    type: int = 1
    speed_bps: int | None = None
    mtu: int | None = None
    phys_address: str = ""
    admin_status: int | None = None
    oper_status: int | None = None
    has_hc: bool = True

    @property
    def lasting(self) -> "Interface":
        """Return what of the port is needed from cycle to cycle.

        A thousand switches have ports alike in that: one object does for all of them.
        """
        return _port(self.name, self.index, self.speed_bps, has_hc=self.has_hc)

    @property
    def entity(self) -> str:
        """Return the name of the port's series, one object for all devices with such a port."""
        return intern(f"if:{self.name}")


@lru_cache(maxsize=100_000)
def _port(name: str, index: int, speed_bps: int | None, *, has_hc: bool) -> Interface:
    return Interface(name, index, speed_bps=speed_bps, has_hc=has_hc)
