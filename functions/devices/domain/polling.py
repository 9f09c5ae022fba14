"""How a device is polled: how late, how long it took, and which slots lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil


@dataclass(frozen=True, slots=True)
class PolledSlot:
    """One recorded slot: how late it was begun and how long the visit took, in milliseconds."""

    at: datetime
    lag_ms: float | None
    duration_ms: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """The newest of some values, and how they are spread."""

    last: float
    p50: float
    p95: float
    highest: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many slots there were in a stretch of time, and how many were recorded."""

    expected: int
    recorded: int
    last_at: datetime | None
    next_at: datetime | None

    @property
    def missing(self) -> int:
        """Return how many slots lack."""
        return max(0, self.expected - self.recorded)


def window(interval: timedelta) -> timedelta:
    """Return how far back is looked: an hour, and a dozen slots of a slow device."""
    return max(timedelta(hours=1), 12 * interval)


def spread(values: Sequence[float | None]) -> Spread | None:
    """Return how values are spread, the last being the newest; None when there are none."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    ordered = sorted(known)
    return Spread(known[-1], _quantile(ordered, 0.5), _quantile(ordered, 0.95), ordered[-1])


def coverage(slots: Sequence[PolledSlot], *, interval: timedelta, now: datetime) -> Coverage:
    """Return how many of the slots from the first recorded one until now were recorded.

    The slot under way is not counted: it has an interval's time to be recorded.
    """
    if not slots:
        return Coverage(0, 0, None, None)
    first, last = slots[0].at, slots[-1].at
    until = max(last, now - interval)
    expected = (until - first) // interval + 1
    ahead = max(1, ceil((now - last) / interval))
    return Coverage(max(expected, len(slots)), len(slots), last, last + ahead * interval)


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, ceil(share * len(ordered)) - 1)]
