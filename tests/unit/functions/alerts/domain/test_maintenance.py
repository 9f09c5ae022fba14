from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.alerts.domain.maintenance import Frequency, Recurrence, Window
from functions.alerts.domain.rule import Scope

HOUR = timedelta(hours=1)


def a_window(starts: str, **given: Any) -> Window:
    plain: dict[str, Any] = {
        "id": UUID(int=1),
        "name": "Works",
        "scope": Scope(),
        "time_zone": "Europe/Berlin",
        "starts_local": datetime.fromisoformat(starts),
        "duration": 4 * HOUR,
    }
    return Window(**{**plain, **given})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spans(window: Window, after: str, count: int) -> list[str]:
    return [
        f"{begin:%m-%d %H:%M} to {end:%H:%M}"
        for begin, end in window.upcoming(utc(after), count=count)
    ]


DAILY = Recurrence(frequency=Frequency.DAILY)


def test_a_window_is_open_once() -> None:
    window = a_window("2026-06-01T01:00")
    assert spans(window, "2026-05-01", 3) == ["05-31 23:00 to 03:00"]
    assert window.active(utc("2026-05-31T22:59")) is None
    assert window.active(utc("2026-05-31T23:00")) is not None
    assert window.active(utc("2026-06-01T03:00")) is None
    assert window.next_change(utc("2026-05-31T22:00")) == utc("2026-05-31T23:00")
    assert window.next_change(utc("2026-06-01T01:00")) == utc("2026-06-01T03:00")
    assert window.next_change(utc("2026-06-01T03:00")) is None


def test_by_the_walls_clock_it_is_as_long_in_spring_as_the_clock_says() -> None:
    # Berlin skips 02:00 to 03:00 on 29 March 2026
    window = a_window("2026-03-28T01:00", recurrence=DAILY)
    assert spans(window, "2026-03-27T12:00", 3) == [
        "03-28 00:00 to 04:00",
        "03-29 00:00 to 03:00",
        "03-29 23:00 to 03:00",
    ]


def test_by_the_walls_clock_it_is_longer_in_the_night_that_has_an_hour_twice() -> None:
    # Berlin has 02:00 to 03:00 twice on 25 October 2026
    window = a_window("2026-10-24T01:00", recurrence=DAILY)
    assert spans(window, "2026-10-23T12:00", 3) == [
        "10-23 23:00 to 03:00",
        "10-24 23:00 to 04:00",
        "10-26 00:00 to 04:00",
    ]


def test_a_time_that_spring_leaves_out_is_as_much_later_and_one_that_comes_twice_the_first() -> (
    None
):
    spring = a_window("2026-03-29T02:30", duration=HOUR)
    assert spans(spring, "2026-03-01", 1) == ["03-29 01:30 to 02:30"]
    autumn = a_window("2026-10-25T02:30", duration=HOUR)
    assert spans(autumn, "2026-10-01", 1) == ["10-25 00:30 to 02:30"]


def test_a_window_may_come_on_some_weekdays_of_every_other_week() -> None:
    repeat = Recurrence(frequency=Frequency.WEEKLY, interval=2, weekdays=frozenset({1, 3}))
    window = a_window("2026-06-02T10:00", time_zone="UTC", duration=HOUR, recurrence=repeat)
    assert spans(window, "2026-06-01", 5) == [
        "06-02 10:00 to 11:00",
        "06-04 10:00 to 11:00",
        "06-16 10:00 to 11:00",
        "06-18 10:00 to 11:00",
        "06-30 10:00 to 11:00",
    ]
    assert spans(window, "2026-06-17", 1) == ["06-18 10:00 to 11:00"]


def test_the_last_day_of_a_short_month_stands_for_the_one_it_lacks() -> None:
    repeat = Recurrence(frequency=Frequency.MONTHLY, month_day=31)
    window = a_window("2026-01-31T10:00", time_zone="UTC", duration=HOUR, recurrence=repeat)
    assert spans(window, "2026-01-01", 4) == [
        "01-31 10:00 to 11:00",
        "02-28 10:00 to 11:00",
        "03-31 10:00 to 11:00",
        "04-30 10:00 to 11:00",
    ]


def test_a_window_ends_to_come_after_its_last_day_and_never_comes_when_disabled() -> None:
    repeat = Recurrence(frequency=Frequency.DAILY, interval=3, until=date(2026, 6, 8))
    window = a_window("2026-06-01T10:00", time_zone="UTC", duration=HOUR, recurrence=repeat)
    assert len(window.upcoming(utc("2026-06-01"), count=10)) == 3
    disabled = a_window("2026-06-01T01:00", is_enabled=False)
    assert disabled.next_change(utc("2026-05-01")) is None
    assert disabled.upcoming(utc("2026-05-01"), count=1) == []


@settings(max_examples=60, deadline=None)
@given(
    frequency=st.sampled_from(Frequency),
    interval=st.integers(1, 5),
    hours=st.integers(1, 60),
    zone=st.sampled_from(["Africa/Nairobi", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    days=st.integers(0, 900),
)
def test_windows_come_in_time_and_none_that_lasts_is_missed(
    frequency: Frequency, interval: int, hours: int, zone: str, days: int
) -> None:
    repeat = Recurrence(frequency=frequency, interval=interval)
    window = a_window("2026-01-31T02:30", time_zone=zone, duration=hours * HOUR, recurrence=repeat)
    after = utc("2026-01-01") + timedelta(days=days, hours=7)
    found = window.upcoming(after, count=4)
    assert len(found) == 4
    assert all(begin < end and end > after for begin, end in found)
    assert [each[0] for each in found] == sorted(each[0] for each in found)
    # on the wall it begins at the same time, but where spring leaves that out
    for begin, _ in found:
        wall = begin.astimezone(ZoneInfo(zone))
        assert (wall.hour, wall.minute) in {(2, 30), (3, 30), (3, 0)}
    # looked at from long before, the same ones come
    early = window.upcoming(utc("2026-01-01"), count=1200)
    assert all(each in early for each in found[:1] if each[0] < early[-1][0])


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Africa/Nairobi"])
def test_a_nightly_window_is_open_once_a_night_all_year(name: str) -> None:
    window = a_window("2026-01-01T01:00", time_zone=name, recurrence=DAILY)
    zone = ZoneInfo(name)
    found = window.upcoming(utc("2026-01-01T12:00"), count=364)
    nights = [begin.astimezone(zone).date() for begin, _ in found]
    assert len(set(nights)) == 364
    assert all(end.astimezone(zone).hour == 5 for _, end in found)


def test_a_window_that_is_disabled_is_never_open() -> None:
    window = a_window("2026-06-01T01:00", is_enabled=False)
    at = utc("2026-06-01T00:30")
    assert (window.active(at), window.next_change(at), window.upcoming(at, count=3)) == (
        None,
        None,
        [],
    )
