"""How a range of time is cut into buckets, and which tier they are read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from netpulse.timeseries.model import SECOND, Tier, micros

# Buckets start where netpulse.time_bucket starts them: on Monday 2000-01-03 UTC.
ORIGIN = datetime(2000, 1, 3, tzinfo=UTC)
MAX_BUCKETS = 11_000
MAX_POINTS = 50_000
# what may be read for one answer, before it is put into buckets
MAX_VALUES_READ = 2_000_000
GOOD_POINTS = 500
_STEPS = (
    10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800,
)  # fmt: skip


class Aggregate(StrEnum):
    """How the values of a bucket become one."""

    AVG = "avg"
    MIN = "min"
    MAX = "max"
    LAST = "last"
    SUM = "sum"
    COUNT = "count"
    P50 = "p50"
    P95 = "p95"
    P99 = "p99"
    RATE = "rate"

    @property
    def share(self) -> float | None:
        """The quantile it is, or None."""
        return float(self[1:]) / 100 if self.startswith("p") else None


class TooManyPointsError(ValueError):
    """The range has more points than one answer may hold."""


@dataclass(frozen=True)
class Span:
    """A range, its bucket width and its tier; `raw`: no buckets, each sample is a point."""

    begin: datetime
    end: datetime
    step_s: int
    raw: bool = False
    # None: the samples
    tier: Tier | None = None

    @property
    def buckets(self) -> int:
        """How many buckets the range has."""
        return _ceil_div((self.end - self.begin).total_seconds(), self.step_s)

    @property
    def edges(self) -> npt.NDArray[np.int64]:
        """The begins of the buckets and the end of the last, in microseconds since 1970."""
        steps = np.arange(self.buckets + 1, dtype=np.int64)
        return micros(self.begin) + self.step_s * SECOND * steps

    @property
    def source(self) -> str:
        """What is read, by name: `samples`, or a tier of rollups."""
        return self.tier.table if self.tier else "samples"

    def earlier(self, by: timedelta) -> Span:
        """Return the span that lies so much before."""
        fits = self.tier is not None and by % self.tier.width == timedelta(0)
        tier = self.tier if fits else None
        return Span(self.begin - by, self.end - by, self.step_s, self.raw, tier)


def cut(
    begin: datetime,
    end: datetime,
    *,
    step_s: int | None,
    interval_s: int,
    series: int,
    curves: int | None = None,
    aggregate: Aggregate | None = None,
    max_points: int = GOOD_POINTS,
    samples_wanted: bool = False,
) -> Span:
    """Return how a range is read of so many series for so many curves; raise TooManyPointsError.

    `curves` None: one a series. `step_s` None lets it be chosen: at most `max_points` points a
    curve, never finer than the devices are polled. With `samples_wanted` a step no longer than
    the polling interval gives the samples themselves.
    """
    length = (end - begin).total_seconds()
    series = max(series, 1)
    curves = series if curves is None else max(curves, 1)
    if step_s is None:
        step_s = _good_step(length, interval_s, curves, max_points)
    # one sample is its own average, minimum and sum, but not its own count
    raw = samples_wanted and step_s <= interval_s and aggregate is not Aggregate.COUNT
    step_s = max(step_s, interval_s)
    found = Span(
        begin=begin if raw else floor(begin, step_s),
        end=end,
        step_s=step_s,
        raw=raw,
        tier=None if raw else _tier(step_s, aggregate),
    )
    each = found.tier.width.total_seconds() if found.tier else interval_s
    if length / each * series > MAX_VALUES_READ:
        raise TooManyPointsError("Ask for a shorter range, a longer step or fewer series")
    if found.buckets > MAX_BUCKETS or found.buckets * curves > MAX_POINTS:
        raise TooManyPointsError("Ask for a longer step, a shorter range or fewer series")
    return found


def _tier(step_s: int, aggregate: Aggregate | None) -> Tier | None:
    # a quantile of averages is no quantile
    if aggregate is not None and aggregate.share is not None:
        return None
    step = timedelta(seconds=step_s)
    fitting = (tier for tier in Tier if step % tier.width == timedelta(0))
    return max(fitting, key=lambda tier: tier.width, default=None)


def _good_step(length: float, interval_s: int, curves: int, max_points: int) -> int:
    most = max(1, min(max_points, MAX_POINTS // curves - 1))
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


def ceiling(instant: datetime, step_s: int) -> datetime:
    """Return the start of the first bucket that begins at an instant or later."""
    return instant + (ORIGIN - instant) % timedelta(seconds=step_s)


def _ceil_div(length: float, step: int) -> int:
    return max(1, -int(-length // step))
