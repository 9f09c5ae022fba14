"""Verdicts handed from one poller to the next by way of a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from pollers.database import PollerDatabase
from pollers.domain.device import Device
from pollers.domain.verdict import Outcome, Rule, State, Verdict, judge, worth_keeping
from pollers.metrics import Metrics
from pollers.states import StateKeeper, read_states

if TYPE_CHECKING:
    from tests.integration.pollers.conftest import Estate
    from tests.support.database import TestDatabase

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LOST = Outcome(reachable=False, reason="icmp timeout\x00")


@pytest.fixture
async def database(postgres: TestDatabase) -> AsyncIterator[PollerDatabase]:
    made = PollerDatabase(lambda: postgres.url("netpulse_system"))
    yield made
    await made.close()


def lost(count: int) -> Verdict:
    verdict = Verdict()
    for number in range(count):
        at = NOON + timedelta(seconds=10 * number)
        verdict = judge(verdict, LOST, at=at, rule=Rule(3, 3))
    return verdict


def described(estate: Estate, device_id: UUID, epoch: int) -> Device:
    return Device(device_id, estate.organization_id, 1, 1, "127.0.0.1", 60, epoch=epoch)


async def read(database: PollerDatabase, device_id: UUID) -> Verdict:
    async with database.transaction() as connection:
        return (await read_states(connection, [device_id]))[device_id]


async def test_the_next_poller_knows_how_many_probes_were_lost_and_since_when(
    estate: Estate, database: PollerDatabase
) -> None:
    device_id = estate.device()
    keeper = StateKeeper(database, Metrics(), poller="a")
    keeper.keep(described(estate, device_id, 1), lost(2))
    await keeper.flush()
    handed = await read(database, device_id)
    assert worth_keeping(handed) == worth_keeping(lost(2))
    hard = judge(handed, LOST, at=NOON + timedelta(seconds=20), rule=Rule(3, 3))
    assert (hard.hard, hard.first_failed_at) == (True, NOON)


async def test_what_a_poller_says_under_an_epoch_that_is_over_changes_nothing(
    estate: Estate, database: PollerDatabase
) -> None:
    device_id = estate.device()
    new, old = (StateKeeper(database, Metrics(), poller=name) for name in ("new", "old"))
    new.keep(described(estate, device_id, 8), Verdict(State.UP, hard=True))
    await new.flush()
    old.keep(described(estate, device_id, 7), lost(3))
    await old.flush()
    assert (await read(database, device_id)).state is State.UP
    rows = estate.run("SELECT poller FROM netpulse.poll_states WHERE device_id = %s", device_id)
    assert rows == [("new",)]


async def test_a_verdict_that_says_nothing_new_is_not_written_again(
    estate: Estate, database: PollerDatabase
) -> None:
    device_id = estate.device()
    keeper = StateKeeper(database, Metrics(), poller="a")
    written = []
    for minute in range(3):
        up = Verdict(State.UP, hard=True)
        verdict = judge(
            up, Outcome(reachable=True), at=NOON + minute * timedelta(minutes=1), rule=Rule()
        )
        keeper.keep(described(estate, device_id, 1), verdict)
        await keeper.flush()
        written += estate.run(
            "SELECT xmin::text FROM netpulse.poll_states WHERE device_id = %s", device_id
        )
    assert len(set(written)) == 1


async def test_of_a_device_that_was_deleted_meanwhile_nothing_is_kept(
    estate: Estate, database: PollerDatabase
) -> None:
    kept = estate.device("127.0.0.2")
    keeper = StateKeeper(database, Metrics(), poller="a")
    keeper.keep(described(estate, UUID(int=5), 1), lost(1))
    keeper.keep(described(estate, kept, 1), lost(1))
    await keeper.flush()
    assert (await read(database, kept)).state is State.DOWN
