from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from functions.alerts.domain.on_call import Layer, Member, Schedule, StandIn

AMINA, BARAKA, CHAO = (
    Member(name=name, channel_ids=(UUID(int=n),))
    for n, name in enumerate(("Amina", "Baraka", "Chao"), 1)
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_layer(*members: Member, **given: Any) -> Layer:
    return Layer(members=members, **{"starts_local": local("2026-03-02T09:00"), **given})


def a_schedule(*layers: Layer, **given: Any) -> Schedule:
    plain: dict[str, Any] = {"id": uuid4(), "name": "NOC", "time_zone": "Africa/Nairobi"}
    return Schedule(layers=layers, **{**plain, **given})


def names(schedule: Schedule, *instants: str) -> list[str | None]:
    found = [schedule.on_call(utc(each)) for each in instants]
    return [each.name if each else None for each in found]


def test_members_take_turns_and_hand_over_at_a_time_of_the_day() -> None:
    schedule = a_schedule(a_layer(AMINA, BARAKA, CHAO))
    # nine in Nairobi is six in UTC
    assert names(schedule, "2026-03-02T05:59", "2026-03-02T06:00") == [None, "Amina"]
    assert names(schedule, "2026-03-09T05:59", "2026-03-09T06:00") == ["Amina", "Baraka"]
    assert names(schedule, "2026-03-16T06:00", "2026-03-23T06:00") == ["Chao", "Amina"]


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        # spring: 29 March 2026 in Berlin; nine o'clock is an hour earlier in UTC afterwards
        ("Europe/Berlin", "2026-03-23T08:00", "2026-03-30T07:00"),
        ("America/New_York", "2026-10-26T13:00", "2026-11-02T14:00"),
    ],
)
def test_a_hand_over_stays_at_its_time_of_the_day_across_daylight_saving(
    zone: str, before: str, after: str
) -> None:
    schedule = a_schedule(a_layer(AMINA, BARAKA), time_zone=zone)
    at, later = utc(before), utc(after)
    second = timedelta(seconds=1)
    for handover in (at, later):
        one, other = schedule.on_call(handover - second), schedule.on_call(handover)
        assert one is not None
        assert other is not None
        assert {one.name, other.name} == {"Amina", "Baraka"}


def test_a_layer_may_cover_nights_that_end_the_day_after_and_some_weekdays() -> None:
    nights = a_layer(
        BARAKA,
        starts_local=local("2026-03-01T00:00"),
        weekdays=frozenset({4}),
        from_time=time(22),
        to_time=time(6),
    )
    schedule = a_schedule(nights, time_zone="UTC")
    # 6 March 2026 is a Friday
    assert names(schedule, "2026-03-06T21:59", "2026-03-06T22:00") == [None, "Baraka"]
    assert names(schedule, "2026-03-07T05:59", "2026-03-07T06:00") == ["Baraka", None]
    assert names(schedule, "2026-03-07T22:00", "2026-03-06T03:00") == [None, None]


def test_the_first_layer_that_has_somebody_wins_and_who_stands_in_over_all() -> None:
    days = a_layer(CHAO, from_time=time(8), to_time=time(18))
    stand_in = StandIn(
        member=BARAKA, starts_at=utc("2026-03-03T00:00"), ends_at=utc("2026-03-04T00:00")
    )
    schedule = a_schedule(days, a_layer(AMINA), time_zone="UTC", overrides=(stand_in,))
    assert names(schedule, "2026-03-02T12:00", "2026-03-02T20:00") == ["Chao", "Amina"]
    assert names(schedule, "2026-03-03T12:00", "2026-03-04T00:00") == ["Baraka", "Amina"]


def shown(schedule: Schedule, begin: str, end: str) -> list[tuple[str, str, str | None]]:
    return [
        (
            f"{each.begins_at:%d %H:%M}",
            f"{each.ends_at:%d %H:%M}",
            each.member.name if each.member else None,
        )
        for each in schedule.shifts(utc(begin), utc(end))
    ]


def test_shifts_show_who_follows_whom_and_holes() -> None:
    days = a_layer(AMINA, from_time=time(8), to_time=time(18))
    schedule = a_schedule(days, time_zone="UTC")
    assert shown(schedule, "2026-03-03T06:07", "2026-03-04T00:00") == [
        ("03 06:07", "03 08:00", None),
        ("03 08:00", "03 18:00", "Amina"),
        ("03 18:00", "04 00:00", None),
    ]
    hole = schedule.first_hole(utc("2026-03-03T09:00"), utc("2026-03-04T00:00"))
    assert hole is not None
    assert (hole.begins_at, hole.ends_at) == (utc("2026-03-03T18:00"), utc("2026-03-04T00:00"))
    whole = a_schedule(a_layer(AMINA))
    assert whole.first_hole(utc("2026-03-03T00:00"), utc("2026-03-30T00:00")) is None
    assert whole.begins_at == utc("2026-03-02T06:00")


def test_a_shift_begins_to_the_second_wherever_one_looks_from() -> None:
    layer = a_layer(AMINA, BARAKA, starts_local=local("2026-03-02T09:00:30"), turn_days=1)
    assert shown(a_schedule(layer), "2026-03-03T05:59:59", "2026-03-05T00:00") == [
        ("03 05:59", "03 06:00", "Amina"),
        ("03 06:00", "04 06:00", "Baraka"),
        ("04 06:00", "05 00:00", "Amina"),
    ]


def test_who_stands_in_fills_no_hole_for_good() -> None:
    days = a_layer(AMINA, from_time=time(8), to_time=time(18))
    month = StandIn(
        member=BARAKA, starts_at=utc("2026-03-01T00:00"), ends_at=utc("2026-04-01T00:00")
    )
    schedule = a_schedule(days, time_zone="UTC", overrides=(month,))
    assert shown(schedule, "2026-03-03T00:00", "2026-03-04T00:00") == [
        ("03 00:00", "04 00:00", "Baraka")
    ]
    hole = schedule.first_hole(utc("2026-03-03T09:00"), utc("2026-03-04T00:00"))
    assert hole is not None
    assert hole.begins_at == utc("2026-03-03T18:00")


def test_of_several_who_stand_in_the_last_one_named_does() -> None:
    first = StandIn(
        member=BARAKA, starts_at=utc("2026-03-03T08:00"), ends_at=utc("2026-03-03T16:00")
    )
    second = StandIn(
        member=CHAO, starts_at=utc("2026-03-03T12:00"), ends_at=utc("2026-03-03T20:00")
    )
    schedule = a_schedule(a_layer(AMINA), time_zone="UTC", overrides=(first, second))
    assert shown(schedule, "2026-03-03T06:00", "2026-03-03T22:00") == [
        ("03 06:00", "03 08:00", "Amina"),
        ("03 08:00", "03 12:00", "Baraka"),
        ("03 12:00", "03 20:00", "Chao"),
        ("03 20:00", "03 22:00", "Amina"),
    ]


# Berlin leaves out 02:00 to 03:00 on 29 March 2026 (at 01:00 UTC), and shows it twice on 25 October
@pytest.mark.parametrize(
    ("day", "hand_over", "begin", "end", "expected"),
    [
        # what spring leaves out comes as long after the change: 03:30 in summer
        (
            "2026-03-28",
            "02:30",
            "2026-03-28T12:00",
            "2026-03-29T12:00",
            [("28 12:00", "29 01:30", "Amina"), ("29 01:30", "29 12:00", "Baraka")],
        ),
        # what autumn shows twice is the first of both, and nobody is handed back to
        (
            "2026-10-24",
            "02:30",
            "2026-10-24T12:00",
            "2026-10-25T12:00",
            [("24 12:00", "25 00:30", "Amina"), ("25 00:30", "25 12:00", "Baraka")],
        ),
    ],
)
def test_a_hand_over_within_the_change_of_the_clocks_happens_once(
    day: str,
    hand_over: str,
    begin: str,
    end: str,
    expected: list[tuple[str, str, str]],
) -> None:
    layer = a_layer(AMINA, BARAKA, starts_local=local(f"{day}T{hand_over}"), turn_days=1)
    schedule = a_schedule(layer, time_zone="Europe/Berlin")
    assert shown(schedule, begin, end) == expected


def test_who_took_over_the_first_time_a_clock_showed_it_is_on_call_the_second_time() -> None:
    layer = a_layer(AMINA, BARAKA, starts_local=local("2026-10-24T02:30"), turn_days=1)
    schedule = a_schedule(layer, time_zone="Europe/Berlin")
    # 02:15 and 02:45 in summer, then both again in winter
    instants = ("2026-10-25T00:15", "2026-10-25T00:45", "2026-10-25T01:15", "2026-10-25T01:45")
    assert names(schedule, *instants) == ["Amina", "Baraka", "Baraka", "Baraka"]


@pytest.mark.parametrize(
    ("date", "night"),
    [
        # seven hours long in spring, nine in autumn
        ("2026-03-28", [("28 21:00", "29 04:00", "Baraka")]),
        ("2026-10-24", [("24 20:00", "25 05:00", "Baraka")]),
    ],
)
def test_a_night_is_covered_by_the_clock_of_the_wall_and_without_a_hole(
    date: str, night: list[tuple[str, str, str]]
) -> None:
    start = local("2026-01-01T00:00")
    nights = a_layer(BARAKA, starts_local=start, from_time=time(22), to_time=time(6))
    days = a_layer(AMINA, starts_local=start, from_time=time(6), to_time=time(22))
    schedule = a_schedule(nights, days, time_zone="Europe/Berlin")
    begin = utc(f"{date}T12:00")
    shifts = schedule.shifts(begin, begin + timedelta(days=1))
    assert schedule.first_hole(begin, begin + timedelta(days=1)) is None
    assert [
        (f"{each.begins_at:%d %H:%M}", f"{each.ends_at:%d %H:%M}", each.member and each.member.name)
        for each in shifts[1:2]
    ] == night


@pytest.mark.parametrize(("date", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_of_the_week_is_as_long_as_it_is(date: str, hours: int) -> None:
    sundays = a_layer(CHAO, starts_local=local("2026-01-01T00:00"), weekdays=frozenset({6}))
    schedule = a_schedule(sundays, time_zone="Europe/Berlin")
    begin = utc(f"{date}T00:00") - timedelta(hours=6)
    (covered,) = [e for e in schedule.shifts(begin, begin + timedelta(days=2)) if e.member]
    assert covered.ends_at - covered.begins_at == timedelta(hours=hours)
