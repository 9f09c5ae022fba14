"""95th-percentile billing: what a month's traffic is charged by.

Samples are averages of five minutes. The highest 5 % of those that were measured are left out;
the next one counts. Samples that are missing are stated and never taken for zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from functions.metrics.domain.spans import ORIGIN

if TYPE_CHECKING:
    from functions.metrics.domain.buckets import Floats

SAMPLE_S = 300
_LEFT_OUT = 20  # one of so many: 5 %
_BITS = 8


def month_of(text: str, time_zone: str) -> tuple[datetime, datetime]:
    """Return begin and end of the month `2026-11` in a time zone, whatever its days and clocks."""
    year, month = (int(part) for part in text.split("-"))
    zone = ZoneInfo(time_zone)
    following = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004  # December
    return datetime(year, month, 1, tzinfo=zone), datetime(*following, 1, tzinfo=zone)


def whole_samples(begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return the range of the samples that begin at or after `begin` and are over at `end`."""
    step = timedelta(seconds=SAMPLE_S)
    return begin + (ORIGIN - begin) % step, end - (end - ORIGIN) % step


def percentile_95(values: Floats) -> float | None:
    """Return the highest sample when the highest 5 % are left out; None without samples."""
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return None
    return float(known[len(known) - len(known) // _LEFT_OUT - 1])


@dataclass(frozen=True)
class Bill:
    """What came of the samples of one direction or of both."""

    p95: float | None
    average: float | None
    highest: float | None
    # what was transferred, as far as it was measured
    octets: float


def bill(values: Floats) -> Bill:
    """Return the figures of bits a second, one every five minutes."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Bill(None, None, None, 0.0)
    octets = float(known.sum()) * SAMPLE_S / _BITS
    return Bill(percentile_95(values), float(known.mean()), float(known.max()), octets)


@dataclass(frozen=True)
class Usage:
    """A port's or several ports' month."""

    into: Bill
    out: Bill
    # the greater of both percentiles, and the percentile of the greater of both at each sample
    max_of_p95: float | None
    p95_of_max: float | None
    expected: int
    measured: int
    # of several ports: samples at which some, not all of them were measured
    partial: int


def usage(into: Floats, out: Floats, expected: int) -> Usage:
    """Return the figures of ports (rows) that are billed as one: their sum at each sample."""
    total_in, total_out = _summed(into), _summed(out)
    both = np.stack((into, out)).reshape(-1, into.shape[1])
    known = ~np.isnan(both)
    measured = known.any(axis=0)
    bills = bill(total_in), bill(total_out)
    sides = [each.p95 for each in bills if each.p95 is not None]
    return Usage(
        *bills,
        max_of_p95=max(sides, default=None),
        p95_of_max=percentile_95(np.fmax(total_in, total_out)),
        expected=expected,
        measured=int(measured.sum()),
        partial=int((measured & ~known.all(axis=0)).sum()),
    )


def _summed(rows: Floats) -> Floats:
    known = ~np.isnan(rows)
    return np.where(known.any(axis=0), np.where(known, rows, 0.0).sum(axis=0), np.nan)


def over_commit(used: float | None, commit: float) -> tuple[float, float]:
    """Return what is billed, at least the commit, and how much of it lies above."""
    billed = max(used or 0.0, commit)
    return billed, billed - commit
