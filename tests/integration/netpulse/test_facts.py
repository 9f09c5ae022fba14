"""Outbox, work and relay: what is committed is told, what is not is not."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from netpulse import observability
from netpulse.clock import SYSTEM_CLOCK
from netpulse.consumer import first_time
from netpulse.errors import UnavailableError
from netpulse.events import SessionRevoked, UserInvited
from netpulse.outbox import EventLog
from netpulse.work import Relay, UnitOfWork

from tests.support.clock import NOON
from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpulse.db import Database, Transaction
    from netpulse.events import Recorded
    from netpulse.ids import OrganizationId
    from netpulse.outbox import Outbox

    from tests.support.database import TestDatabase

FACT = UserInvited(user_id=UUID(int=7), email="amina@example.org", role="viewer")


class Work:
    def __init__(self, transaction: Transaction, outbox: Outbox) -> None:
        self.transaction = transaction
        self.outbox = outbox

    def add_group(self, name: str) -> None:
        self.transaction.run(
            "INSERT INTO netpulse.device_groups (organization_id, name) VALUES (%s, %s)",
            (self.transaction.organization_id, name),
        )


class RecordingBus:
    """Takes facts, or is away."""

    def __init__(self) -> None:
        self.records: list[Recorded] = []
        self.away = False

    def publish(self, records: Sequence[Recorded]) -> None:
        if self.away:
            raise UnavailableError("away")
        self.records += records


class CrashError(BaseException):
    """The process dies: nothing catches this."""


class CrashingBus(RecordingBus):
    def publish(self, records: Sequence[Recorded]) -> None:
        raise CrashError


@pytest.fixture
def database(postgres: TestDatabase) -> Iterator[Database]:
    found = postgres.database()
    yield found
    found.close()


@pytest.fixture
def system(postgres: TestDatabase) -> Iterator[Database]:
    found = postgres.database("netpulse_system")
    yield found
    found.close()


@pytest.fixture
def organization_id(postgres: TestDatabase) -> OrganizationId:
    return new_organization(postgres)


@pytest.fixture
def bus() -> RecordingBus:
    return RecordingBus()


def unit_of(database: Database, bus: RecordingBus) -> UnitOfWork[Work]:
    return UnitOfWork(database, Relay(database, bus, SYSTEM_CLOCK), SYSTEM_CLOCK, Work)


def log_of(database: Database, organization_id: OrganizationId) -> list[Recorded]:
    with database.transaction(organization_id) as transaction:
        return EventLog(transaction).since(0, limit=1000)


def unpublished(system: Database, organization_id: OrganizationId) -> list[int]:
    later = SYSTEM_CLOCK.now() + timedelta(minutes=1)
    with system.transaction(None) as transaction:
        found = EventLog(transaction).unpublished(before=later, limit=10_000)
    return [r.meta.seq for r in found if r.meta.organization_id == organization_id]


def test_facts_are_committed_numbered_and_published(
    database: Database, system: Database, bus: RecordingBus, organization_id: OrganizationId
) -> None:
    unit = unit_of(database, bus)
    for facts in (2, 0, 3):
        with unit(organization_id) as work:
            for _ in range(facts):
                work.outbox.add(FACT)
    assert [record.meta.seq for record in bus.records] == [1, 2, 3, 4, 5]
    assert log_of(database, organization_id) == bus.records
    assert unpublished(system, organization_id) == []
    assert bus.records[0].type == "UserInvited.v1"
    assert bus.records[0].data["email"] == "amina@example.org"


def test_what_was_rolled_back_is_not_told_and_takes_no_number(
    database: Database, bus: RecordingBus, organization_id: OrganizationId
) -> None:
    unit = unit_of(database, bus)

    def fail() -> None:
        with unit(organization_id) as work:
            work.add_group("core")
            work.outbox.add(FACT)
            raise UnavailableError("no")

    with pytest.raises(UnavailableError):
        fail()
    assert (bus.records, log_of(database, organization_id)) == ([], [])
    with unit(organization_id) as work:
        work.outbox.add(FACT)
    assert [record.meta.seq for record in bus.records] == [1]


def test_when_the_bus_is_away_the_change_stands_and_the_facts_wait(
    database: Database, system: Database, bus: RecordingBus, organization_id: OrganizationId
) -> None:
    bus.away = True
    with unit_of(database, bus)(organization_id) as work:
        work.add_group("core")
        work.outbox.add(FACT)
        work.outbox.add(FACT)
    assert unpublished(system, organization_id) == [1, 2]
    with database.transaction(organization_id) as transaction:
        assert transaction.value("SELECT count(*) FROM netpulse.device_groups") == 1


def test_facts_know_what_they_follow_from(
    database: Database, bus: RecordingBus, organization_id: OrganizationId
) -> None:
    correlation = observability.correlation_id.set("order-7")
    cause = observability.causation_id.set("cause")
    try:
        with unit_of(database, bus)(organization_id) as work:
            work.outbox.add(FACT)
    finally:
        observability.correlation_id.reset(correlation)
        observability.causation_id.reset(cause)
    meta = bus.records[0].meta
    assert (meta.correlation_id, meta.causation_id) == ("order-7", "cause")
    assert meta.organization_id == organization_id


def test_numbers_have_no_gaps_whoever_writes_at_once(
    postgres: TestDatabase, database: Database, organization_id: OrganizationId
) -> None:
    def write() -> None:
        mine = postgres.database()
        unit = unit_of(mine, RecordingBus())
        for facts in (1, 2, 3):
            with unit(organization_id) as work:
                for _ in range(facts):
                    work.outbox.add(FACT)
        mine.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seqs = [record.meta.seq for record in log_of(database, organization_id)]
    assert seqs == list(range(1, 25))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["ok", "away", "crash", "rollback"]))))
def test_a_crash_between_commit_and_publication_loses_no_fact(
    postgres: TestDatabase,
    database: Database,
    system: Database,
    steps: list[tuple[int, str]],
) -> None:
    organization_id = new_organization(postgres)
    bus = RecordingBus()
    committed = 0
    for facts, fate in steps:
        bus.away = fate == "away"
        unit = unit_of(database, CrashingBus() if fate == "crash" else bus)
        with suppress(CrashError, ZeroDivisionError), unit(organization_id) as work:
            for _ in range(facts):
                work.outbox.add(FACT)
            assert fate != "rollback" or 1 / 0
        committed += 0 if fate == "rollback" else facts
    published = [record.meta.seq for record in bus.records]
    assert sorted(published + unpublished(system, organization_id)) == list(range(1, committed + 1))


def test_the_sweep_marks_what_it_published_and_forgets_only_that(
    database: Database, system: Database, bus: RecordingBus, organization_id: OrganizationId
) -> None:
    bus.away = True
    with unit_of(database, bus)(organization_id) as work:
        work.outbox.add(FACT)
        work.outbox.add(SessionRevoked(user_id=UUID(int=7)))
    records = log_of(database, organization_id)
    later = SYSTEM_CLOCK.now() + timedelta(minutes=1)
    with system.transaction(None) as transaction:
        log = EventLog(transaction)
        log.mark_published(records[:1], NOON)
        log.forget_before(later)
    assert unpublished(system, organization_id) == [2]
    with database.transaction(organization_id) as transaction:
        log = EventLog(transaction)
        assert (log.oldest_seq(), log.last_seq()) == (2, 2)


def test_facts_recorded_a_moment_ago_are_left_to_their_own_relay(
    database: Database, system: Database, bus: RecordingBus, organization_id: OrganizationId
) -> None:
    bus.away = True
    with unit_of(database, bus)(organization_id) as work:
        work.outbox.add(FACT)
    earlier = SYSTEM_CLOCK.now() - timedelta(minutes=1)
    with system.transaction(None) as transaction:
        found = EventLog(transaction).unpublished(before=earlier, limit=10)
    assert organization_id not in {record.meta.organization_id for record in found}


def test_an_organisation_reads_only_its_own_log(
    postgres: TestDatabase, database: Database, bus: RecordingBus, organization_id: OrganizationId
) -> None:
    with unit_of(database, bus)(organization_id) as work:
        work.outbox.add(FACT)
    other = new_organization(postgres)
    assert log_of(database, other) == []
    with database.transaction(other) as transaction:
        log = EventLog(transaction)
        assert (log.oldest_seq(), log.last_seq()) == (None, 0)


def test_a_consumer_sees_an_event_once_and_each_consumer_does(
    database: Database, organization_id: OrganizationId
) -> None:
    event_id = uuid4()
    seen: list[bool] = []
    for consumer in ("notify", "notify", "reports"):
        with database.transaction(organization_id) as transaction:
            seen.append(first_time(transaction, consumer, event_id))
    assert seen == [True, False, True]


def test_an_event_whose_handling_failed_was_not_seen(
    database: Database, organization_id: OrganizationId
) -> None:
    event_id = uuid4()

    def fail() -> None:
        with database.transaction(organization_id) as transaction:
            assert first_time(transaction, "notify", event_id)
            raise UnavailableError("no")

    with pytest.raises(UnavailableError):
        fail()
    with database.transaction(organization_id) as transaction:
        assert first_time(transaction, "notify", event_id)
