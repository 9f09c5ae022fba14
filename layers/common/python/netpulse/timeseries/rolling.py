"""The arithmetic of rollups: rows of many blocks at once, a column a position."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netpulse.timeseries.model import ORIGIN, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpulse.timeseries.model import Floats, Integers

# Two readings of a counter further apart than this give no rate.
LONGEST_GAP = 900 * SECOND
# A block of a device: device_number << 16 | block.
_BLOCK_BITS = 16


@dataclass(frozen=True, slots=True)
class Rolled:
    """Summaries: row i is of block `keys[i]` at `times[i]` (µs), column p of position p + 1."""

    keys: Integers
    organizations: Integers
    times: Integers
    counts: Integers
    sums: Floats
    lows: Floats
    highs: Floats
    lasts: Floats

    @property
    def devices(self) -> Integers:
        """Return each row's device_number."""
        return self.keys >> _BLOCK_BITS

    @property
    def blocks(self) -> Integers:
        """Return each row's block."""
        return self.keys & ((1 << _BLOCK_BITS) - 1)

    @property
    def width(self) -> int:
        """Return how many positions there are."""
        return int(self.counts.shape[1])

    def only(self, rows: Integers) -> Rolled:
        """Return some of the rows."""
        return Rolled(
            *(self.keys[rows], self.organizations[rows], self.times[rows], self.counts[rows]),
            *(self.sums[rows], self.lows[rows], self.highs[rows], self.lasts[rows]),
        )


def key_of(device: Integers, block: Integers) -> Integers:
    """Return the number that stands for a device's block."""
    return (device.astype(np.int64) << _BLOCK_BITS) | block


def samples(keys: Integers, organizations: Integers, times: Integers, values: Floats) -> Rolled:
    """Return samples as summaries of one value each; NaN: none."""
    present = ~np.isnan(values)
    return Rolled(
        *(keys, organizations, times, present.astype(np.int64)),
        *(np.where(present, values, 0.0), values, values, values),
    )


def in_order(rows: Rolled) -> Rolled:
    """Return the rows by block and time; of one block's rows of one time, as one."""
    order = np.lexsort((rows.times, rows.keys))
    rows = rows.only(order)
    again = (np.diff(rows.keys) == 0) & (np.diff(rows.times) == 0)
    if not again.any():
        return rows
    first = np.flatnonzero(np.concatenate(([True], ~again)))
    # The first that has a value is the one that counts; lexsort keeps the order they came in.
    place = np.where(rows.counts > 0, np.arange(len(rows.keys))[:, None], len(rows.keys))
    chosen = np.minimum.reduceat(place, first, axis=0)
    chosen = np.where(chosen == len(rows.keys), first[:, None], chosen)
    kept = rows.only(first)
    columns = np.arange(rows.width)
    return replace(
        kept,
        counts=rows.counts[chosen, columns],
        sums=rows.sums[chosen, columns],
        lows=rows.lows[chosen, columns],
        highs=rows.highs[chosen, columns],
        lasts=rows.lasts[chosen, columns],
    )


def with_rates(rows: Rolled, counters: Mapping[int, Sequence[int]]) -> Rolled:
    """Put rates a second in the place of counters (positions by block); rows in order.

    A reading below the one before it gives none: whether the counter wrapped or began anew cannot
    be told, and a guess would be a spike.
    """
    positions = np.zeros(rows.counts.shape, bool)
    for key, places in counters.items():
        start, stop = np.searchsorted(rows.keys, (key, key + 1))
        for place in places:
            if place <= rows.width:
                positions[start:stop, place - 1] = True
    columns = np.flatnonzero(positions.any(axis=0))
    if not len(columns):
        return rows
    values, mine = rows.lasts[:, columns], positions[:, columns]
    number = np.arange(len(values))[:, None]
    newest = np.maximum.accumulate(np.where(np.isnan(values), -1, number), axis=0)
    before = np.concatenate([np.full((1, len(columns)), -1), newest[:-1]])
    known = (before >= 0) & (rows.keys[np.maximum(before, 0)] == rows.keys[:, None])
    before = np.maximum(before, 0)
    elapsed = rows.times[:, None] - rows.times[before]
    change = values - np.take_along_axis(values, before, axis=0)
    good = known & (change >= 0) & (elapsed <= LONGEST_GAP) & (elapsed > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = np.where(good, change * SECOND / elapsed, np.nan)
    fresh = rows.lasts.copy()
    fresh[:, columns] = np.where(mine, rates, values)
    return samples(rows.keys, rows.organizations, rows.times, fresh)


def rolled(rows: Rolled, step: int) -> Rolled:
    """Return the summaries of each block and bucket of `step` µs; rows in order."""
    buckets = (rows.times - ORIGIN) // step * step + ORIGIN
    new = (np.diff(rows.keys) != 0) | (np.diff(buckets) != 0)
    first = np.flatnonzero(np.concatenate(([True], new)))
    number = np.where(rows.counts > 0, np.arange(len(rows.keys))[:, None], -1)
    newest = np.maximum.reduceat(number, first, axis=0)
    return Rolled(
        *(rows.keys[first], rows.organizations[first], buckets[first]),
        np.add.reduceat(rows.counts, first, axis=0),
        np.add.reduceat(rows.sums, first, axis=0),
        np.fmin.reduceat(rows.lows, first, axis=0),
        np.fmax.reduceat(rows.highs, first, axis=0),
        np.where(newest < 0, np.nan, np.take_along_axis(rows.lasts, newest, axis=0)),
    )


def of_one_width(parts: Iterable[Rolled]) -> list[Rolled]:
    """Put parts of different widths together so that every block is in one of them."""
    pending = sorted((part for part in parts if len(part.keys)), key=lambda part: part.width)
    done: list[Rolled] = []
    while pending:
        part = pending.pop()
        for index, other in enumerate(pending):
            shared = np.isin(other.keys, part.keys)
            if shared.any():
                part = together([part, other.only(np.flatnonzero(shared))])
                pending[index] = other.only(np.flatnonzero(~shared))
        done.append(part)
        pending = [other for other in pending if len(other.keys)]
    return done


def together(parts: Sequence[Rolled]) -> Rolled:
    """Put the rows of parts one after the other, as wide as the widest."""
    width = max(part.width for part in parts)
    same = [_widened(part, width) for part in parts]
    return Rolled(
        *(
            np.concatenate([getattr(part, name) for part in same])
            for name in Rolled.__dataclass_fields__
        )
    )


def _widened(rows: Rolled, width: int) -> Rolled:
    if rows.width == width:
        return rows
    counts = np.zeros((len(rows.keys), width), np.int64)
    sums = np.zeros((len(rows.keys), width))
    counts[:, : rows.width], sums[:, : rows.width] = rows.counts, rows.sums
    others = []
    for column in (rows.lows, rows.highs, rows.lasts):
        wide = np.full((len(rows.keys), width), np.nan)
        wide[:, : rows.width] = column
        others.append(wide)
    return Rolled(rows.keys, rows.organizations, rows.times, counts, sums, *others)
