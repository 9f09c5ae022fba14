"""What the sweep of the minute does with scans, on a real PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from functions.devices.repository.discovery import scans_to_accept, unclaimed_jobs
from functions.devices.repository.scan_schedules import schedules_due
from functions.devices.service.upkeep import DiscoveryUpkeep
from tests.integration.functions.devices.test_discovery import found, started
from tests.support.database import postgres_alone
from tests.support.devices import HeardBus, work_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.db import Database

    from functions.devices.handlers.services import Services
    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase
    from tests.support.http import Client

# the upkeep looks at every organisation's scans
__all__ = ["postgres_alone"]


def _finished(postgres: TestDatabase, scan: dict[str, Any]) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "UPDATE netpulse.jobs SET state = 'succeeded' WHERE id = %s", (scan["job_id"],)
        )


@pytest.fixture
def upkeep(
    database: Database, bus: HeardBus, clock: FakeClock, services: Services, postgres: TestDatabase
) -> Iterator[DiscoveryUpkeep]:
    with closing(postgres.database("netpulse_system")) as system:

        def to_accept() -> Any:
            with system.transaction(None) as transaction:
                return scans_to_accept(transaction)

        def unclaimed(before: datetime) -> Any:
            with system.transaction(None) as transaction:
                return unclaimed_jobs(transaction, before)

        def due(now: datetime) -> Any:
            with system.transaction(None) as transaction:
                return schedules_due(transaction, now)

        yield DiscoveryUpkeep(
            work_on(database, bus, clock),
            services.discovery(),
            services.scan_schedules(),
            clock,
            to_accept=to_accept,
            unclaimed=unclaimed,
            due=due,
        )


def test_what_a_scan_finds_becomes_devices_by_itself_unless_it_was_a_dry_run(
    client: Client, postgres: TestDatabase, upkeep: DiscoveryUpkeep
) -> None:
    wet, dry = started(client, dry_run=False), started(client)
    for scan in (wet, dry):
        found(postgres, scan, "198.51.100.1" if scan is wet else "198.51.100.8")
        _finished(postgres, scan)
    # one that makes no device must not be tried for ever
    found(postgres, wet, "198.51.100.2", icmp=False, snmp=True, credential_id=str(uuid4()))
    assert upkeep.run()["accepted"] == 1
    assert [d["ip_address"] for d in client.call("GET", "/devices").data] == ["198.51.100.1"]
    assert client.call("GET", f"/discovery/scans/{wet['scan_id']}").data["accepted_at"]
    assert upkeep.run()["accepted"] == 0


def test_a_scan_that_no_poller_takes_fails_after_an_hour(
    client: Client, upkeep: DiscoveryUpkeep, clock: FakeClock
) -> None:
    path = f"/discovery/scans/{started(client)['scan_id']}"
    upkeep.run()
    assert client.call("GET", path).data["state"] == "queued"
    clock.advance(timedelta(hours=2))
    upkeep.run()
    view = client.call("GET", path).data
    assert (view["state"], view["error"]["code"]) == ("failed", "NO_POLLER")
