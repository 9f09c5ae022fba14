"""Scans that repeat, over HTTP and by the sweep of the minute, on a real PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from netpulse.permissions import Role

from functions.devices.service.scan_schedules import KEPT_SCANS, MAX_SCHEDULES
from tests.integration.functions.devices.test_discovery import SCAN, a_credential
from tests.integration.functions.devices.test_discovery_upkeep import _finished, upkeep
from tests.support.database import postgres_alone
from tests.support.devices import a_client

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from functions.devices.handlers.services import Services
    from functions.devices.service.upkeep import DiscoveryUpkeep
    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase
    from tests.support.http import Client

# the upkeep looks at every organisation's scans
__all__ = ["postgres_alone", "upkeep"]
PATH = "/discovery/schedules"


def scheduled(client: Client, **changes: Any) -> dict[str, Any]:
    body = {"name": "nightly", "every_hours": 24, "scan": SCAN, **changes}
    answer = client.call("POST", PATH, body=body)
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.data
    return found


def scans(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.call("GET", "/discovery/scans").data
    return found


def view_of(client: Client, schedule: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.call("GET", f"{PATH}/{schedule['id']}").data
    return found


def test_a_scheduled_scan_begins_at_its_turns_and_no_oftener(
    client: Client, postgres: TestDatabase, upkeep: DiscoveryUpkeep, clock: FakeClock
) -> None:
    schedule = scheduled(client, scan={**SCAN, "packets_per_second": 33})
    assert upkeep.run()["begun"] == 1
    assert upkeep.run()["begun"] == 0
    [first] = scans(client)
    assert (first["schedule_id"], first["packets_per_second"]) == (schedule["id"], 33)
    _finished(postgres, first)
    clock.advance(timedelta(hours=23))
    assert upkeep.run()["begun"] == 0
    clock.advance(timedelta(hours=1))
    assert upkeep.run()["begun"] == 1
    assert len(scans(client)) == 2
    told = view_of(client, schedule)
    due = datetime.fromisoformat(schedule["next_at"]) + timedelta(hours=48)
    assert datetime.fromisoformat(told["next_at"]) == due
    assert (told["last_error"], bool(told["last_started_at"])) == ("", True)


def test_turns_that_nobody_looked_after_are_left_out(
    client: Client, upkeep: DiscoveryUpkeep, clock: FakeClock
) -> None:
    schedule = scheduled(client, every_hours=1)
    clock.advance(timedelta(hours=5, minutes=10))
    assert upkeep.run()["begun"] == 1
    due = datetime.fromisoformat(schedule["next_at"]) + timedelta(hours=6)
    assert datetime.fromisoformat(view_of(client, schedule)["next_at"]) == due


def test_a_turn_is_left_out_while_the_scan_before_is_under_way(
    client: Client, upkeep: DiscoveryUpkeep, clock: FakeClock
) -> None:
    schedule = scheduled(client, every_hours=1)
    upkeep.run()
    clock.advance(timedelta(minutes=60))
    assert upkeep.run()["begun"] == 0
    assert view_of(client, schedule)["last_error"] == "The scan before is still under way"


def test_a_credential_that_is_gone_is_told_with_the_schedule(
    client: Client, upkeep: DiscoveryUpkeep
) -> None:
    credential = a_credential(client)
    schedule = scheduled(client, scan={**SCAN, "credential_ids": [credential]})
    assert client.call("DELETE", f"/credentials/{credential}").status == 200
    assert upkeep.run()["begun"] == 0
    assert credential in view_of(client, schedule)["last_error"]
    assert scans(client) == []


def test_one_that_is_switched_off_or_begins_later_waits(
    client: Client, upkeep: DiscoveryUpkeep, clock: FakeClock
) -> None:
    later = (clock.now() + timedelta(hours=2)).isoformat()
    off, tomorrow = scheduled(client, enabled=False), scheduled(client, name="x", first_at=later)
    assert upkeep.run()["begun"] == 0
    clock.advance(timedelta(hours=2))
    assert upkeep.run()["begun"] == 1
    assert scans(client)[0]["schedule_id"] == tomorrow["id"]
    begun_by = {
        schedule["name"]: client.call(
            "GET", "/discovery/scans", query={"schedule_id": schedule["id"]}
        ).data
        for schedule in (off, tomorrow)
    }
    assert begun_by == {"nightly": [], "x": scans(client)}
    assert client.call("PATCH", f"{PATH}/{off['id']}", body={"enabled": True}).data["enabled"]
    assert upkeep.run()["begun"] == 1


def test_only_the_newest_scans_of_a_schedule_are_kept(
    client: Client, postgres: TestDatabase, upkeep: DiscoveryUpkeep, clock: FakeClock
) -> None:
    scheduled(client, every_hours=1)
    for _ in range(KEPT_SCANS + 2):
        upkeep.run()
        _finished(postgres, scans(client)[0])
        clock.advance(timedelta(hours=1))
    assert len(scans(client)) == KEPT_SCANS


def test_a_schedule_is_changed_and_deleted_and_its_scans_stay(
    client: Client, upkeep: DiscoveryUpkeep, clock: FakeClock
) -> None:
    schedule = scheduled(client)
    path = f"{PATH}/{schedule['id']}"
    upkeep.run()
    clock.advance(timedelta(hours=1))
    body = {"name": "weekly", "every_hours": 168, "scan": {"networks": ["192.0.2.0/29"]}}
    changed = client.call("PATCH", path, body=body).data
    assert (changed["name"], changed["scan"]["networks"]) == ("weekly", ["192.0.2.0/29"])
    next_at = datetime.fromisoformat(changed["next_at"])
    assert next_at == clock.now() + timedelta(hours=168)
    assert [each["name"] for each in client.call("GET", PATH).data] == ["weekly"]
    assert client.call("DELETE", path).status == 200
    assert client.call("GET", path).status == 404
    [scan] = scans(client)
    assert scan["schedule_id"] is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"every_hours": 0}, 422),
        ({"every_hours": 721}, 422),
        ({"name": ""}, 422),
        ({"scan": {"networks": ["127.0.0.0/24"]}}, 422),
        ({"scan": {"networks": []}}, 422),
        ({"scan": {"networks": ["10.0.0.0/20", "10.1.0.0/20"]}}, 422),
        ({"scan": {"networks": ["192.0.2.1"], "protocols": ["snmp"]}}, 422),
        ({"first_at": "2030-01-01T00:00:00"}, 422),
        ({"name": "taken"}, 409),
    ],
)
def test_what_cannot_be_scanned_is_not_scheduled(
    client: Client, changes: dict[str, Any], status: int
) -> None:
    scheduled(client, name="taken")
    body = {"name": "nightly", "scan": SCAN, **changes}
    assert client.call("POST", PATH, body=body).status == status


def test_there_are_so_many_and_no_more(client: Client) -> None:
    for number in range(MAX_SCHEDULES):
        scheduled(client, name=f"scan {number}")
    answer = client.call("POST", PATH, body={"name": "one more", "scan": SCAN})
    assert answer.status == 409


def test_others_see_none_and_viewers_change_none(
    client: Client,
    stranger: Client,
    services: Services,
    clock: FakeClock,
    organization: OrganizationId,
) -> None:
    schedule = scheduled(client)
    path = f"{PATH}/{schedule['id']}"
    assert stranger.call("GET", PATH).data == []
    viewer = a_client(services, clock, organization, role=Role.VIEWER)
    assert viewer.call("GET", path).status == 200
    assert viewer.call("DELETE", path).status == 403


def test_who_scheduled_a_scan_is_in_the_audit_log(
    client: Client, postgres: TestDatabase, organization: OrganizationId, upkeep: DiscoveryUpkeep
) -> None:
    schedule = scheduled(client)
    client.call("PATCH", f"{PATH}/{schedule['id']}", body={"enabled": False})
    client.call("DELETE", f"{PATH}/{schedule['id']}")
    scheduled(client)
    upkeep.run()  # what the sweep does is nobody's doing
    with psycopg.connect(postgres.owner_url) as connection:
        rows = connection.execute(
            "SELECT action, target_name FROM netpulse.audit_log WHERE organization_id = %s "
            "AND target_type = 'discovery_schedule' ORDER BY id",
            (organization,),
        ).fetchall()
    verbs = ("created", "updated", "deleted", "created")
    assert rows == [(f"discovery_schedule.{verb}", "nightly") for verb in verbs]
