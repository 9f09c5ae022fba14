"""When a value will reach a threshold, if it goes on as it did: a line through its past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median

from functions.alerts.domain.hour import Hour
from functions.alerts.domain.rule import Comparison, Rule

# What a line is drawn through, and how well it must fit: noise points nowhere.
PAST = timedelta(days=14)
_LEAST_DAYS, _LEAST_HOURS = 5, 24
# How much of the spread the line must explain (for straight courses an R² of about a half).
_LEAST_FIT = 0.3
# A step against the direction by more than this share of all there was begins anew.
_FALL = 0.5
# An alert is over when the threshold is so much further away than its rule asks.
_CLEAR = 1.2
_HOUR_S = 3600.0
_DAY_HOURS = 24


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
    if len(hours) < _LEAST_HOURS or _is_better_than_ever(hours, is_rising=is_rising):
        return None
    days = _worst_of_days(hours, is_rising=is_rising)
    points = _since_last_fall(days, is_rising=is_rising)
    if len(points) < _LEAST_DAYS:
        fresh = hours
        if len(points) < len(days):
            since = points[0][0] // _DAY_HOURS * _DAY_HOURS
            fresh = [each for each in hours if each.begin.timestamp() / _HOUR_S >= since]
        if len(fresh) < _LEAST_HOURS:
            return None
        points = [(each.begin.timestamp() / _HOUR_S, each.mean) for each in fresh]
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


def _is_better_than_ever(hours: Sequence[Hour], *, is_rising: bool) -> bool:
    """Return whether the last hour is on the good side of all before: it was cleaned up lately."""
    last = hours[-1]
    # by then a whole day without what was cleaned up tells the same
    before = [each for each in hours if each.begin < last.begin - timedelta(days=2)]
    if is_rising:
        return last.mean < min((each.low for each in before), default=last.mean)
    return last.mean > max((each.high for each in before), default=last.mean)


def _since_last_fall(
    points: list[tuple[float, float]], *, is_rising: bool
) -> list[tuple[float, float]]:
    """Return what came after the last fall against the direction: a disk was cleaned up then."""
    values = [value for _, value in points]
    span = max(values, default=0.0) - min(values, default=0.0)
    for place in range(len(points) - 1, 0, -1):
        step = values[place] - values[place - 1]
        if span and (-step if is_rising else step) > _FALL * span:
            return points[place:]
    return points


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Return slope, intercept and fit (0 to 1) of the line that most pairs agree on.

    Theil (1950) and Sen (1968): one odd day moves least squares, and hardly a median.
    """
    slope = median(
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in combinations(points, 2)
    )
    intercept = median(y - slope * x for x, y in points)
    middle = median(y for _, y in points)
    spread = median(abs(y - middle) for _, y in points)
    rest = median(abs(y - slope * x - intercept) for x, y in points)
    return slope, intercept, 1 - rest / spread if spread else 0.0
