"""Days and periods, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.reports.domain.calendar import (
    NamedPeriod,
    bounds,
    dates_shown,
    days_between,
    midnight,
)

NAIROBI, BERLIN = ZoneInfo("Africa/Nairobi"), ZoneInfo("Europe/Berlin")
CAIRO, APIA = ZoneInfo("Africa/Cairo"), ZoneInfo("Pacific/Apia")
# a Monday, three in the afternoon in Nairobi
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (NamedPeriod.YESTERDAY, date(2026, 3, 1), date(2026, 3, 1)),
        (NamedPeriod.LAST_7_DAYS, date(2026, 2, 23), date(2026, 3, 1)),
        (NamedPeriod.LAST_WEEK, date(2026, 2, 23), date(2026, 3, 1)),
        (NamedPeriod.LAST_30_DAYS, date(2026, 1, 31), date(2026, 3, 1)),
        (NamedPeriod.LAST_MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (NamedPeriod.LAST_QUARTER, date(2025, 10, 1), date(2025, 12, 31)),
        (NamedPeriod.LAST_YEAR, date(2025, 1, 1), date(2025, 12, 31)),
        (NamedPeriod.TODAY, date(2026, 3, 2), date(2026, 3, 2)),
        (NamedPeriod.THIS_MONTH, date(2026, 3, 1), date(2026, 3, 2)),
    ],
)
def test_a_named_period_has_the_days_people_mean(
    period: NamedPeriod, first: date, last: date
) -> None:
    begin, end = bounds(period, NOW, NAIROBI)
    assert dates_shown(begin, end, NAIROBI) == (first, last)
    over = period not in {NamedPeriod.TODAY, NamedPeriod.THIS_MONTH}
    assert end == (midnight(last + timedelta(days=1), NAIROBI) if over else NOW)


def test_today_is_the_time_zones_not_ours() -> None:
    late = datetime(2026, 3, 1, 22, tzinfo=UTC)
    assert bounds(NamedPeriod.TODAY, late, NAIROBI)[0] == datetime(2026, 3, 1, 21, tzinfo=UTC)
    assert bounds(NamedPeriod.TODAY, late, BERLIN)[0] == datetime(2026, 2, 28, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), BERLIN, 23),
        (date(2026, 10, 25), BERLIN, 25),
        (date(2026, 3, 29), NAIROBI, 24),
        # clocks go forward at midnight: the day begins at one
        (date(2026, 4, 24), CAIRO, 23),
    ],
)
def test_a_day_has_as_many_hours_as_the_clocks_leave_it(
    day: date, zone: ZoneInfo, hours: int
) -> None:
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    assert end - begin == timedelta(hours=hours)
    [only] = days_between(begin, end, zone)
    assert (only.date, only.begin, only.end) == (day, begin, end)


def test_a_day_that_never_was_is_left_out() -> None:
    # Samoa crossed the date line
    days = days_between(midnight(date(2011, 12, 29), APIA), midnight(date(2012, 1, 1), APIA), APIA)
    assert [each.date.day for each in days] == [29, 31]


@given(
    since=st.timedeltas(timedelta(0), timedelta(days=3650)),
    length=st.timedeltas(timedelta(seconds=1), timedelta(days=40)),
    zone=st.sampled_from([NAIROBI, BERLIN, CAIRO, ZoneInfo("Australia/Lord_Howe")]),
)
def test_days_cover_a_stretch_without_gap_or_overlap(
    since: timedelta, length: timedelta, zone: ZoneInfo
) -> None:
    first = datetime(2020, 1, 1, tzinfo=UTC) + since
    last = first + length
    days = days_between(first, last, zone)
    assert (days[0].begin, days[-1].end) == (first, last)
    assert all(one.end == other.begin for one, other in pairwise(days))
    assert all(each.begin < each.end for each in days)
    assert [each.date for each in days] == sorted({each.date for each in days})
