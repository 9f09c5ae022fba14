"""A store of time series as a dictionary: what the real one must be equal to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import isnan

Series = tuple[int, int]  # device, position
Figures = tuple[int, float, float, float, float]

SECOND = 1_000_000
DAY = 86_400 * SECOND
COUNTER = 3
LONGEST_GAP = 900 * SECOND
# Midnight six days ago: young enough to be taken, old enough to be closed.
BASE = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=6)
BASE_US = int(BASE.timestamp()) * SECOND


@dataclass
class Model:
    """Every sample ever taken and not forgotten."""

    samples: dict[Series, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    newest: dict[int, tuple[int, dict[int, float]]] = field(default_factory=dict)
    rolled_until: int | None = None
    oldest: int = 0

    def write(self, device: int, at: int, values: list[float]) -> None:
        """Take a row: what a slot has already stays."""
        for position, value in enumerate(values, 1):
            if not isnan(value):
                self.samples[device, position].setdefault(at, value)
        if device not in self.newest or self.newest[device][0] < at:
            self.newest[device] = (at, {})
        if self.newest[device][0] == at:
            for position, value in enumerate(values, 1):
                if not isnan(value):
                    self.newest[device][1].setdefault(position, value)

    def forget(self, before: int) -> None:
        """Drop what is older."""
        self.oldest = max(self.oldest, before)
        for column in self.samples.values():
            for at in [at for at in column if at < before]:
                del column[at]

    def rollups(self, series: Series, width: int) -> dict[int, Figures]:
        """Return the figures of each bucket that is over."""
        buckets: dict[int, list[float]] = defaultdict(list)
        for at, value in self._rolled_values(series):
            bucket = at // width * width
            if self.rolled_until is not None and bucket + width <= self.rolled_until:
                buckets[bucket].append(value)
        return {
            bucket: (len(found), sum(found), min(found), max(found), found[-1])
            for bucket, found in buckets.items()
        }

    def _rolled_values(self, series: Series) -> list[tuple[int, float]]:
        column = sorted(self.samples[series].items())
        if series[1] != COUNTER:
            return column
        return [
            (at, (value - before) * SECOND / (at - earlier))
            for (earlier, before), (at, value) in pairwise(column)
            if value >= before and at - earlier <= LONGEST_GAP
        ]
