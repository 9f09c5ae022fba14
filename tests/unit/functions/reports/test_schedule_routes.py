"""Schedules: kept over HTTP, run by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support.http import ORGANIZATION
from tests.unit.functions.reports.world import World, fields

DAY = timedelta(days=1)


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
    assert world.upkeep.run()["queued"] == 1
    assert world.upkeep.run()["queued"] == 0
    [report] = world.call("GET", "/reports").data
    assert (report["from"], report["to"]) == ("2026-02-28T21:00:00Z", "2026-03-31T21:00:00Z")
    assert report["name"] == "Monthly 2026-03-01 to 2026-03-31"
    assert report["schedule_id"] == made["id"]
    assert report["recipients"] == ["amina@example.org"]
    shown = world.call("GET", f"/report-schedules/{made['id']}").data
    assert shown["next_run_at"] == "2026-05-01T03:30:00Z"
    assert shown["last_report_id"] == report["id"]


def test_missed_turns_are_made_up_for_once(world: World) -> None:
    created(world, cadence="daily")
    world.later(5 * DAY)
    assert world.schedules.run_due(ORGANIZATION) == 1
    [report] = world.call("GET", "/reports").data
    # the day before the turn that was missed, however late it is made
    assert report["to"] == "2026-03-31T21:00:00Z"
    assert world.schedules.run_due(ORGANIZATION) == 0


def test_a_schedule_at_midnight_of_a_day_that_has_not_begun_to_tell_is_skipped(
    world: World,
) -> None:
    created(world, cadence="daily", at="00:00", period="today")
    world.later(DAY)
    assert world.schedules.run_due(ORGANIZATION) == 1
    assert world.call("GET", "/reports").data == []
