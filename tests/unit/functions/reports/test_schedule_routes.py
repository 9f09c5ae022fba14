"""Schedules: kept over HTTP, run by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from netpulse.ids import ScheduleId

from tests.support.http import ORGANIZATION
from tests.unit.functions.reports.world import World, fields

DAY = timedelta(days=1)


def called(world: World, schedule: dict[str, Any]) -> bool:
    """Do what EventBridge Scheduler's call does."""
    return world.schedules.run_one(ORGANIZATION, ScheduleId(UUID(schedule["id"])))


def created(world: World, **changes: Any) -> dict[str, Any]:
    body = {"name": "Monthly", "kind": "uptime", "cadence": "monthly", "at": "06:30", **changes}
    answer = world.call("POST", "/report-schedules", body=body)
    assert answer.status == 201, answer.text
    return dict(answer.data)


def test_a_schedule_is_created_with_sensible_defaults(world: World) -> None:
    made = created(world)
    assert (made["period"], made["time_zone"]) == ("last_month", "Africa/Nairobi")
    assert (made["at"], made["day_of_month"]) == ("06:30", 1)
    # it is 06:00 of the first of April in Nairobi
    assert made["next_run_at"] == "2026-04-01T03:30:00Z"
    assert created(world, name="D", cadence="daily")["period"] == "yesterday"
    assert created(world, name="W", cadence="weekly")["period"] == "last_week"
    assert [each["name"] for each in world.call("GET", "/report-schedules").data] == [
        "D",
        "Monthly",
        "W",
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"cadence": "hourly"}, "cadence"),
        ({"at": "25:00"}, "at"),
        ({"at": 6}, "at"),
        ({"weekday": 7}, "weekday"),
        ({"day_of_month": 0}, "day_of_month"),
        ({"recipients": ["amina"]}, "recipients.0"),
        ({"recipients": ["a@example.org\nBcc: b@example.org"]}, "recipients.0"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"next_run_at": "2026-04-01T03:30:00Z"}, "next_run_at"),
        ({"device_ids": [str(UUID(int=7))]}, "device_ids"),
    ],
)
def test_what_no_schedule_can_be_is_refused(world: World, body: dict[str, Any], field: str) -> None:
    whole = {"name": "Daily", "kind": "uptime", "cadence": "daily", **body}
    answer = world.call("POST", "/report-schedules", body=whole)
    assert answer.status == 422
    assert field in fields(answer)


def test_names_are_taken_once(world: World) -> None:
    created(world)
    body = {"name": "Monthly", "kind": "alerts", "cadence": "daily"}
    again = world.call("POST", "/report-schedules", body=body)
    assert (again.status, again.code) == (409, "REPORT_SCHEDULE_ALREADY_EXISTS")


def test_a_change_reckons_the_next_run_anew(world: World) -> None:
    made = created(world, recipients=["Amina@example.org"])
    path = f"/report-schedules/{made['id']}"
    changed = world.call("PATCH", path, body={"at": "05:00"}).data
    assert changed["next_run_at"] == "2026-05-01T02:00:00Z"
    assert changed["recipients"] == ["amina@example.org"]
    assert changed["created_at"] == made["created_at"]
    off = world.call("PATCH", path, body={"enabled": False}).data
    assert off["next_run_at"] is None
    assert world.call("GET", path).data == off
    assert world.call("PATCH", path, body={"name": None}).status == 422
    assert world.call("PATCH", path, body={"weekday": 9}).status == 422
    assert world.call("DELETE", path).status == 200
    assert world.call("GET", path).code == "REPORT_SCHEDULE_NOT_FOUND"


def test_a_due_schedule_asks_for_one_report_of_the_period_before(world: World) -> None:
    made = created(world, recipients=["amina@example.org"])
    world.upkeep.run()
    assert world.call("GET", "/reports").data == []
    world.later(timedelta(minutes=31))
    assert called(world, made) is True
    assert called(world, made) is False
    [report] = world.call("GET", "/reports").data
    assert (report["from"], report["to"]) == ("2026-02-28T21:00:00Z", "2026-03-31T21:00:00Z")
    assert report["name"] == "Monthly 2026-03-01 to 2026-03-31"
    assert report["schedule_id"] == made["id"]
    assert report["recipients"] == ["amina@example.org"]
    shown = world.call("GET", f"/report-schedules/{made['id']}").data
    assert shown["next_run_at"] == "2026-05-01T03:30:00Z"
    assert shown["last_report_id"] == report["id"]


def test_what_nobody_called_is_found_by_the_sweep_and_never_made_twice(world: World) -> None:
    made = created(world)
    world.later(timedelta(minutes=31))
    # EventBridge Scheduler still has its minute
    assert world.upkeep.run()["queued"] == 0
    world.later(timedelta(minutes=1, seconds=1))
    assert world.upkeep.run()["queued"] == 1
    assert world.upkeep.run()["queued"] == 0
    assert called(world, made) is False
    assert len(world.call("GET", "/reports").data) == 1


def test_who_calls_a_moment_early_gets_the_turn_that_is_about_to_come_once(world: World) -> None:
    made = created(world)
    world.later(timedelta(minutes=30) - timedelta(seconds=6))
    assert called(world, made) is False
    world.later(timedelta(seconds=3))
    assert called(world, made) is True
    assert called(world, made) is False
    world.later(timedelta(seconds=10))
    assert called(world, made) is False
    shown = world.call("GET", f"/report-schedules/{made['id']}").data
    assert shown["next_run_at"] == "2026-05-01T03:30:00Z"


def test_the_alarm_stands_at_the_next_run_as_long_as_there_is_one(world: World) -> None:
    made = created(world, at="06:30")
    path, schedule_id = f"/report-schedules/{made['id']}", ScheduleId(UUID(made["id"]))

    def alarm() -> str | None:
        world.set_alarms()
        at = world.alarms.at.get(schedule_id)
        return at.strftime("%m-%d %H:%M") if at else None

    assert alarm() == "04-01 03:30"
    world.call("PATCH", path, body={"at": "07:00"})
    assert alarm() == "04-01 04:00"
    world.later(timedelta(hours=1))
    assert called(world, made) is True
    assert alarm() == "05-01 04:00"
    world.call("PATCH", path, body={"enabled": False})
    assert alarm() is None
    world.call("PATCH", path, body={"enabled": True})
    assert alarm() == "05-01 04:00"
    world.call("DELETE", path)
    assert alarm() is None
    assert called(world, made) is False


def test_a_report_goes_to_colleagues_and_email_channels_and_to_nobody_else(world: World) -> None:
    channel = uuid4()
    world.work.sources.mail_channels = {channel}
    made = created(world, recipients=["Amina@example.org"], channel_ids=[str(channel)])
    assert (made["recipients"], made["channel_ids"]) == (["amina@example.org"], [str(channel)])
    for body, field in (
        ({"recipients": ["amina@example.org", "stranger@example.com"]}, "recipients"),
        ({"channel_ids": [str(uuid4())]}, "channel_ids"),
    ):
        whole = {"name": "Other", "kind": "uptime", "cadence": "daily", **body}
        answer = world.call("POST", "/report-schedules", body=whole)
        assert (answer.status, set(fields(answer))) == (422, {field})
        assert "amina" not in answer.text
        asked = world.call("POST", "/reports/generate", body={"kind": "uptime", **body})
        assert (asked.status, set(fields(asked))) == (422, {field})
    # who leaves does not stand in the way of other changes
    world.work.sources.colleagues.clear()
    path = f"/report-schedules/{made['id']}"
    assert world.call("PATCH", path, body={"at": "05:00"}).status == 200
    assert world.call("PATCH", path, body={"recipients": ["b@example.org"]}).status == 422


def test_missed_turns_are_made_up_for_once(world: World) -> None:
    created(world, cadence="daily")
    world.later(5 * DAY)
    assert world.schedules.run_due(ORGANIZATION, by=world.clock.now()) == 1
    [report] = world.call("GET", "/reports").data
    # the day before the turn that was missed, however late it is made
    assert report["to"] == "2026-03-31T21:00:00Z"
    assert world.schedules.run_due(ORGANIZATION, by=world.clock.now()) == 0


def test_a_schedule_at_midnight_of_a_day_that_has_not_begun_to_tell_is_skipped(
    world: World,
) -> None:
    created(world, cadence="daily", at="00:00", period="today")
    world.later(DAY)
    assert world.schedules.run_due(ORGANIZATION, by=world.clock.now()) == 1
    assert world.call("GET", "/reports").data == []
