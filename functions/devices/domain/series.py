"""A series, and where its values stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from functions.devices.domain.curves import Aggregate

Sample = tuple[datetime, float]
# What is in between means nothing for these: 1.5 is no ifOperStatus.
_DISCRETE = frozenset({"status", "counter"})


@dataclass(frozen=True)
class Series:
    """A series of a device: `samples.values[position]` of the rows of its block."""

    id: int
    device_number: int
    entity: str
    metric: str
    unit: str
    kind: str
    block: int
    position: int

    def matches(self, entity: str | None) -> bool:
        """Return whether the series' entity fits a pattern such as `if:ge-0/0/*`."""
        return entity is None or fnmatchcase(self.entity, entity)

    @property
    def default_aggregate(self) -> Aggregate:
        """How its values are put into one when nobody says how."""
        return Aggregate.LAST if self.kind in _DISCRETE else Aggregate.AVG
