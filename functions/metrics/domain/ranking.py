"""The figures of series over a whole range, and which come first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.timeseries.model import Buckets

    from functions.metrics.domain.buckets import Floats, Integers


@dataclass(frozen=True)
class Figures:
    """What each series' samples come to; NaN where there are none."""

    minimum: Floats
    average: Floats
    maximum: Floats
    last: Floats

    @classmethod
    def unknown(cls, rows: int) -> Figures:
        """Return figures of which none is known."""
        return cls(*(np.full(rows, np.nan) for _ in range(4)))

    def put(self, places: Sequence[int], found: Figures) -> None:
        """Set the figures of some series."""
        self.minimum[places], self.average[places] = found.minimum, found.average
        self.maximum[places], self.last[places] = found.maximum, found.last

    def of(self, place: int) -> dict[str, float]:
        """Return one series' figures by name."""
        return {
            "minimum": float(self.minimum[place]),
            "average": float(self.average[place]),
            "maximum": float(self.maximum[place]),
            "last": float(self.last[place]),
        }


def figures(found: Buckets) -> Figures:
    """Return the figures of all buckets together."""
    there = found.counts > 0
    counts = found.counts.sum(axis=1)
    sums = np.where(there, found.sums, 0.0).sum(axis=1)
    newest = there.shape[1] - 1 - np.argmax(there[:, ::-1], axis=1)
    return Figures(
        minimum=np.asarray(np.fmin.reduce(found.lows, axis=1)),
        average=np.where(counts > 0, sums / np.maximum(counts, 1), np.nan),
        maximum=np.asarray(np.fmax.reduce(found.highs, axis=1)),
        last=found.lasts[np.arange(len(newest)), newest],
    )


def first_places(values: Floats, *, highest: bool, limit: int) -> Integers:
    """Return the places of the highest or lowest values, the first first; NaN has no place."""
    known = np.flatnonzero(~np.isnan(values))
    order = np.argsort(-values[known] if highest else values[known], kind="stable")
    return known[order][:limit]
