"""Status, ports and availability over HTTP, out of a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.support.clock import NOON
from tests.support.devices import a_device_body

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.ids import OrganizationId

    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase
    from tests.support.http import Client

HOUR = timedelta(hours=1)


@pytest.fixture
def device_id(client: Client, clock: FakeClock) -> str:
    """A device added at noon; it is noon of the next day."""
    made = client.call("POST", "/devices", body=a_device_body()).data
    clock.advance(timedelta(days=1))
    return str(made["id"])


def _put_periods(
    postgres: TestDatabase,
    organization: OrganizationId,
    device_id: str,
    periods: list[tuple[str, datetime, datetime | None, bool]],
) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        for status, began_at, ended_at, maintenance in periods:
            connection.execute(
                "INSERT INTO netpulse.status_periods (organization_id, device_id, status, "
                "began_at, ended_at, maintenance, reason) VALUES (%s, %s, %s, %s, %s, %s, 'why')",
                (organization, device_id, status, began_at, ended_at, maintenance),
            )
        connection.execute(
            "INSERT INTO netpulse.device_status (device_id, organization_id, status, maintenance, "
            "reason, since, last_seen_at, response_time_ms, loss_ratio) "
            "VALUES (%s, %s, %s, %s, 'why', %s, %s, 3.5, 0.25)",
            (device_id, organization, periods[-1][0], periods[-1][3], periods[-1][1], NOON),
        )


@pytest.fixture
def day(postgres: TestDatabase, organization: OrganizationId, device_id: str) -> str:
    """A day: an hour unknown, up, down, degraded, in maintenance, unreachable, and down."""
    _put_periods(
        postgres,
        organization,
        device_id,
        [
            ("online", NOON + 1 * HOUR, NOON + 10 * HOUR, False),
            ("offline", NOON + 10 * HOUR, NOON + 12 * HOUR, False),
            ("degraded", NOON + 12 * HOUR, NOON + 14 * HOUR, False),
            ("offline", NOON + 14 * HOUR, NOON + 18 * HOUR, True),
            ("unreachable", NOON + 18 * HOUR, NOON + 20 * HOUR, False),
            ("offline", NOON + 20 * HOUR, None, False),
        ],
    )
    return device_id


def test_availability_is_up_by_up_and_down_and_the_rest_stands_beside_it(
    client: Client, day: str
) -> None:
    answer = client.call("GET", f"/devices/{day}/availability", query={"from": "-7d"})
    assert answer.status == 200, answer.text
    found = answer.data
    assert found["up_seconds"] == 11 * 3600
    # the outage that lasts counts to now
    assert found["down_seconds"] == 6 * 3600
    assert found["availability"] == pytest.approx(11 / 17)
    assert found["maintenance_seconds"] == 4 * 3600
    assert found["unreachable_seconds"] == 2 * 3600
    # not a second of the week before the device existed
    assert found["unknown_seconds"] == 3600
    assert (found["outages"], found["longest_outage_seconds"]) == (2, 4 * 3600)
    assert (found["from"], found["to"]) == ("2026-02-24T12:00:00Z", "2026-03-03T12:00:00Z")


def test_availability_of_a_part_cuts_periods_at_its_ends(client: Client, day: str) -> None:
    query = {"from": "2026-03-02T21:00:00Z", "to": "2026-03-02T23:00:00Z"}
    found = client.call("GET", f"/devices/{day}/availability", query=query).data
    assert (found["up_seconds"], found["down_seconds"]) == (3600, 3600)
    assert found["availability"] == 0.5


def test_where_nothing_was_judged_availability_is_null(client: Client, device_id: str) -> None:
    found = client.call("GET", f"/devices/{device_id}/availability").data
    assert (found["availability"], found["unknown_seconds"]) == (None, 86_400)


def test_a_range_that_runs_backwards_is_refused(client: Client, day: str) -> None:
    query = {"from": "now", "to": "-1h"}
    assert client.call("GET", f"/devices/{day}/availability", query=query).status == 422


def test_the_status_comes_with_its_last_periods(client: Client, day: str) -> None:
    found = client.call("GET", f"/devices/{day}/status", query={"periods": "2"}).data
    assert (found["status"], found["reason"], found["loss_ratio"]) == ("offline", "why", 0.25)
    assert [period["status"] for period in found["periods"]] == ["offline", "unreachable"]
    assert found["periods"][0]["ended_at"] is None
    device = client.call("GET", f"/devices/{day}").data
    assert (device["status"], device["status_since"]) == ("offline", found["since"])
    assert device["last_seen"] == device["last_seen_at"] == "2026-03-02T12:00:00Z"


def test_ports_are_listed_in_order(
    client: Client, postgres: TestDatabase, organization: OrganizationId, device_id: str
) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        for name, index, removed in (
            ("ge-0/0/2", 2, None),
            ("ge-0/0/1", 1, None),
            ("old", 3, NOON),
        ):
            connection.execute(
                "INSERT INTO netpulse.interfaces (organization_id, device_id, if_name, if_index, "
                "if_speed_bps, if_admin_status, if_oper_status, removed_at) "
                "VALUES (%s, %s, %s, %s, 10000000000, 1, 7, %s)",
                (organization, device_id, name, index, removed),
            )
    ports = client.call("GET", f"/devices/{device_id}/interfaces").data
    assert [port["name"] for port in ports] == ["ge-0/0/1", "ge-0/0/2"]
    assert ports[0]["entity"] == "if:ge-0/0/1"
    assert (ports[0]["admin_status"], ports[0]["oper_status"]) == ("up", "lower_layer_down")
    every = client.call("GET", f"/devices/{device_id}/interfaces", query={"removed": "true"}).data
    assert len(every) == 3


def test_the_snapshot_is_in_columns(client: Client, day: str, organization: Any) -> None:
    client.call(
        "POST", "/devices", body=a_device_body(ip_address="192.0.2.2", name="Idle", is_active=False)
    )
    client.call(
        "POST",
        "/devices",
        body=a_device_body(ip_address="192.0.2.3", name="New", device_type="switch"),
    )
    found = client.call("GET", "/devices/snapshot").data
    assert found["name_steps"] == ["0Core", "0New"]
    assert [found["status_names"][int(code)] for code in found["statuses"]] == [
        "offline",
        "unknown",
    ]
    assert found["seq"] == 3
    assert len(found["number_steps"]) == 2
    assert found["maintenance"] == []


@pytest.mark.parametrize("path", ["", "/status", "/interfaces", "/availability"])
@pytest.mark.parametrize("key", ["123", "b1a7c0de-0000-4000-8000-000000000000", "%20", "x" * 90])
def test_an_unknown_device_is_not_found(client: Client, path: str, key: str) -> None:
    answer = client.call("GET", f"/devices/{key}{path}")
    assert (answer.status, answer.code) == (404, "DEVICE_NOT_FOUND"), answer.text
