"""Series over time: how a range is cut into buckets, and gaps that stay gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Point = tuple[datetime, float | None]

# Buckets start where netpulse.time_bucket starts them: on Monday 2000-01-03 UTC.
ORIGIN = datetime(2000, 1, 3, tzinfo=UTC)
MAX_BUCKETS = 11_000
MAX_POINTS = 50_000
# what may be read for one answer, before it is put into buckets
MAX_VALUES_READ = 2_000_000
_GOOD_BUCKETS = 500
_STEPS = (
    10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800,
)  # fmt: skip
# A missing slot: the next value is later than one interval and a half.
_GAP = 1.5


class Aggregate(StrEnum):
    """How the values of a bucket become one."""

    AVG = "avg"
    MIN = "min"
    MAX = "max"
    LAST = "last"
    SUM = "sum"
    COUNT = "count"


class TooManyPointsError(ValueError):
    """The range has more points than one answer may hold."""


@dataclass(frozen=True)
class Cut:
    """A range and its bucket width; `raw`: no buckets, each sample is a point."""

    begin: datetime
    end: datetime
    step_s: int
    raw: bool

    @property
    def buckets(self) -> int:
        """How many buckets the range has."""
        return _ceil_div((self.end - self.begin).total_seconds(), self.step_s)


def cut(
    begin: datetime,
    end: datetime,
    *,
    step_s: int | None,
    interval_s: int,
    series: int,
    aggregate: Aggregate | None = None,
) -> Cut:
    """Return how a range is read for so many series; raise TooManyPointsError.

    `step_s` None lets it be chosen: at most some 500 points a series, never finer than the device
    is polled. A step no longer than the polling interval gives the samples themselves.
    """
    length = (end - begin).total_seconds()
    series = max(series, 1)
    if length / interval_s * series > MAX_VALUES_READ:
        raise TooManyPointsError("Ask for a shorter range or fewer series")
    if step_s is None:
        step_s = _good_step(length, interval_s, series)
    # one sample is its own average, minimum and sum, but not its own count
    raw = step_s <= interval_s and aggregate is not Aggregate.COUNT
    found = Cut(
        begin=begin if raw else floor(begin, max(step_s, interval_s)),
        end=end,
        step_s=max(step_s, interval_s),
        raw=raw,
    )
    if found.buckets > MAX_BUCKETS or found.buckets * series > MAX_POINTS:
        raise TooManyPointsError("Ask for a longer step, a shorter range or fewer series")
    return found


def _good_step(length: float, interval_s: int, series: int) -> int:
    most = max(1, min(_GOOD_BUCKETS, MAX_POINTS // series - 1))
    if length / interval_s <= most:
        return interval_s
    for step in _STEPS:
        if step > interval_s and length / step <= most:
            return step
    return _ceil_div(length / most, _STEPS[-1]) * _STEPS[-1]


def floor(instant: datetime, step_s: int) -> datetime:
    """Return the start of the bucket an instant lies in."""
    step = timedelta(seconds=step_s)
    return instant - (instant - ORIGIN) % step


def bucketed(cut_: Cut, values: Mapping[datetime, float]) -> list[Point]:
    """Return a point a bucket, None where nothing was measured."""
    step = timedelta(seconds=cut_.step_s)
    starts = (cut_.begin + number * step for number in range(cut_.buckets))
    return [(start, values.get(start)) for start in starts]


def with_gaps(samples: Iterable[tuple[datetime, float]], interval_s: int) -> list[Point]:
    """Return samples as points, with one None in each gap where a slot or more is missing."""
    points: list[Point] = []
    longest = timedelta(seconds=interval_s * _GAP)
    previous: datetime | None = None
    for at, value in samples:
        if previous is not None and at - previous > longest:
            points.append((previous + timedelta(seconds=interval_s), None))
        points.append((at, value))
        previous = at
    return points


def _ceil_div(length: float, step: int) -> int:
    return max(1, -int(-length // step))
