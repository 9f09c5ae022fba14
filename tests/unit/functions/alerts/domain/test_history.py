from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from functions.alerts.domain.history import Years, years_of
from functions.alerts.domain.listing import Part


def test_the_next_year_is_there_before_it_begins_and_old_ones_go() -> None:
    last = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert years_of(last, kept=5) == Years(first=2026, last=2027, kept_from=2021)
    assert years_of(last + timedelta(minutes=1), kept=5).kept_from == 2022


def test_years_are_those_of_utc() -> None:
    ahead = datetime(2027, 1, 1, 1, tzinfo=timezone(timedelta(hours=3)))
    assert years_of(ahead, kept=1).first == 2026


def test_figures_are_told_apart_by_things_or_by_periods() -> None:
    assert [each for each in Part if each.is_period] == [Part.DAY, Part.WEEK, Part.MONTH]
