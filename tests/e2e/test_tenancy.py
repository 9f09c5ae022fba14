"""What belongs to one organisation is not there for another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.e2e.client import newcomer
from tests.e2e.fleet import added

if TYPE_CHECKING:
    from tests.e2e.client import Session
    from tests.e2e.stack import Stack


pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def things(stack: Stack) -> dict[str, str]:
    """One of everything, of an organisation of its own."""
    owner = newcomer(stack.api_url)
    device = added(owner, stack.devices()[-1])
    channel: dict[str, Any] = {"name": "noc", "kind": "email", "config": {"to": ["a@isp.example"]}}
    rule = {
        "name": "slow",
        "metric": "icmp_rtt_avg_ms",
        "comparison": ">",
        "threshold": 500,
        "severity": "warning",
    }
    return {
        "devices": device["id"],
        "device-groups": owner.post("/device-groups", {"name": "north"})["id"],
        "notification-channels": owner.post("/notification-channels", channel)["id"],
        "alert-rules": owner.post("/alert-rules", rule)["id"],
    }


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        (kind, method)
        for kind in ("devices", "device-groups", "notification-channels", "alert-rules")
        for method in ("GET", "PUT" if kind == "device-groups" else "PATCH", "DELETE")
    ],
)
def test_a_stranger_finds_nothing_of_ours(
    things: dict[str, str], stranger: Session, kind: str, method: str
) -> None:
    answer = stranger.send(method, f"/{kind}/{things[kind]}", json={"name": "mine"})
    assert answer.status_code == 404, answer.text
    assert answer.json()["error"]["code"].endswith("_NOT_FOUND")


@pytest.mark.parametrize("part", ["status", "metrics", "metrics/latest", "interfaces", "series"])
def test_a_stranger_learns_nothing_about_our_device(
    things: dict[str, str], stranger: Session, part: str
) -> None:
    answer = stranger.send("GET", f"/devices/{things['devices']}/{part}")
    assert answer.status_code == 404


def test_a_stranger_lists_nothing_of_ours(things: dict[str, str], stranger: Session) -> None:
    for kind, ours in things.items():
        assert ours not in {each["id"] for each in stranger.get(f"/{kind}")}


def test_postgresql_shows_no_row_until_the_organisation_is_set(
    stack: Stack, things: dict[str, str]
) -> None:
    ours = things["devices"]
    with psycopg.connect(stack.database_owner_url) as connection:
        found = connection.execute(
            "SELECT organization_id::text FROM netpulse.devices WHERE id = %s", [ours]
        ).fetchone()
    assert found is not None
    with psycopg.connect(stack.database_url) as connection:
        tables = [row[0] for row in connection.execute(_TENANT_TABLES)]
        assert len(tables) > 5
        for table in [*tables, "samples", "device_metrics"]:
            rows = connection.execute(f"SELECT count(*) FROM netpulse.{table}").fetchone()
            assert rows == (0,), table
        connection.execute("SELECT set_config('netpulse.organization_id', %s, true)", found)
        seen = connection.execute("SELECT id::text FROM netpulse.devices").fetchall()
        assert (ours,) in seen


# Every table of organisations that the application's role may read.
_TENANT_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'netpulse' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND EXISTS (SELECT 1 FROM pg_attribute a
              WHERE a.attrelid = c.oid AND a.attname = 'organization_id')
  AND has_table_privilege('netpulse_app', c.oid, 'SELECT')
"""
