from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isfinite, isnan, nan, pi, sin
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.alerts.domain.anomaly import Learner, taught
from functions.alerts.domain.baseline import (
    FIRST_HOURS,
    SHIFT_HOURS,
    Baseline,
    learnt,
    packed,
    unpacked,
)
from functions.alerts.domain.hour import HOUR, Hour, hour_of_week, whole_hour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
LAGOS = ZoneInfo("Africa/Lagos")
BERLIN = ZoneInfo("Europe/Berlin")


def hours(values: Iterable[float], *, begin: datetime = MONDAY, spread: float = 0.0) -> list[Hour]:
    return [
        Hour(begin + n * HOUR, value - spread, value, value + spread)
        for n, value in enumerate(values)
    ]


def course(days: int, value: Callable[[int], float]) -> list[Hour]:
    """Return days of hours; `value` tells each by the hour of the week."""
    return hours((value(n % 168) for n in range(days * 24)), spread=1.0)


def office(cell: int) -> float:
    """Busy from nine to five from Monday to Friday."""
    return 80.0 if cell < 120 and 9 <= cell % 24 < 17 else 20.0


def after(found: list[Hour]) -> Baseline:
    return taught(Baseline(), found, UTC)


def test_a_series_without_a_course_is_expected_at_its_level() -> None:
    baseline = after(hours(10.0 + n % 5 for n in range(200)))
    assert baseline.guesser == 0
    assert baseline.expected(3) == pytest.approx(12, abs=1)
    assert baseline.hours == 200


def test_the_hour_of_the_day_is_learnt_within_days() -> None:
    baseline = after(course(6, lambda cell: 50 + 30 * sin(2 * pi * cell / 24)))
    assert baseline.guesser == 1
    assert baseline.expected(6) == pytest.approx(80, abs=3)
    assert baseline.week == tuple(map(baseline.expected, range(168)))
    # a day that never was is as the others
    assert baseline.expected(144 + 6) == pytest.approx(80, abs=3)


def test_the_hour_of_the_week_is_learnt_within_weeks() -> None:
    baseline = after(course(42, office))
    assert baseline.guesser == 2
    assert baseline.expected(12) == pytest.approx(80, abs=2)
    assert baseline.expected(120 + 12) == pytest.approx(20, abs=2)
    assert baseline.week == tuple(baseline.expected(cell) for cell in range(168))


def test_an_hour_of_the_week_that_never_was_is_as_on_other_days() -> None:
    baseline = replace(after(course(42, office)), weekly=(nan,) * 168)
    assert baseline.expected(12) == baseline.week[12] == baseline.daily[12]
    assert replace(baseline, daily=(nan,) * 24).expected(12) == baseline.level


def test_gaps_teach_nothing_and_do_no_harm() -> None:
    whole = course(14, office)
    gappy = [hour for n, hour in enumerate(whole) if n % 5 and not 100 < n < 150]
    baseline = after(gappy)
    assert baseline.hours == len(gappy)
    assert baseline.expected(12) == pytest.approx(80, abs=10)


def test_an_hour_without_a_number_is_none() -> None:
    baseline = after(course(3, office))
    for odd in (nan, float("inf"), 1e31):
        for hour in (Hour(MONDAY, odd, 1, 1), Hour(MONDAY, 1, odd, 1), Hour(MONDAY, 1, 1, odd)):
            assert learnt(baseline, 0, hour) is baseline


def test_a_series_that_is_always_the_same_has_a_narrow_band() -> None:
    usual = after(hours([40.0] * 200)).usual(5)
    assert (usual.expected, usual.above, usual.below) == (40.0, 2.0, 2.0)
    nothing = after(hours([0.0] * 200)).usual(5)
    assert nothing.expected == 0
    assert 0 < nothing.above < 1e-6


def test_the_band_reaches_as_far_as_the_first_hours_went() -> None:
    baseline = after([*hours([10.0] * 5), Hour(MONDAY + 5 * HOUR, 4.0, 10.0, 30.0)])
    usual = baseline.usual(6)
    assert (usual.above, usual.below) == (20.0, 6.0)


def test_one_bad_hour_opens_the_band_a_little_only() -> None:
    calm = after(hours([10.0] * 200, spread=1.0))
    spiked = learnt(calm, 0, Hour(MONDAY, 9.0, 10.5, 500.0))
    assert spiked.above == pytest.approx(1.5 * calm.above, rel=0.01)
    assert spiked.expected(0) == pytest.approx(10, abs=0.2)


def test_the_band_closes_by_half_in_four_weeks() -> None:
    wide = after(hours([10.0] * 30, spread=5.0))
    later = taught(wide, hours([10.0] * 672, spread=0.0), UTC)
    assert later.above == pytest.approx(wide.above * 0.51, rel=0.05)


def test_the_band_stays_while_hours_lie_beyond_it() -> None:
    calm = after(hours([10.0] * 200, spread=1.0))
    trouble = calm
    for hour in hours([50.0] * (SHIFT_HOURS - 1)):
        trouble = learnt(trouble, hour_of_week(hour.begin, UTC), hour)
        assert (trouble.above, trouble.below) == (calm.above, calm.below)
        assert trouble.expected(0) < 45
    over = learnt(trouble, 30, Hour(MONDAY, trouble.level, trouble.level, trouble.level))
    assert over.away == 0
    assert over.above > calm.above


@pytest.mark.parametrize("level", [60.0, -40.0])
def test_hours_that_stay_beyond_the_band_for_a_day_are_a_new_level(level: float) -> None:
    calm = after(course(14, lambda cell: 10 + sin(2 * pi * cell / 24)))
    moved = course(2, lambda cell: level + sin(2 * pi * cell / 24))
    shifted = taught(calm, moved, UTC)
    assert shifted.away == 0
    usual = shifted.usual(12)
    assert usual.expected == pytest.approx(level, rel=0.1)
    # and its band is no wider for it
    assert max(usual.above, usual.below) < 10


def test_hours_beyond_the_band_on_different_sides_are_no_new_level() -> None:
    calm = after(hours([10.0] * 200, spread=1.0))
    wild = taught(calm, hours([80.0, -60.0] * 30), UTC)
    assert abs(wild.away) <= 1
    assert wild.expected(0) == pytest.approx(10, abs=10)


def test_hours_of_the_week_are_the_walls_and_summer_time_moves_them() -> None:
    assert hour_of_week(MONDAY, LAGOS) == 1
    winter, summer = datetime(2026, 3, 27, 8, tzinfo=UTC), datetime(2026, 4, 3, 7, tzinfo=UTC)
    assert hour_of_week(winter, BERLIN) == hour_of_week(summer, BERLIN) == 4 * 24 + 9
    # the hour that spring leaves out is nobody's, the one that autumn has twice is learnt twice
    cells = [hour_of_week(datetime(2026, 3, 29, n, tzinfo=UTC), BERLIN) for n in range(4)]
    assert cells == [145, 147, 148, 149]
    again = [hour_of_week(datetime(2026, 10, 25, n, tzinfo=UTC), BERLIN) for n in range(4)]
    assert again == [146, 146, 147, 148]


def test_an_hour_is_the_rollups_also_where_clocks_differ_by_half_an_hour() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    found = {hour_of_week(MONDAY + timedelta(minutes=n), kolkata) for n in range(60)}
    assert found == {5}
    assert whole_hour(datetime(2026, 3, 2, 5, 45, tzinfo=kolkata)) == MONDAY


def test_office_hours_are_expected_by_the_wall_after_the_clocks_changed() -> None:
    begin = datetime(2026, 2, 2, tzinfo=UTC)
    past = [
        Hour(at, value - 1, value, value + 1)
        for n in range(55 * 24)
        for at in [begin + n * HOUR]
        for value in [office(hour_of_week(at, BERLIN))]
    ]
    baseline = taught(Baseline(), past, BERLIN)
    at = datetime(2026, 3, 31, 7, 30, tzinfo=UTC)
    assert baseline.expected(hour_of_week(at, BERLIN)) == pytest.approx(80, abs=2)
    early = at - HOUR
    assert baseline.expected(hour_of_week(early, BERLIN)) == pytest.approx(20, abs=2)


def test_a_replay_knows_only_the_hours_that_are_over() -> None:
    learner = Learner(hours([10.0] * 30 + [99.0] * 5), UTC)
    assert isnan(learner.usual(MONDAY + timedelta(minutes=59)).expected)
    assert learner.usual(MONDAY + HOUR).hours == 1
    assert learner.usual(MONDAY + 30 * HOUR + timedelta(minutes=59)).expected == 10
    assert learner.usual(MONDAY + 40 * HOUR).hours == 35


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@settings(max_examples=60)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=80))
def test_whatever_is_measured_a_baseline_stays_one(found: list[tuple[float, float, float]]) -> None:
    baseline = Baseline()
    for n, (low, mean, high) in enumerate(found):
        baseline = learnt(baseline, n * 7 % 168, Hour(MONDAY + n * HOUR, low, mean, high))
        assert baseline.above >= 0
        assert baseline.below >= 0
        assert abs(baseline.away) < SHIFT_HOURS
    if baseline.hours:
        assert all(isfinite(each) for each in baseline.week)
        assert baseline.week == tuple(map(baseline.expected, range(168)))
        usual = baseline.usual(0)
        assert usual.above > 0
        assert usual.below > 0


@settings(max_examples=30)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=100))
def test_what_is_kept_is_what_was_learnt_and_never_grows(values: list[float]) -> None:
    baseline = after(hours(values))
    kept = packed(baseline)
    assert len(kept) == 203
    assert all(each == 0 or isnan(each) or abs(each) >= 1e-30 for each in kept)
    assert packed(unpacked(kept)) == pytest.approx(kept, nan_ok=True)
    assert unpacked(kept).hours == baseline.hours


def test_what_was_kept_in_another_form_is_learnt_anew() -> None:
    assert unpacked([1.0, 2.0]) == Baseline()


@settings(max_examples=30)
@given(st.floats(1e-3, 1e3))
def test_the_unit_of_a_series_does_not_matter(scale: float) -> None:
    plain = after(hours([sin(n) for n in range(120)], spread=0.5))
    other = after(hours([scale * sin(n) for n in range(120)], spread=0.5 * scale))
    assert other.above == pytest.approx(plain.above * scale)
    assert other.week == pytest.approx([each * scale for each in plain.week])


def test_the_first_day_is_taken_as_it_comes() -> None:
    first = after(hours([float(n) for n in range(FIRST_HOURS)]))
    assert first.away == 0
    assert first.above > 5
