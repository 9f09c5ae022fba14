"""What sharing the fleet needs of the world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pollers.domain.shards import ShardMap


@dataclass(frozen=True, slots=True)
class Member:
    """A poller's heartbeat as it stands in the store: it lives while `beat` grows."""

    beat: int
    status: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the store holds."""

    members: Mapping[str, Member]
    map: ShardMap


class LeaseStore(Protocol):
    """The table that pollers meet at; its calls block and raise when it is away."""

    def beat(self, poller: str, member: Member) -> None:
        """Write a poller's heartbeat."""
        ...

    def read(self) -> Snapshot:
        """Return heartbeats and shard map as they stand now."""
        ...

    def replace(self, shards: ShardMap) -> bool:
        """Write a shard map if it follows the one that stands; return whether it did."""
        ...

    def forget(self, poller: str, *, beat: int | None = None) -> None:
        """Remove a heartbeat, unless it has grown beyond `beat`."""
        ...
