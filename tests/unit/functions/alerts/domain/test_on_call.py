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


def test_shifts_show_who_follows_whom_and_holes() -> None:
    days = a_layer(AMINA, from_time=time(8), to_time=time(18))
    schedule = a_schedule(days, time_zone="UTC")
    shifts = schedule.shifts(utc("2026-03-03T06:00"), utc("2026-03-04T00:00"))
    assert [(f"{a:%H}", f"{b:%H}", name) for a, b, name in shifts] == [
        ("06", "08", None),
        ("08", "18", "Amina"),
        ("18", "00", None),
    ]
    hole = schedule.first_hole(utc("2026-03-03T09:00"), utc("2026-03-04T00:00"))
    assert hole == (utc("2026-03-03T18:00"), utc("2026-03-04T00:00"))
    whole = a_schedule(a_layer(AMINA))
    assert whole.first_hole(utc("2026-03-03T00:00"), utc("2026-03-30T00:00")) is None
