"""The pollers as their heartbeats tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# A poller's lease and some more: whoever has been silent for longer is polled for by others.
ALIVE_FOR = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a poller last said of itself, and when by its own clock."""

    poller: str
    beat_at: datetime
    status: Mapping[str, Any]

    def is_alive(self, now: datetime) -> bool:
        """Return whether it was heard of lately."""
        return now - self.beat_at < ALIVE_FOR


@dataclass(frozen=True, slots=True)
class Fleet:
    """All heartbeats, and each shard's owner (empty: nobody's)."""

    heartbeats: tuple[Heartbeat, ...]
    owners: tuple[str, ...]

    def shards(self) -> Counter[str]:
        """Return how many shards each poller holds."""
        return Counter(self.owners)

    def orphaned(self, now: datetime) -> int:
        """Return how many shards no living poller holds."""
        alive = {each.poller for each in self.heartbeats if each.is_alive(now)}
        return sum(owner not in alive for owner in self.owners)
