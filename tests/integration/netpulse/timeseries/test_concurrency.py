"""Writers, rollup and packing at the same time: each waits where it must, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from netpulse import timeseries
from netpulse.db import Database
from netpulse.timeseries import Row, Tier, compaction, rollups
from netpulse.timeseries.model import instant

from tests.integration.netpulse.timeseries.conftest import role_url, wait_until_blocked
from tests.integration.netpulse.timeseries.model import BASE, BASE_US, SECOND

if TYPE_CHECKING:
    from netpulse.timeseries import Written

    from tests.integration.netpulse.timeseries.conftest import Store

MINUTE = 60 * SECOND


def another(store: Store) -> Database:
    return Database(role_url(store.url, "netpulse_system"))


def write(database: Database, store: Store, minute: int, device: int = 1) -> Written:
    with database.transaction(None) as transaction:
        row = Row(BASE_US + minute * MINUTE, device, store.organization_number, 1, [1.0])
        return timeseries.write(transaction.connection, [row])


def count(store: Store) -> int:
    with store.app.transaction(store.organization_id) as transaction:
        places = timeseries.places(transaction, range(1, 7))
        found = timeseries.read(transaction, places, begin=BASE, end=BASE + timedelta(days=1))
    return sum(len(column.times) for column in found.values())


def test_a_sample_that_comes_while_its_day_is_packed_waits_and_is_kept(store: Store) -> None:
    for minute in range(10):
        write(store.system, store, minute)
    writer = another(store)
    with ThreadPoolExecutor(1) as pool:
        with store.system.transaction(None) as transaction:
            compaction.compact_day(transaction, BASE.date())
            late = pool.submit(write, writer, store, 20)
            wait_until_blocked(store.url, transaction.connection.info.backend_pid)
        assert late.result(timeout=30).recorded == 1
    assert count(store) == 11
    assert store.run("SELECT count(*) FROM netpulse.samples") == [(1,)]
    writer.close()


def test_the_rollup_waits_for_a_batch_under_way_and_counts_it(store: Store) -> None:
    other = another(store)

    def announce() -> None:
        with other.transaction(None) as transaction:
            rollups.announce(transaction, instant(BASE_US + 10 * MINUTE))

    write(store.system, store, 0)
    with ThreadPoolExecutor(1) as pool:
        with store.system.transaction(None) as transaction:
            row = Row(BASE_US + MINUTE, 1, store.organization_number, 1, [2.0])
            timeseries.write(transaction.connection, [row])
            announcing = pool.submit(announce)
            wait_until_blocked(store.url, transaction.connection.info.backend_pid)
        announcing.result(timeout=30)
    with other.transaction(None) as transaction:
        rollups.roll_announced(transaction)
    with store.app.transaction(store.organization_id) as transaction:
        places = timeseries.places(transaction, [1])
        found = timeseries.read_rollups(
            transaction, places, Tier.FIVE_MINUTES, begin=BASE, end=BASE + timedelta(minutes=5)
        )
    assert (found.counts[0, 0], found.sums[0, 0]) == (2, 3.0)
    other.close()


def test_writers_of_the_same_slots_side_by_side_record_each_once(store: Store) -> None:
    writers = [another(store) for _ in range(3)]

    def storm(database: Database) -> int:
        return sum(
            write(database, store, minute, device).recorded
            for minute in range(30)
            for device in (1, 2)
        )

    with ThreadPoolExecutor(3) as pool:
        recorded = sum(pool.map(storm, writers))
    assert recorded == 60
    assert count(store) == 60
    for writer in writers:
        writer.close()
