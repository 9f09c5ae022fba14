"""Measured values as a report shows them: statistics of each series, and lines to draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.reports.domain.figures import Device

# More lines than these nobody can tell apart: then their mean and their highest are drawn.
MAX_LINES = 5
_MAX_POINTS = 180
_STEPS_S = (300, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 345_600)

Points = tuple[tuple[datetime, float], ...]


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What became of a series' values in a stretch of time."""

    entity: str
    metric: str
    unit: str
    samples: int
    minimum: float
    average: float
    p95: float
    maximum: float


@dataclass(frozen=True)
class Reading:
    """The statistics of one of a device's series."""

    device: Device
    statistics: Statistics


@dataclass(frozen=True)
class Line:
    """A line of a chart."""

    label: str
    points: Points


@dataclass(frozen=True)
class Chart:
    """A metric over time, a line a series, or the mean and the highest of many."""

    metric: str
    unit: str
    series: int
    step_s: int
    lines: tuple[Line, ...]


def step_of(length: timedelta) -> int:
    """Return how many seconds a point stands for, so that a line has a readable number."""
    wanted = length.total_seconds() / _MAX_POINTS
    return next((step for step in _STEPS_S if step >= wanted), _STEPS_S[-1])


@dataclass
class _Drawn:
    unit: str
    lines: list[Line] = field(default_factory=list)
    series: int = 0
    sums: dict[datetime, float] = field(default_factory=lambda: defaultdict(float))
    counts: dict[datetime, int] = field(default_factory=lambda: defaultdict(int))
    highest: dict[datetime, float] = field(default_factory=dict)


class Drawing:
    """Gathers series by metric, however many, into few lines."""

    def __init__(self, step_s: int) -> None:
        self.step_s = step_s
        self._drawn: dict[str, _Drawn] = {}

    def add(self, label: str, metric: str, unit: str, values: Mapping[datetime, float]) -> None:
        """Add a series: its average in each bucket."""
        if not values:
            return
        drawn = self._drawn.setdefault(metric, _Drawn(unit))
        drawn.series += 1
        if drawn.series <= MAX_LINES:
            drawn.lines.append(Line(label, tuple(sorted(values.items()))))
        for at, value in values.items():
            drawn.sums[at] += value
            drawn.counts[at] += 1
            drawn.highest[at] = max(value, drawn.highest.get(at, value))

    def charts(self, metrics: Iterable[str]) -> tuple[Chart, ...]:
        """Return a chart a metric that has values, in this order."""
        return tuple(self._chart(name) for name in metrics if name in self._drawn)

    def _chart(self, metric: str) -> Chart:
        drawn = self._drawn[metric]
        lines = tuple(drawn.lines)
        if drawn.series > MAX_LINES:
            mean = ((at, total / drawn.counts[at]) for at, total in drawn.sums.items())
            lines = (
                Line(f"Mean of {drawn.series} series", tuple(sorted(mean))),
                Line("Highest", tuple(sorted(drawn.highest.items()))),
            )
        return Chart(metric, drawn.unit, drawn.series, self.step_s, lines)
