"""Several processes at once: PostgreSQL lets only one of them send, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from netpulse.db import Database
from netpulse.ids import DeliveryId, OrganizationId
from netpulse.work import Relay, UnitOfWork

from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import DeliveryState
from functions.notify.domain.news import News
from functions.notify.ports import DeliveryFilter
from functions.notify.repository import PostgresDeliveries, PostgresNotifyWork
from functions.notify.service import Notifier
from tests.support.clock import NOON, FakeClock
from tests.support.database import TestDatabase
from tests.support.notify import a_channel, a_delivery, a_problem, its_recovery
from tests.support.notify_memory import MemoryOutbox, MemoryQueue
from tests.support.organizations import new_organization

PROCESSES = 6


class NoBus:
    def publish(self, _records: object) -> None:
        raise AssertionError("nothing is announced here")


@pytest.fixture
def databases(postgres: TestDatabase) -> Iterator[list[Database]]:
    opened = [postgres.database() for _ in range(PROCESSES)]
    yield opened
    for database in opened:
        database.close()


def at_once(databases: list[Database], act: Callable[[int, Database], object]) -> list[object]:
    together = Barrier(len(databases))

    def run(number: int) -> object:
        together.wait(10)
        return act(number, databases[number])

    with ThreadPoolExecutor(len(databases)) as pool:
        return list(pool.map(run, range(len(databases))))


def test_one_of_many_processes_gets_a_delivery(
    postgres: TestDatabase, databases: list[Database]
) -> None:
    organization_id = new_organization(postgres)
    delivery = a_delivery(a_channel(ChannelKind.SMS))
    with databases[0].transaction(organization_id) as transaction:
        PostgresDeliveries(transaction).add(delivery, [a_problem()])

    def claim(_number: int, database: Database) -> object:
        with database.transaction(organization_id) as transaction:
            return PostgresDeliveries(transaction).claim(delivery.id, now=NOON)

    assert sum(found is not None for found in at_once(databases, claim)) == 1


def notifier(database: Database, now: datetime = NOON) -> Notifier:
    clock = FakeClock(now)
    work = UnitOfWork(database, Relay(database, NoBus(), clock), clock, PostgresNotifyWork)
    return Notifier(work, MemoryQueue(), clock)


def with_phones(databases: list[Database], organization_id: OrganizationId) -> None:
    phones = [f"+2547000000{number:02d}" for number in range(10)]
    with databases[0].transaction(organization_id) as transaction:
        work = PostgresNotifyWork(transaction, MemoryOutbox())
        work.channels.save(a_channel(ChannelKind.SMS, config={"to": phones}))


def batches(database: Database, organization_id: OrganizationId) -> list[tuple[DeliveryId, int]]:
    with database.transaction(organization_id) as transaction:
        deliveries = PostgresDeliveries(transaction)
        found, _ = deliveries.page(DeliveryFilter(state="queued"), page=1, per_page=99)
        return [(one.id, len(deliveries.items(one.id))) for one in found]


def test_warnings_heard_by_many_processes_share_one_batch_a_phone(
    postgres: TestDatabase, databases: list[Database]
) -> None:
    organization_id = new_organization(postgres)
    with_phones(databases, organization_id)
    bursts: list[list[News]] = [
        [a_problem(uuid4(), severity="warning") for _ in range(5)] for _ in databases
    ]
    at_once(databases, lambda n, db: notifier(db).tell(organization_id, bursts[n]))
    assert batches(databases[0], organization_id) == []
    later = NOON + timedelta(seconds=31)
    at_once(databases, lambda _n, db: notifier(db, later).ring(organization_id))
    counted = batches(databases[0], organization_id)
    assert [items for _, items in counted] == [5 * PROCESSES] * 10


def test_one_fact_heard_by_many_processes_is_told_once(
    postgres: TestDatabase, databases: list[Database]
) -> None:
    organization_id = new_organization(postgres)
    with_phones(databases, organization_id)
    problem = a_problem()
    at_once(databases, lambda _n, db: notifier(db).tell(organization_id, [problem]))
    assert [items for _, items in batches(databases[0], organization_id)] == [1] * 10


def test_a_problem_and_its_end_heard_at_the_same_time_leave_nothing_half_told(
    postgres: TestDatabase, databases: list[Database]
) -> None:
    organization_id = new_organization(postgres)
    with_phones(databases, organization_id)
    problem = a_problem(severity="warning")
    news = [problem, its_recovery(problem)]
    at_once(databases, lambda n, db: notifier(db).tell(organization_id, [news[n % 2]]))
    with databases[0].transaction(organization_id) as transaction:
        found, _ = PostgresDeliveries(transaction).page(DeliveryFilter(), page=1, per_page=99)
    assert {one.state for one in found} <= {DeliveryState.DROPPED}
