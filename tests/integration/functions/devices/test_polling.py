"""How a device is polled, over HTTP, out of a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg

from tests.support.clock import NOON
from tests.support.devices import a_device_body

if TYPE_CHECKING:
    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase
    from tests.support.http import Client

_SERIES = """
    INSERT INTO netpulse.series
        (organization_id, device_id, device_number, metric, unit, kind, block, position)
    SELECT organization_id, id, number, %s, 'ms', 'gauge', 0, %s FROM netpulse.devices WHERE id = %s
"""
_SAMPLE = """
    INSERT INTO netpulse.samples (organization_number, device_number, block, slot_at, values)
    SELECT o.number, d.number, 0, %s, %s FROM netpulse.devices d
    JOIN netpulse.organizations o ON o.id = d.organization_id WHERE d.id = %s
"""
_STATE = """
    INSERT INTO netpulse.poll_states
        (device_id, organization_id, poller, epoch, state, is_hard, history, first_failed_at,
         reason)
    SELECT id, organization_id, 'poller-1', 7, 'down', false,
           '[["up", "2026-01-01T00:00:00+00:00"], ["down", "2026-01-01T00:01:00+00:00"]]',
           %s, 'icmp timeout' FROM netpulse.devices WHERE id = %s
"""


def test_a_device_tells_how_late_and_how_completely_it_is_polled(
    client: Client, clock: FakeClock, postgres: TestDatabase
) -> None:
    device = client.call("POST", "/devices", body=a_device_body(interval_seconds=60)).data["id"]
    clock.advance(timedelta(minutes=10, seconds=30))
    minutes = {0: 1.0, 1: 3.0, 2: 2.0, 4: 250.0, 10: 5.0}
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "SELECT netpulse.ensure_sample_partitions(%s, %s)", (NOON.date(), NOON.date())
        )
        for position, metric in enumerate(("poll_lag_ms", "poll_duration_ms"), start=1):
            connection.execute(_SERIES, (metric, position, device))
        for minute, lag in minutes.items():
            at = NOON + timedelta(minutes=minute)
            connection.execute(_SAMPLE, (at, [lag, 10 * lag], device))
        # A visit between slots, as after a change, is no slot.
        nan = float("nan")
        connection.execute(_SAMPLE, (NOON + timedelta(seconds=90), [nan, nan], device))
        connection.execute(_STATE, (NOON, device))
    answer = client.call("GET", f"/devices/{device}/polling")
    assert answer.status == 200, answer.text
    told = answer.data
    assert (told["expected_slots"], told["recorded_slots"], told["missing_slots"]) == (11, 5, 6)
    assert told["lag_ms"] == {"last": 5.0, "p50": 3.0, "p95": 250.0, "highest": 250.0}
    assert told["duration_ms"]["last"] == 50.0
    assert told["next_slot_at"].startswith((NOON + timedelta(minutes=11)).isoformat()[:19])
    assert 0 <= told["shard"] < 256
    verdict = told["verdict"]
    assert (verdict["state"], verdict["is_hard"], verdict["lost_probes"]) == ("down", False, 1)
    assert verdict["poller"] == "poller-1"


def test_a_device_that_was_never_polled_has_nothing_to_tell(client: Client) -> None:
    device = client.call("POST", "/devices", body=a_device_body()).data["id"]
    told = client.call("GET", f"/devices/{device}/polling").data
    assert (told["verdict"], told["lag_ms"], told["expected_slots"]) == (None, None, 0)
    assert client.call("GET", "/devices/00000000-0000-0000-0000-0000000000ff/polling").status == 404
