from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from functions.alerts.domain.service_level import BusinessHours

HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(zone: str = "Africa/Nairobi", **given: Any) -> BusinessHours:
    weekdays = frozenset(range(5))
    plain = {"weekdays": weekdays, "from_time": time(8), "to_time": time(17)}
    return BusinessHours(time_zone=zone, **{**plain, **given})


# eight to five in Nairobi is five to two in UTC; 6 March 2026 is a Friday
@pytest.mark.parametrize(
    ("since", "length", "expected"),
    [
        ("2026-03-06T10:00", 2 * HOUR, "2026-03-06T12:00"),
        ("2026-03-06T03:00", HOUR, "2026-03-06T06:00"),
        ("2026-03-06T13:00", 2 * HOUR, "2026-03-09T06:00"),
        ("2026-03-07T10:00", HOUR, "2026-03-09T06:00"),
        ("2026-03-06T05:00", 9 * HOUR, "2026-03-06T14:00"),
        ("2026-03-06T05:00", 45 * HOUR, "2026-03-12T14:00"),
    ],
)
def test_time_goes_by_in_business_hours_only(since: str, length: timedelta, expected: str) -> None:
    begin, end = utc(since), utc(expected)
    assert hours().after(begin, length) == end
    assert hours().between(begin, end) == length


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2026-03-06T14:00", "2026-03-09T05:00", 0 * HOUR),
        ("2026-03-06T13:30", "2026-03-09T05:30", HOUR),
        ("2026-03-06T06:00", "2026-03-06T06:00", 0 * HOUR),
        ("2026-03-02T00:00", "2026-03-09T00:00", 45 * HOUR),
    ],
)
def test_business_hours_between_two_instants_are_added_up(
    begin: str, end: str, expected: timedelta
) -> None:
    assert hours().between(utc(begin), utc(end)) == expected


@pytest.mark.parametrize(
    ("day", "length"),
    [
        # Berlin leaves out an hour of 29 March 2026, and has one of 25 October twice
        ("2026-03-29", 23 * HOUR),
        ("2026-10-25", 25 * HOUR),
    ],
)
def test_a_whole_day_of_business_is_as_long_as_the_day_is(day: str, length: timedelta) -> None:
    whole = hours("Europe/Berlin", weekdays=frozenset({6}), from_time=time(0), to_time=time(0))
    begin = utc(f"{day}T00:00") - timedelta(days=1)
    assert whole.between(begin, begin + timedelta(days=3)) == length


def test_hours_that_spring_leaves_out_are_none() -> None:
    left_out = hours("Europe/Berlin", weekdays=frozenset({6}), from_time=time(2), to_time=time(3))
    # both ends are the same instant: what is left out counts from after the change
    begin = utc("2026-03-28T00:00")
    assert left_out.between(begin, begin + timedelta(days=2)) <= HOUR


def test_what_takes_longer_than_anybody_waits_ends_with_the_last_hours_looked_at() -> None:
    minute = hours(weekdays=frozenset({0}), to_time=time(8, 1))
    begin = utc("2026-03-02T00:00")
    end = minute.after(begin, timedelta(days=365))
    assert timedelta(days=3600) < end - begin < timedelta(days=3720)
    assert minute.between(begin, begin + timedelta(days=36_500)) < timedelta(days=1)
