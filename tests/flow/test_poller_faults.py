"""Pollers as processes, killed, stopped and cut off; a real database keeps the score.

`NETPULSE_FAULT_SECONDS` is how long the database and the lease table are away.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from pollers.domain.schedule import phase_s, shard_of
from tests.integration.pollers.conftest import Estate
from tests.support.database import running_database
from tests.support.poller_aws import PollerAws
from tests.support.poller_process import PollerProcess, a_poller
from tests.support.running import until

if TYPE_CHECKING:
    from tests.support.database import TestDatabase

AWAY_S = float(os.environ.get("NETPULSE_FAULT_SECONDS", "15"))
ALL = 256
INTERVAL_S = 10


class Fleet:
    """Devices that answer by TCP, the pollers that ask them, and what came of it."""

    def __init__(self, database: TestDatabase, aws: PollerAws, folder: Path) -> None:
        self.aws = aws
        self.estate = Estate(database.owner_url, uuid4())
        self.devices: list[UUID] = []
        self.pollers: list[PollerProcess] = []
        self._database = database
        self._folder = folder
        self._server: asyncio.Server | None = None
        self._port = 0

    async def open(self, devices: int = 24) -> None:
        organization_id = str(self.estate.organization_id)
        self.estate.run(
            "INSERT INTO netpulse.organizations (id, name, slug) VALUES (%s, %s, %s)",
            *(organization_id, organization_id, organization_id),
        )
        await self.answer()
        configuration = json.dumps({"tcp": {"port": self._port}})
        for number in range(devices):
            device = self.estate.device(
                snmp_port=1 + number, availability_check="tcp", configuration=configuration
            )
            self.devices.append(device)

    async def answer(self) -> None:
        """Let the devices answer, again."""

        async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        self._server = await asyncio.start_server(accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def fall_silent(self) -> None:
        assert self._server is not None
        self._server.close()

    async def close(self) -> None:
        for poller in self.pollers:
            await poller.end()
        self.fall_silent()
        self.estate.run(
            "DELETE FROM netpulse.organizations WHERE id = %s", self.estate.organization_id
        )

    async def start(self, **settings: Any) -> PollerProcess:
        folder = self._folder / str(len(self.pollers))
        self.pollers.append(await a_poller(self._database, self.aws, folder, **settings))
        return self.pollers[-1]

    async def shared_by(self, count: int) -> None:
        await until(lambda: sorted(self.aws.shards().values()) == [ALL // count] * count)

    def slots(self) -> dict[UUID, set[float]]:
        """Return the slots of each device that were recorded; first visits are none."""
        rows = self.estate.run(
            "SELECT d.id, round(extract(epoch FROM s.slot_at), 3)::float8 FROM netpulse.samples s "
            "JOIN netpulse.devices d ON d.number = s.device_number "
            "WHERE d.organization_id = %s AND s.block = 0",
            self.estate.organization_id,
        )
        slots: dict[UUID, set[float]] = {device: set() for device in self.devices}
        for device, at in rows:
            phase = phase_s(device, INTERVAL_S)
            if device in slots and round((at - phase) * 1000) % (INTERVAL_S * 1000) == 0:
                slots[device].add(at)
        return slots

    async def recorded(self, *, since: float = 0, within_s: float = 60) -> None:
        """Wait until every device has a recorded slot later than an instant."""
        async with asyncio.timeout(within_s):
            # not often: this loop is also the devices' and the lease table's
            while any(max(own, default=0) <= since for own in self.slots().values()):  # noqa: ASYNC110
                await asyncio.sleep(0.5)

    def missing(self, *, until_s: float) -> dict[UUID, list[float]]:
        """Return the slots that lack between each device's first and an instant."""
        lacking = {}
        for device, slots in self.slots().items():
            wanted = range(round(min(slots) * 1000), round(until_s * 1000), INTERVAL_S * 1000)
            if lost := {at / 1000 for at in wanted} - slots:
                lacking[device] = sorted(lost)
        return lacking

    async def watched(self) -> int:
        """Return how many devices all pollers together have."""
        return sum([(await poller.health())["devices"] for poller in self.pollers])

    def epochs(self) -> list[int]:
        epochs: list[int] = json.loads(self.aws.items["shards"]["epochs"]["S"])
        return epochs


@pytest.fixture(scope="module")
def database() -> Iterator[TestDatabase]:
    """A database of our own: it is stopped, and pollers poll everyone's devices."""
    with running_database() as made:
        yield made


@pytest.fixture
async def aws() -> AsyncIterator[PollerAws]:
    made = PollerAws()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def fleet(database: TestDatabase, aws: PollerAws, tmp_path: Path) -> AsyncIterator[Fleet]:
    made = Fleet(database, aws, tmp_path)
    await made.open()
    yield made
    await made.close()


async def test_what_a_killed_poller_watched_is_watched_by_another(fleet: Fleet) -> None:
    first, second = await fleet.start(), await fleet.start()
    await fleet.shared_by(2)
    await fleet.recorded()
    second.kill()
    killed_at = time.time()
    await fleet.recorded(since=killed_at)
    print(f"healed within {time.time() - killed_at:.1f} s")  # noqa: T201 - shown by pytest -s
    assert await first.metric("netpulse_poller_shards") == ALL
    told = [result for device in fleet.devices for result in fleet.aws.told_of(device)]
    assert {result["state"] for result in told} == {"up"}


async def test_a_poller_that_was_stopped_is_fenced_when_it_goes_on(fleet: Fleet) -> None:
    first, second = await fleet.start(lease_seconds=4), await fleet.start(lease_seconds=4)
    await fleet.shared_by(2)
    await fleet.recorded()
    second.pause()
    paused_at = time.time()
    await until(lambda: set(fleet.aws.shards().values()) == {ALL}, within_s=40)
    await fleet.recorded(since=paused_at + 4)
    taken = fleet.epochs()
    said = len(fleet.aws.messages)
    second.resume()
    await fleet.shared_by(2)
    shared_at = time.time()
    await fleet.recorded(since=shared_at)
    # What was said under an epoch that was over is less than what the new owner had said.
    names = {poller: (await poller.health())["poller"] for poller in (first, second)}
    for message in fleet.aws.messages[said:]:
        for result in message["results"]:
            fenced = result["epoch"] < taken[shard_of(UUID(result["device_id"]))]
            assert not fenced or message["poller"] == names[second]
            # and nobody was blamed for the time that the process stood still
            assert result["state"] == "up"
    assert await second.metric("netpulse_poller_stalls_total") >= 1


async def test_a_poller_that_is_told_to_stop_hands_over_without_a_gap(fleet: Fleet) -> None:
    await fleet.start()
    second = await fleet.start()
    await fleet.shared_by(2)
    await fleet.recorded()
    second.terminate()
    told_at = time.time()
    await until(lambda: set(fleet.aws.shards().values()) == {ALL}, within_s=5)
    assert second.returncode in (None, 0)
    await second.last_words()
    await fleet.recorded(since=told_at + 12)
    assert fleet.missing(until_s=told_at + 12) == {}


async def test_a_suspicion_is_handed_over_with_its_count(fleet: Fleet) -> None:
    device = fleet.devices[0]
    fleet.estate.run("UPDATE netpulse.devices SET down_after = 3, down_window = 3")
    first = await fleet.start()
    await until(lambda: fleet.aws.told_of(device))
    fleet.fall_silent()
    await until(
        lambda: fleet.estate.run(
            "SELECT 1 FROM netpulse.poll_states WHERE device_id = %s AND state = 'down'", device
        ),
        within_s=40,
    )
    first.terminate()
    await first.last_words()
    [(history, hard, began)] = fleet.estate.run(
        "SELECT history, is_hard, first_failed_at FROM netpulse.poll_states WHERE device_id = %s",
        device,
    )
    lost = sum(state == "down" for state, _ in history)
    assert 1 <= lost <= 3
    await fleet.start()
    await until(lambda: fleet.aws.told_of(device)[-1]["hard"] is True, within_s=40)
    # The outage began at the first probe that was lost, whoever sent it.
    hardened = fleet.aws.told_of(device)[-1]
    assert (hardened["state"], hardened["first_failed_at"]) == ("down", began.isoformat())
    assert not hard or lost == 3


async def test_no_slot_is_lost_while_the_database_is_away(
    fleet: Fleet, database: TestDatabase
) -> None:
    poller = await fleet.start()
    await fleet.recorded()
    await asyncio.to_thread(database.stop)
    back_at = time.time() + AWAY_S
    try:
        await until(lambda: time.time() >= back_at, within_s=AWAY_S + 5)
        assert await poller.metric("netpulse_poller_spool_bytes") > 0
    finally:
        await asyncio.to_thread(database.start)
    await fleet.recorded(since=back_at + 10)
    async with asyncio.timeout(30):
        while await poller.metric("netpulse_poller_spool_bytes") > 0:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)
    assert fleet.missing(until_s=back_at) == {}
    assert await poller.metric("netpulse_poller_spool_lost_total") == 0


async def test_without_the_lease_table_everyone_goes_on_with_what_they_hold(fleet: Fleet) -> None:
    pollers = [await fleet.start(lease_seconds=4) for _ in range(2)]
    await fleet.shared_by(2)
    await fleet.recorded()
    shards = fleet.aws.items["shards"]
    fleet.aws.leases_away = True
    back_at = time.time() + AWAY_S
    await until(lambda: time.time() >= back_at, within_s=AWAY_S + 5)
    for poller in pollers:
        assert (await poller.health())["lease"] == "uncertain"
    fleet.aws.leases_away = False
    await fleet.recorded(since=back_at + 5)
    assert fleet.aws.items["shards"] == shards
    assert fleet.missing(until_s=back_at) == {}
    for poller in pollers:
        assert (await poller.health())["lease"] == "certain"


async def test_a_change_of_the_inventory_is_live_in_every_poller_within_seconds(
    fleet: Fleet,
) -> None:
    for _ in range(2):
        await fleet.start()
    await fleet.shared_by(2)
    configuration = fleet.estate.run(
        "SELECT configuration FROM netpulse.devices WHERE id = %s", fleet.devices[0]
    )[0][0]
    added = [
        fleet.estate.device(
            snmp_port=1000 + number,
            availability_check="tcp",
            configuration=json.dumps(configuration),
        )
        for number in range(8)
    ]
    await until(lambda: all(fleet.aws.told_of(device) for device in added), within_s=10)
    assert len({shard_of(device) for device in added}) > 1
    fleet.estate.run("UPDATE netpulse.devices SET is_active = false WHERE id = ANY(%s)", added)
    active = len(fleet.devices)
    async with asyncio.timeout(10):
        while await fleet.watched() != active:  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.1)
