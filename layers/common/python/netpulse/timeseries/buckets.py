"""Samples into buckets of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netpulse.timeseries.model import SECOND, Buckets, Column

if TYPE_CHECKING:
    from collections.abc import Sequence


def bucketed(columns: Sequence[Column], *, begin: int, end: int, step: int, origin: int) -> Buckets:
    """Put the samples of [begin, end) into buckets that are aligned to `origin` (all µs).

    A column's times must ascend.
    """
    first = (begin - origin) // step * step + origin
    many = -(-(end - first) // step)
    made = empty(len(columns), many, begin=first, step=step)
    kept, keys = [], []
    for row, column in enumerate(columns):
        start, stop = np.searchsorted(column.times, (begin, end))
        if start < stop:
            kept.append(column.values[start:stop])
            keys.append((column.times[start:stop] - first) // step + row * many)
    if not kept:
        return made
    values, key = np.concatenate(kept), np.concatenate(keys)
    edges = np.flatnonzero(np.diff(key, prepend=-1))
    at = key[edges]
    made.counts.reshape(-1)[at] = np.diff(edges, append=len(key))
    made.sums.reshape(-1)[at] = np.add.reduceat(values, edges)
    made.lows.reshape(-1)[at] = np.minimum.reduceat(values, edges)
    made.highs.reshape(-1)[at] = np.maximum.reduceat(values, edges)
    made.lasts.reshape(-1)[at] = values[np.append(edges[1:], len(key)) - 1]
    return made


def empty(rows: int, many: int, *, begin: int, step: int) -> Buckets:
    """Return buckets in which nothing is."""
    nothing = (np.full((rows, many), np.nan) for _ in range(4))
    return Buckets(begin, step, np.zeros((rows, many), np.int64), *nothing)


def rates(found: Column, *, longest: int | None = None) -> Column:
    """Return a counter's growth a second at each sample but the first.

    A counter that fell was reset, or wrapped: nobody knows how far it came, so there is a gap
    and never a spike. Nor is there a rate over a pause longer than `longest` µs.
    """
    growth, pauses = np.diff(found.values), np.diff(found.times)
    known = (growth >= 0) & (pauses > 0)
    if longest is not None:
        known &= pauses <= longest
    return Column(found.times[1:][known], growth[known] * SECOND / pauses[known])
