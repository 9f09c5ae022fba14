from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notify.domain.quiet_hours import QuietHours
from tests.support.notify import a_channel

BERLIN = ZoneInfo("Europe/Berlin")


def some_hours(begin: str, end: str, **given: Any) -> QuietHours:
    return QuietHours(
        time_zone="Europe/Berlin",
        from_time=time.fromisoformat(begin),
        to_time=time.fromisoformat(end),
        **given,
    )


NIGHTS = some_hours("22:00", "06:00")
WEEKEND = some_hours("00:00", "00:00", weekdays=frozenset({5, 6}))


def at(text: str, *, fold: int = 0) -> datetime:
    """Return when a wall in Berlin shows a time."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "now", "end"),
    [
        # Monday 2 March 2026
        (NIGHTS, "2026-03-02T21:59:59", None),
        (NIGHTS, "2026-03-02T22:00", "2026-03-03T06:00"),
        (NIGHTS, "2026-03-03T00:30", "2026-03-03T06:00"),
        (NIGHTS, "2026-03-03T05:59:59", "2026-03-03T06:00"),
        (NIGHTS, "2026-03-03T06:00", None),
        (some_hours("12:00", "13:00"), "2026-03-02T12:30", "2026-03-02T13:00"),
        (some_hours("12:00", "13:00"), "2026-03-02T13:30", None),
        # two days that follow each other are one quiet
        (WEEKEND, "2026-03-06T23:59", None),
        (WEEKEND, "2026-03-07T10:00", "2026-03-09T00:00"),
        (WEEKEND, "2026-03-08T10:00", "2026-03-09T00:00"),
        # the night of a Friday ends on Saturday
        (
            some_hours("22:00", "06:00", weekdays=frozenset({4})),
            "2026-03-07T05:00",
            "2026-03-07T06:00",
        ),
        (some_hours("22:00", "06:00", weekdays=frozenset({4})), "2026-03-07T23:00", None),
        # spring: 02:30 is 03:30; autumn: 02:30 comes twice, and it ends at the first
        (some_hours("22:00", "02:30"), "2026-03-29T01:00", "2026-03-29T03:30"),
        (some_hours("22:00", "02:30"), "2026-10-25T01:00", "2026-10-25T02:30"),
        (NIGHTS, "2026-03-29T01:00", "2026-03-29T06:00"),
        (NIGHTS, "2026-10-25T01:00", "2026-10-25T06:00"),
    ],
)
def test_it_is_quiet_by_the_clock_of_the_wall(hours: QuietHours, now: str, end: str | None) -> None:
    assert hours.end(at(now)) == (at(end) if end else None)


def test_what_ended_the_first_time_a_clock_showed_it_does_not_begin_again() -> None:
    assert some_hours("22:00", "02:30").end(at("2026-10-25T02:15", fold=1)) is None


@given(
    minutes=st.integers(0, 527_040),
    begin=st.integers(0, 1439),
    end=st.integers(0, 1439),
    days=st.frozensets(st.integers(0, 6), min_size=1, max_size=6),
    zone=st.sampled_from(["Africa/Nairobi", "Europe/Berlin", "Australia/Lord_Howe", "UTC"]),
)
def test_a_quiet_that_holds_ends_later_and_is_over_then(
    minutes: int, begin: int, end: int, days: frozenset[int], zone: str
) -> None:
    hours = QuietHours(
        time_zone=zone,
        weekdays=days,
        from_time=time(begin // 60, begin % 60),
        to_time=time(end // 60, end % 60),
    )
    now = at("2026-01-01T00:00") + timedelta(minutes=minutes)
    until = hours.end(now)
    if until is not None:
        assert now < until <= now + timedelta(days=8)
        assert hours.end(until) is None


def test_critical_alerts_are_told_at_any_hour_unless_even_they_are_not() -> None:
    night = at("2026-03-03T01:00")
    channel = a_channel(quiet_hours=NIGHTS)
    assert channel.quiet_until(night, is_critical=True) is None
    assert channel.quiet_until(night, is_critical=False) == at("2026-03-03T06:00")
    silent = a_channel(quiet_hours=some_hours("22:00", "06:00", even_critical=True))
    assert silent.quiet_until(night, is_critical=True) == at("2026-03-03T06:00")
    assert a_channel().quiet_until(night, is_critical=False) is None
