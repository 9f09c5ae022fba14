"""Rules about the unusual: how wide a band around the usual is, and how far beyond it a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from functions.alerts.domain.baseline import Baseline, Usual, learnt
from functions.alerts.domain.hour import HOUR, Hour, hour_of_week, whole_hour

# What a baseline that is not there yet is learnt from at once, as far as rollups go.
LEARNT_PAST = timedelta(days=28)
# A value is as strange as it is far from what is expected, in half widths of the band: trouble
# beyond its edge, over well within it.
EDGE, WITHIN = 1.0, 0.8


class Sensitivity(StrEnum):
    """How soon a value is out of the ordinary."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def margin(self) -> float:
        """How wide the band is, in what values of late went from the expected ones."""
        return _MARGINS[self]


# The middle one is what does best on the Numenta Anomaly Benchmark (ADR 38).
_MARGINS = {Sensitivity.LOW: 1.6, Sensitivity.MEDIUM: 1.2, Sensitivity.HIGH: 1.0}


class Direction(StrEnum):
    """Which side of the band is trouble."""

    ABOVE = "above"
    BELOW = "below"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unusual:
    """What a rule takes for unusual."""

    sensitivity: Sensitivity = Sensitivity.MEDIUM
    direction: Direction = Direction.BOTH
    # how much must have been learnt before anything counts
    history: timedelta = timedelta(days=7)
    # nothing nearer to what is expected counts, whatever the band
    least_deviation: float = 0.0

    def knows_enough(self, hours: int) -> bool:
        """Return whether so many hours are enough for anything to count."""
        return hours * HOUR >= self.history

    def band(self, usual: Usual) -> Band:
        """Return the band around what is usual."""
        margin = self.sensitivity.margin
        return Band(
            lower=usual.expected - max(usual.below * margin, self.least_deviation),
            expected=usual.expected,
            upper=usual.expected + max(usual.above * margin, self.least_deviation),
        )

    def strangeness(self, value: float, band: Band) -> float:
        """Return how far a value is from the expected one: 1 at the edge of the band."""
        if value >= band.expected:
            on_side, edge = self.direction is not Direction.BELOW, band.upper
        else:
            on_side, edge = self.direction is not Direction.ABOVE, band.lower
        return (value - band.expected) / (edge - band.expected) if on_side else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """What is usual at some time, as charts and messages show it."""

    lower: float
    expected: float
    upper: float


class Learner:
    """Learns a series' past hour by hour as a replay goes on: nothing is known ahead of time."""

    def __init__(self, hours: Sequence[Hour], zone: tzinfo) -> None:
        self._hours = hours
        self._zone = zone
        self._next = 0
        self._baseline = Baseline()

    def usual(self, at: datetime) -> Usual:
        """Return what was usual at an instant; instants must not go back."""
        begun = whole_hour(at)
        first = self._next
        while self._next < len(self._hours) and self._hours[self._next].begin + HOUR <= begun:
            self._next += 1
        self._baseline = taught(self._baseline, self._hours[first : self._next], self._zone)
        return self._baseline.usual(hour_of_week(at, self._zone))


def taught(baseline: Baseline, hours: Sequence[Hour], zone: tzinfo) -> Baseline:
    """Return what is usual after some more hours, in time."""
    for hour in hours:
        baseline = learnt(baseline, hour_of_week(hour.begin, zone), hour)
    return baseline
