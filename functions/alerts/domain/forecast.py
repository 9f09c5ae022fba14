"""When a value will reach a threshold, if it goes on as it did: a line through its past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.alerts.domain.hour import Hour
from functions.alerts.domain.rule import Comparison, Rule

# What a line is drawn through, and how well it must fit: noise points nowhere.
PAST = timedelta(days=14)
_LEAST_DAYS, _LEAST_HOURS = 5, 24
_LEAST_FIT = 0.5
# An alert is over when the threshold is so much further away than its rule asks.
_CLEAR = 1.2
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far away a threshold is."""

    left: timedelta

    def is_breach(self, rule: Rule) -> bool:
        """Return whether the threshold is reached within the rule's window."""
        return self.left <= rule.window

    def is_clear(self, rule: Rule) -> bool:
        """Return whether it is far enough away for an alert to be over."""
        return self.left > rule.window * _CLEAR


def outlook(rule: Rule, hours: Sequence[Hour], *, now: datetime) -> Outlook | None:
    """Return when a series reaches its threshold; None: never, or nothing can be said."""
    assert rule.threshold is not None  # noqa: S101 - such rules have one
    is_rising = rule.comparison in (Comparison.ABOVE, Comparison.AT_LEAST)
    points = _worst_of_days(hours, is_rising=is_rising)
    if len(points) < _LEAST_DAYS:
        if len(hours) < _LEAST_HOURS:
            return None
        points = [(each.begin.timestamp() / _HOUR_S, each.mean) for each in hours]
    slope, intercept, fit = _line(points)
    there = slope * now.timestamp() / _HOUR_S + intercept
    missing = rule.threshold - there
    if (missing <= 0) is is_rising:
        return Outlook(timedelta(0))
    if slope == 0 or (slope > 0) is not is_rising or fit < _LEAST_FIT:
        return None
    return Outlook(min(timedelta(hours=missing / slope), timedelta(days=3650)))


def _worst_of_days(hours: Sequence[Hour], *, is_rising: bool) -> list[tuple[float, float]]:
    """Return the worst hour of each whole day: what is busy by day is judged by its peaks."""
    days: dict[object, list[Hour]] = {}
    for each in hours:
        days.setdefault(each.begin.date(), []).append(each)
    whole = [found for found in days.values() if len(found) >= 20]  # noqa: PLR2004 - of 24
    worst = [
        max(found, key=lambda each: each.high) if is_rising else min(found, key=lambda h: h.low)
        for found in whole
    ]
    return [(w.begin.timestamp() / _HOUR_S, w.high if is_rising else w.low) for w in worst]


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Return slope, intercept and R² of the line of least squares."""
    count = len(points)
    middle_x = sum(x for x, _ in points) / count
    middle_y = sum(y for _, y in points) / count
    xx = sum((x - middle_x) ** 2 for x, _ in points)
    xy = sum((x - middle_x) * (y - middle_y) for x, y in points)
    yy = sum((y - middle_y) ** 2 for _, y in points)
    slope = xy / xx if xx else 0.0
    fit = (xy * xy) / (xx * yy) if xx and yy else 0.0
    return slope, middle_y - slope * middle_x, fit
