"""The chores of the minute and the hour on a store of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from netpulse import timeseries
from netpulse.clock import SYSTEM_CLOCK
from netpulse.timeseries import Row, Tier
from netpulse.timeseries.model import micros

from functions.metrics.repository.upkeep import PostgresStoreWork
from functions.metrics.service.upkeep import StoreUpkeep
from tests.integration.netpulse.timeseries.conftest import open_store
from tests.integration.netpulse.timeseries.model import BASE, BASE_US, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.netpulse.timeseries.conftest import Store
    from tests.support.database import TestDatabase


@pytest.fixture
def store(postgres: TestDatabase) -> Iterator[Store]:
    name = f"chores_{uuid4().hex}"
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"'.encode())
        made = open_store(urlunsplit(urlsplit(postgres.owner_url)._replace(path=f"/{name}")))
        yield made
        made.system.close()
        made.app.close()
        owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def write(store: Store, *rows: tuple[int, float]) -> None:
    with store.system.transaction(None) as transaction:
        number = store.organization_number
        batch = [Row(at, 1, number, 1, [value]) for at, value in rows]
        timeseries.write(transaction.connection, batch)


def test_days_are_rolled_up_then_packed_then_forgotten(store: Store) -> None:
    chores = StoreUpkeep(PostgresStoreWork(store.system), SYSTEM_CLOCK)
    recent = micros(SYSTEM_CLOCK.now() - timedelta(minutes=30))
    write(store, *((BASE_US + n * 60 * SECOND, float(n)) for n in range(120)), (recent, 7.0))
    # nothing is packed before it is rolled up, and a long backlog takes more than a minute
    assert chores.every_hour()["packed"] == 0
    minutes = [chores.every_minute()["rolled"] for _ in range(5)]
    assert minutes[-1] == 0
    assert minutes[0] > 0
    assert chores.every_hour() == {"days": 1, "packed": 120, "left": 0, "forgotten": 0}
    assert chores.every_hour()["days"] == 0
    with store.app.transaction(store.organization_id) as transaction:
        places = timeseries.places(transaction, [1])
        found = timeseries.read(transaction, places, begin=BASE, end=SYSTEM_CLOCK.now())[1]
        hours = timeseries.read_rollups(
            transaction, places, Tier.HOUR, begin=BASE, end=BASE + timedelta(hours=3)
        )
    assert found.values.tolist() == [*map(float, range(120)), 7.0]
    assert hours.counts.tolist() == [[60, 60, 0]]
    # late by days: rolled up within the minute, packed within the hour
    write(store, (BASE_US + 5 * SECOND, 1000.0))
    assert chores.every_minute()["rolled_again"] == 1
    assert chores.every_hour()["packed"] == 1
    with store.app.transaction(store.organization_id) as transaction:
        day = timeseries.read_rollups(
            transaction, places, Tier.DAY, begin=BASE, end=BASE + timedelta(days=1)
        )
    assert (day.counts[0, 0], day.highs[0, 0]) == (121, 1000.0)
    store.run(
        "INSERT INTO netpulse.retention_policies (organization_id, raw_days) VALUES (%s, 3)",
        store.organization_id,
    )
    assert chores.every_hour()["forgotten"] == 1
    assert store.run("SELECT count(*) FROM netpulse.device_metrics") == [(1,)]


def test_partitions_are_there_before_their_day(store: Store) -> None:
    StoreUpkeep(PostgresStoreWork(store.system), SYSTEM_CLOCK).every_minute()
    name = f"netpulse.samples_{SYSTEM_CLOCK.now() + timedelta(days=7):%Y%m%d}"
    assert store.run("SELECT to_regclass(%s) IS NOT NULL", name) == [(True,)]
