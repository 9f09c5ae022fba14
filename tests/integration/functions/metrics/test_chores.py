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
from numpy.testing import assert_array_equal

from functions.metrics.domain.series import Series
from functions.metrics.domain.spans import cut
from functions.metrics.repository.readings import PostgresReadings
from functions.metrics.repository.upkeep import PostgresStoreWork
from functions.metrics.service.reading import buckets
from functions.metrics.service.upkeep import StoreUpkeep
from tests.integration.netpulse.timeseries.conftest import open_store
from tests.integration.netpulse.timeseries.model import BASE, BASE_US, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from netpulse.timeseries import Buckets

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


class Noting(PostgresReadings):
    """Readings that note how many buckets were read as rollups."""

    rolled = 0

    def rollups(
        self, series: Sequence[Series], tier: Tier, *, begin: datetime, end: datetime
    ) -> Buckets:
        found = super().rollups(series, tier, begin=begin, end=end)
        self.rolled += int((found.counts > 0).sum())
        return found


def test_hot_samples_are_told_by_their_rollups_and_late_ones_at_once(store: Store) -> None:
    now = SYSTEM_CLOCK.now()
    begin = now - timedelta(hours=3)
    minutes = {micros(begin) + n * 60 * SECOND: float(n) for n in range(180)}
    write(store, *minutes.items())
    chores = StoreUpkeep(PostgresStoreWork(store.system), SYSTEM_CLOCK)
    while chores.every_minute()["rolled"]:
        pass
    late = micros(begin + timedelta(hours=1)) + 7 * SECOND
    write(store, (late, 1000.0))
    with store.app.transaction(store.organization_id) as transaction:
        readings = Noting(transaction)
        row = transaction.row("SELECT device_id FROM netpulse.series WHERE id = 1")
        assert row
        one = Series(
            id=1, device_id=row["device_id"], device_number=1, device_name="device 1", tags=(),
            interval_s=60, entity="", metric="m1", unit="", kind="gauge", block=1, position=1,
        )  # fmt: skip
        span = cut(begin, now, step_s=600, interval_s=60, series=1)
        found = buckets(readings, [one], span)
        plain = readings.buckets([one], begin=span.begin, end=span.end, step=timedelta(seconds=600))
    assert readings.rolled > 30
    assert found.highs.max() == 1000
    for name in ("counts", "sums", "lows", "highs", "lasts"):
        assert_array_equal(getattr(found, name), getattr(plain, name))


def test_partitions_are_there_before_their_day(store: Store) -> None:
    StoreUpkeep(PostgresStoreWork(store.system), SYSTEM_CLOCK).every_minute()
    name = f"netpulse.samples_{SYSTEM_CLOCK.now() + timedelta(days=7):%Y%m%d}"
    assert store.run("SELECT to_regclass(%s) IS NOT NULL", name) == [(True,)]
