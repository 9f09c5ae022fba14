"""What is usual for a series: learnt from hour to hour out of its rollups, and never any larger.

Three guesses compete for what an hour comes to: the level of late, the hour of the day, the hour of
the week. Around the guess that was off the least there is a band, as far on each side as the
furthest hours went. No hour counts for more than a few widths of the band, so that one bad day
teaches little; hours that stay beyond the band for a whole day are a new level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import copysign, inf, isnan, nan

from functions.alerts.domain.hour import DAY_HOURS, WEEK_HOURS, Hour

# So many hours are taken as they come: there is no band yet that they could be held against.
FIRST_HOURS = 24
# So many hours in a row beyond the band, on one side, are a new level.
SHIFT_HOURS = 24
# How much of the way a guess goes towards the hour: of late, of the day, of the week.
_RATES = (0.05, 0.3, 0.5)
# An error fades within about two days.
_ERROR_RATE = 0.02
# A guess by the clock must be so much better than a simpler one to be believed.
_BETTER = 0.7
# What an hour beyond the band can count for, in widths of the band.
_MOST = 3.0
# The band opens half the way to an hour that went further (but at most to twice its width), and
# closes by a thousandth an hour: by a half in four weeks.
_OPENS, _CLOSES, _OPENS_TO = 0.5, 0.001, 2.0
# A side is at least so much of the other one, and of what is expected.
_OF_OTHER, _OF_EXPECTED = 0.3, 0.05
# A series that was always the same has some width, too.
_TINY = 1e-9
# What lies beyond these is no measurement; kept numbers have single precision.
_LARGEST, _SMALLEST = 1e30, 1e-30


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for a series at some time, and how far values go from it."""

    expected: float
    above: float
    below: float
    # how many hours it was learnt from
    hours: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """What was learnt of a series so far; NaN where nothing was."""

    hours: int = 0
    level: float = nan
    daily: tuple[float, ...] = (nan,) * DAY_HOURS
    weekly: tuple[float, ...] = (nan,) * WEEK_HOURS
    # how far each of the three was off
    errors: tuple[float, ...] = (nan,) * 3
    # how far the band goes
    above: float = 0.0
    below: float = 0.0
    # hours in a row beyond the band (negative: below it) and how far they were off in all
    away: int = 0
    drift: float = 0.0
    # how far the band will go once such a run is over; it does not swallow what it is to tell of
    wide_above: float = 0.0
    wide_below: float = 0.0

    @property
    def guesser(self) -> int:
        """Which of the three is believed: 0 the level, 1 the day's hour, 2 the week's hour."""
        best, least = 0, self.errors[0]
        for which in (1, 2):
            if self.errors[which] < least * _BETTER:
                best, least = which, self.errors[which]
        return best

    def expected(self, cell: int) -> float:
        """Return what an hour of the week is expected to come to."""
        guesses = (self.weekly[cell], self.daily[cell % DAY_HOURS], self.level)
        return next((each for each in guesses[2 - self.guesser :] if not isnan(each)), nan)

    @property
    def week(self) -> tuple[float, ...]:
        """What each hour of the week is expected to come to."""
        which = self.guesser
        if which == 0:
            return (self.level,) * WEEK_HOURS
        days = tuple(self.level if isnan(each) else each for each in self.daily)
        week = days * (WEEK_HOURS // DAY_HOURS)
        if which == 1:
            return week
        hours = zip(self.weekly, week, strict=True)
        return tuple(day if isnan(each) else each for each, day in hours)

    def usual(self, cell: int) -> Usual:
        """Return what is usual in an hour of the week."""
        expected = self.expected(cell)
        return usual_of(expected, self.above, self.below, self.hours)


def usual_of(expected: float, above: float, below: float, hours: int) -> Usual:
    """Return what is usual around an expectation, neither side as good as nothing."""
    least = max(_OF_OTHER * max(above, below), _OF_EXPECTED * abs(expected), _TINY)
    return Usual(expected, max(above, least), max(below, least), hours)


def learnt(before: Baseline, cell: int, hour: Hour) -> Baseline:
    """Return what is usual once an hour is over, by its hour of the week."""
    mean = hour.mean
    if not all(abs(each) <= _LARGEST for each in (hour.low, mean, hour.high)):
        return before
    usual = before.usual(cell)
    if isnan(usual.expected):
        return replace(_moved(before, cell, mean, reach=inf), hours=1)
    off, width = mean - usual.expected, max(usual.above, usual.below)
    widened = _widened(before, usual, hour)
    is_young = before.hours < FIRST_HOURS
    after = _moved(widened, cell, mean, reach=inf if is_young else _MOST * width)
    after = replace(after, hours=before.hours + 1)
    if is_young or -usual.below <= off <= usual.above:
        return replace(after, above=after.wide_above, below=after.wide_below, away=0, drift=0.0)
    goes_on = before.away * off > 0
    away = (before.away if goes_on else 0) + int(copysign(1, off))
    drift = (before.drift if goes_on else 0.0) + off
    if abs(away) < SHIFT_HOURS:
        return replace(after, away=away, drift=drift)
    return _shifted(before, drift / abs(away), hours=after.hours)


def _moved(before: Baseline, cell: int, mean: float, *, reach: float) -> Baseline:
    """Let each guess go towards an hour's mean."""
    hour = cell % DAY_HOURS
    guesses = (before.level, before.daily[hour], before.weekly[cell])
    level, of_day, of_week = (
        mean if isnan(guess) else guess + rate * max(-reach, min(mean - guess, reach))
        for guess, rate in zip(guesses, _RATES, strict=True)
    )
    errors = tuple(
        _error(error, abs(mean - guess), reach)
        for error, guess in zip(before.errors, guesses, strict=True)
    )
    return replace(
        before,
        level=level,
        daily=(*before.daily[:hour], of_day, *before.daily[hour + 1 :]),
        weekly=(*before.weekly[:cell], of_week, *before.weekly[cell + 1 :]),
        errors=errors,
    )


def _error(error: float, off: float, reach: float) -> float:
    if isnan(off):
        return error
    off = min(off, reach)
    return off if isnan(error) else error + _ERROR_RATE * (off - error)


def _widened(before: Baseline, usual: Usual, hour: Hour) -> Baseline:
    """Let the band open towards an hour's extremes, or close a little."""
    is_young = before.hours < FIRST_HOURS
    above, below = (
        _opened(edge, far, most=inf if is_young else _OPENS_TO * max(edge, least))
        for edge, far, least in (
            (before.wide_above, hour.high - usual.expected, usual.above),
            (before.wide_below, usual.expected - hour.low, usual.below),
        )
    )
    return replace(before, wide_above=above, wide_below=below)


def _opened(edge: float, far: float, *, most: float) -> float:
    if far <= edge:
        return edge * (1 - _CLOSES)
    return far if most == inf else edge + _OPENS * (min(far, most) - edge)


def _shifted(before: Baseline, shift: float, *, hours: int) -> Baseline:
    """Return what is usual on a new level: the same course, so much higher or lower."""
    return replace(
        before,
        hours=hours,
        level=before.level + shift,
        daily=tuple(each + shift for each in before.daily),
        weekly=tuple(each + shift for each in before.weekly),
        away=0,
        drift=0.0,
        wide_above=before.above,
        wide_below=before.below,
    )


_SCALARS = ("hours", "level", "above", "below", "away", "drift", "wide_above", "wide_below")
_WIDTH = len(_SCALARS) + 3 + DAY_HOURS + WEEK_HOURS


def packed(baseline: Baseline) -> list[float]:
    """Return a baseline as a row of numbers, to be kept."""
    scalars = (float(getattr(baseline, name)) for name in _SCALARS)
    numbers = (*scalars, *baseline.errors, *baseline.daily, *baseline.weekly)
    return [0.0 if abs(each) < _SMALLEST else each for each in numbers]


def unpacked(numbers: Sequence[float]) -> Baseline:
    """Return the baseline that was kept; a new one if it was kept in another form."""
    if len(numbers) != _WIDTH:
        return Baseline()
    scalars = dict(zip(_SCALARS, numbers, strict=False))
    rest = tuple(numbers[len(_SCALARS) :])
    return Baseline(
        **{name: value for name, value in scalars.items() if name not in {"hours", "away"}},
        hours=int(scalars["hours"]),
        away=int(scalars["away"]),
        errors=rest[:3],
        daily=rest[3 : 3 + DAY_HOURS],
        weekly=rest[3 + DAY_HOURS :],
    )
