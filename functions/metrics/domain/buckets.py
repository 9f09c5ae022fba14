"""Values put into buckets, and buckets of many series into one: gaps stay NaN."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from netpulse.timeseries.model import SECOND, Buckets, Column

from functions.metrics.domain.spans import Aggregate

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def values_of(found: Buckets, how: Aggregate) -> Floats:
    """Return a value a series and bucket, NaN where nothing was measured; never a quantile."""
    match how:
        case Aggregate.MIN:
            return found.lows
        case Aggregate.MAX:
            return found.highs
        case Aggregate.LAST:
            return found.lasts
        case Aggregate.SUM:
            return found.sums
        case Aggregate.COUNT:
            return np.where(found.counts > 0, found.counts.astype(np.float64), np.nan)
        case _:
            return found.means


def coarser(found: Buckets, step: int) -> Buckets:
    """Return buckets of `step` microseconds made of shorter ones that begin where they do."""
    many = step // found.step
    if many == 1:
        return found
    rows, columns = found.counts.shape
    short = -columns % many

    def cut(table: Any, nothing: float) -> Any:
        padded = np.pad(table, ((0, 0), (0, short)), constant_values=nothing)
        return padded.reshape(rows, -1, many)

    counts = cut(found.counts, 0)
    there = counts > 0
    filled = there.any(axis=2)
    newest = many - 1 - np.argmax(there[:, :, ::-1], axis=2)
    lasts = np.take_along_axis(cut(found.lasts, np.nan), newest[:, :, None], axis=2)[:, :, 0]
    sums = np.where(there, cut(found.sums, np.nan), 0.0).sum(axis=2)
    return Buckets(
        found.begin,
        step,
        counts.sum(axis=2),
        np.where(filled, sums, np.nan),
        np.fmin.reduce(cut(found.lows, np.nan), axis=2),
        np.fmax.reduce(cut(found.highs, np.nan), axis=2),
        lasts,
    )


def joined(older: Buckets, newer: Buckets) -> Buckets:
    """Return buckets of two stretches of time that follow each other."""
    pairs = (
        (older.sums, newer.sums),
        (older.lows, newer.lows),
        (older.highs, newer.highs),
        (older.lasts, newer.lasts),
    )
    counts = np.concatenate((older.counts, newer.counts), axis=1)
    others = (np.concatenate(pair, axis=1) for pair in pairs)
    return Buckets(older.begin, older.step, counts, *others)


def quantiles(found: Column, edges: Integers, share: float) -> Floats:
    """Return a quantile of the samples in each bucket between two edges."""
    places = np.searchsorted(found.times, edges)
    answer = np.full(len(edges) - 1, np.nan)
    for bucket, (first, last) in enumerate(itertools.pairwise(places.tolist())):
        if last > first:
            answer[bucket] = np.quantile(found.values[first:last], share)
    return answer


def combined(rows: Floats | Sequence[Floats], how: Aggregate) -> Floats:
    """Return many series' buckets as one; where none has a value there is none."""
    table = np.asarray(rows)
    there = ~np.isnan(table)
    counts = there.sum(axis=0)
    if how is Aggregate.COUNT:
        return np.where(counts > 0, counts, np.nan)
    if how.share is not None:
        return _column_quantiles(table, counts > 0, how.share)
    if how is Aggregate.MIN:
        return np.asarray(np.fmin.reduce(table, axis=0))
    if how is Aggregate.MAX:
        return np.asarray(np.fmax.reduce(table, axis=0))
    sums = np.where(there, table, 0.0).sum(axis=0)
    if how is Aggregate.AVG:
        sums = sums / np.maximum(counts, 1)
    return np.where(counts > 0, sums, np.nan)


def _column_quantiles(table: Floats, some: npt.NDArray[np.bool_], share: float) -> Floats:
    answer = np.full(table.shape[1], np.nan)
    if some.any():
        answer[some] = np.nanquantile(table[:, some], share, axis=0)
    return answer


# A missing slot: the next value is later than one interval and a half.
_GAP = 1.5


def nulled(values: Floats) -> list[float | None]:
    """Return values as JSON has them: null where nothing was measured."""
    gaps = np.isnan(values)
    return [None if gap else value for value, gap in zip(values.tolist(), gaps, strict=True)]


def with_gaps(found: Column, interval_s: int) -> Column:
    """Return samples with one NaN in each gap where a slot or more is missing."""
    interval = interval_s * SECOND
    late = np.flatnonzero(np.diff(found.times) > interval * _GAP)
    if not len(late):
        return found
    return Column(
        np.insert(found.times, late + 1, found.times[late] + interval),
        np.insert(found.values, late + 1, np.nan),
    )
