"""Rollups as samples, for what is older than the samples that are kept."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from netpulse.timeseries.model import Buckets

    from functions.metrics.domain.promql.vectors import Floats, Integers

# A newest value counts for five minutes at least: so often there must be one.
EVERY_MS = 300_000
_MS = 1000
_S = 1000.0
# What Prometheus' own client libraries call a counter's series.
_COUNTING = ("_total", "_count", "_sum", "_bucket")


class Manner(Enum):
    """What a bucket is taken for."""

    # all the time its average
    LEVEL = "level"
    # all the time what it was last
    STATE = "state"
    # a counter, of whose rollups the rate is known
    RATE = "rate"
    # a counter, of which the last reading is known
    READING = "reading"


def manner_of(kind: str, name: str, *, foreign: bool) -> Manner:
    """Return what a series' buckets are taken for."""
    if foreign:
        return Manner.READING if name.endswith(_COUNTING) else Manner.LEVEL
    return {"counter": Manner.RATE, "status": Manner.STATE}.get(kind, Manner.LEVEL)


def samples(found: Buckets, row: int, manner: Manner) -> tuple[Integers, Floats]:
    """Return instants (ms) and values that stand for a series' buckets, one every five minutes.

    Of a counter of which the rate is known, the values grow by it from 0 on.
    """
    present = np.flatnonzero(found.counts[row] > 0)
    width = found.step // _MS
    many = max(1, width // EVERY_MS)
    shares = np.arange(1, many + 1) / many
    ends = (found.begin // _MS + present * width)[:, None] + shares * width
    if manner is Manner.RATE:
        growth = np.repeat(found.means[row, present], many) * (width / many / _S)
        return ends.astype(np.int64).ravel(), np.cumsum(growth)
    if manner is Manner.READING:
        last = found.lasts[row, present]
        before = np.concatenate((last[:1], last[:-1]))
        # nobody knows how it came to be less, or what it was meanwhile
        known = (np.diff(present, prepend=-1) == 1) & (before <= last)
        before = np.where(known, before, last)
        values = before[:, None] + (last - before)[:, None] * shares
        return ends.astype(np.int64).ravel(), values.ravel()
    flat = found.lasts if manner is Manner.STATE else found.means
    return ends.astype(np.int64).ravel(), np.repeat(flat[row, present], many)


def joined(
    older: list[tuple[Integers, Floats]], newer: tuple[Integers, Floats], manner: Manner
) -> tuple[Integers, Floats]:
    """Put stretches one after the other; a counter told by its rate goes on into the next one.

    So its older values may be negative: what it was then is not known, how it grew is.
    """
    times, values = newer
    for earlier, levels in reversed(older):
        if manner is Manner.RATE and len(values) and len(levels):
            levels = levels + (values[0] - levels[-1])  # noqa: PLW2901
        times, values = np.concatenate((earlier, times)), np.concatenate((levels, values))
    return times, values
