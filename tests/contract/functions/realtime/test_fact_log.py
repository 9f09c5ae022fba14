"""One suite for the event log in memory and in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import psycopg
import pytest
from netpulse.clock import SYSTEM_CLOCK
from netpulse.events import AlertOpened
from netpulse.outbox import PostgresOutbox

from functions.realtime.repository import PostgresFactLog
from tests.support.facts import an_example
from tests.support.http import ORGANIZATION
from tests.support.organizations import new_organization
from tests.unit.functions.realtime.fakes import MemoryFactLog, an_alert

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from functions.realtime.ports import FactLog
    from tests.support.database import TestDatabase


class Filled(Protocol):
    """Makes a log of some facts, the oldest of which are no longer kept."""

    def __call__(self, facts: int, *, forgotten: int = 0) -> tuple[FactLog, OrganizationId]: ...


def _in_memory(facts: int, *, forgotten: int = 0) -> tuple[FactLog, OrganizationId]:
    kept = [an_alert(seq) for seq in range(forgotten + 1, facts + 1)]
    return MemoryFactLog(kept, newest=facts), ORGANIZATION


@pytest.fixture(params=["memory", "postgres"])
def filled(request: pytest.FixtureRequest) -> Filled:
    if request.param == "memory":
        return _in_memory
    postgres: TestDatabase = request.getfixturevalue("postgres")

    def in_postgres(facts: int, *, forgotten: int = 0) -> tuple[FactLog, OrganizationId]:
        organization_id = new_organization(postgres)
        database = postgres.database()
        with database.transaction(organization_id) as transaction:
            outbox = PostgresOutbox(transaction, SYSTEM_CLOCK)
            for _ in range(facts):
                outbox.add(an_example(AlertOpened, alert_id=UUID(int=1)))
            outbox.flush()
        with psycopg.connect(postgres.owner_url) as owner:
            owner.execute(
                "DELETE FROM netpulse.outbox WHERE organization_id = %s AND seq <= %s",
                (organization_id, forgotten),
            )
        return PostgresFactLog(database), organization_id

    return in_postgres


def test_the_facts_after_a_number_come_in_order_and_in_parts(filled: Filled) -> None:
    log, organization_id = filled(7)
    found = log.since(organization_id, 2, limit=3)
    assert [fact.seq for fact in found.facts] == [3, 4, 5]
    assert {fact.type for fact in found.facts} == {"AlertOpened.v1"}
    assert (found.oldest_seq, found.last_seq) == (1, 7)


def test_after_the_newest_there_is_nothing(filled: Filled) -> None:
    log, organization_id = filled(3)
    found = log.since(organization_id, 3, limit=10)
    assert (list(found.facts), found.last_seq) == ([], 3)
    assert log.last_seq(organization_id) == 3


def test_what_is_no_longer_kept_shows_in_the_oldest_number(filled: Filled) -> None:
    log, organization_id = filled(7, forgotten=4)
    assert log.since(organization_id, 0, limit=10).oldest_seq == 5
    log, organization_id = filled(7, forgotten=7)
    found = log.since(organization_id, 0, limit=10)
    assert (found.oldest_seq, found.last_seq) == (None, 7)


def test_an_organisation_without_facts_begins_at_nought(filled: Filled) -> None:
    log, organization_id = filled(0)
    found = log.since(organization_id, 0, limit=10)
    assert (list(found.facts), found.oldest_seq, found.last_seq) == ([], None, 0)
    assert log.last_seq(organization_id) == 0
