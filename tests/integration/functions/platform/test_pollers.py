"""What the API tells of the pollers, out of what they write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from netpulse.permissions import Role

from functions.platform.handlers import http
from pollers.domain.shards import empty_map, rebalanced
from pollers.shards.leases import DynamoLeases
from pollers.shards.ports import Member
from tests.support.aws import LEASES, forget_wiring, make_tables, set_settings
from tests.support.http import Client, FakeAccess, a_principal


@pytest.fixture
def client(aws_in_process: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    make_tables()
    set_settings(monkeypatch, leases_table=LEASES)
    forget_wiring("platform")
    monkeypatch.setattr(http.app, "_access", lambda: FakeAccess(a_principal(Role.ADMIN)))
    yield Client(http.app)
    forget_wiring("platform")


def test_the_pollers_are_told_with_lag_and_shards(client: Client) -> None:
    leases = DynamoLeases(LEASES)
    lag = {"p50": 1.5, "p95": 4.0, "p99": None}
    leases.beat("a", Member(3, {"devices": 12, "skipped_slots": 2, "lag_ms": lag, "version": "1"}))
    leases.replace(rebalanced(empty_map(), {"a", "gone"}, now_s=5))
    answer = client.call("GET", "/pollers")
    assert answer.status == 200, answer.text
    [poller] = answer.data["pollers"]
    assert (poller["name"], poller["is_alive"], poller["shards"]) == ("a", True, 128)
    assert (poller["devices"], poller["skipped_slots"], poller["lag_ms"]) == (12, 2, lag)
    assert poller["heartbeat_age_seconds"] < 60
    assert (answer.data["alive"], answer.data["devices"]) == (1, 12)
    # those of a poller that is dead, until another takes them
    assert (answer.data["shards"], answer.data["orphaned_shards"]) == (256, 128)


def test_before_there_is_a_poller_there_is_nothing_to_tell(client: Client) -> None:
    assert client.call("GET", "/pollers").data == {
        "pollers": [],
        "alive": 0,
        "devices": 0,
        "shards": 0,
        "orphaned_shards": 0,
    }


def test_only_who_may_see_the_platform_sees_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http.app, "_access", lambda: FakeAccess(a_principal(Role.VIEWER)))
    assert client.call("GET", "/pollers").status == 403
