"""What the store speaks of: places, columns, buckets and tiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

# Instants within numpy are microseconds since 1970, as PostgreSQL counts them (but from 2000).
SECOND = 1_000_000
DAY = 86_400 * SECOND
# netpulse.time_bucket() counts from here: Monday 2000-01-03.
ORIGIN = 946_857_600 * SECOND
# The kind of a series whose rollups are rates a second.
COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Place:
    """A series, and where its values stand: `values[position]` (from 1) of its block's rows."""

    series_id: int
    device_number: int
    block: int
    position: int
    kind: str = "gauge"


@dataclass(frozen=True, slots=True)
class Column:
    """One series' samples in time: instants (µs since 1970) and values, gaps left out."""

    times: Integers
    values: Floats


@dataclass(frozen=True, slots=True)
class Buckets:
    """What the samples of each series (rows) come to in each bucket (columns).

    Bucket k begins at `begin + k * step` (µs). Where `counts` is 0 the others are NaN.
    """

    begin: int
    step: int
    counts: Integers
    sums: Floats
    lows: Floats
    highs: Floats
    lasts: Floats

    @property
    def means(self) -> Floats:
        """Return the averages; NaN where there is nothing."""
        with np.errstate(invalid="ignore"):
            return self.sums / self.counts


class Tier(Enum):
    """The rollups there are: the table's name and how long its buckets are."""

    FIVE_MINUTES = ("rollups_5m", timedelta(minutes=5))
    HOUR = ("rollups_1h", timedelta(hours=1))
    DAY = ("rollups_1d", timedelta(days=1))

    @property
    def table(self) -> str:
        """Return the table's name in schema netpulse."""
        return self.value[0]

    @property
    def width(self) -> timedelta:
        """Return how long a bucket is."""
        return self.value[1]


def micros(at: datetime) -> int:
    """Return an instant as microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def instant(at: int) -> datetime:
    """Return microseconds since 1970 as an instant."""
    return _EPOCH + timedelta(microseconds=int(at))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
