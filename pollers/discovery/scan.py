"""A scan, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from netpulse.networks import Network

from pollers.domain.device import Identity, SnmpAccess, SnmpVersion

# Strangers are asked twice, and not waited for as long as devices that are known.
_TIMEOUT_S = 1.0
RETRIES = 1


@dataclass(frozen=True, slots=True)
class Key:
    """A credential to be tried."""

    id: UUID
    access: SnmpAccess


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as a poller claimed it; `epoch` fences whoever had it before."""

    id: UUID
    job_id: UUID
    organization_id: UUID
    networks: tuple[Network, ...]
    protocols: frozenset[str]
    packets_per_second: int
    addresses: int
    position: int
    epoch: int
    keys: tuple[Key, ...] = ()


@dataclass(slots=True)
class Found:
    """What answered at an address."""

    address: str
    icmp: bool = False
    rtt_ms: float | None = None
    key: UUID | None = None
    identity: Identity = field(default_factory=Identity)

    @property
    def snmp(self) -> bool:
        """Whether an agent took one of the credentials."""
        return self.key is not None


def access_of(kind: str, secret: Mapping[str, object], port: int) -> SnmpAccess:
    """Return how an agent is asked with a credential; raises ValueError unless it is SNMP's."""
    return SnmpAccess(
        version=SnmpVersion(kind),
        port=port,
        community=str(secret.get("community", "")),
        security={str(name): str(value) for name, value in secret.items() if value is not None},
        timeout_s=_TIMEOUT_S,
        retries=RETRIES,
    )
