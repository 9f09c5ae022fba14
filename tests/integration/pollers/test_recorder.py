"""The recorder against a real database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from pollers.database import Connection, PollerDatabase
from pollers.domain.device import Sample
from pollers.metrics import Metrics
from pollers.ports import Cycle
from pollers.recorder import Recorder
from pollers.spool import Spool

if TYPE_CHECKING:
    from tests.integration.pollers.conftest import Estate
    from tests.support.database import TestDatabase


def cycles(estate: Estate, slot_at: float, count: int = 1) -> list[Cycle]:
    device = estate.device()
    [(number, organization)] = estate.run(
        "SELECT d.number, o.number FROM netpulse.devices d JOIN netpulse.organizations o "
        "ON o.id = d.organization_id WHERE d.id = %s",
        device,
    )
    samples = (
        Sample("icmp_rtt_avg_ms", 4.5, "ms"),
        *(Sample("if_in_bps", float(n), "bit/s", f"if:{n}", "rate") for n in range(70)),
    )
    return [
        Cycle.of(device, estate.organization_id, number, organization, slot_at + 10 * n, samples)
        for n in range(count)
    ]


async def test_a_slot_recorded_twice_stands_once(
    estate: Estate, postgres: TestDatabase, tmp_path: Path
) -> None:
    metrics = Metrics()
    database = PollerDatabase(lambda: postgres.url("netpulse_system"))
    slot = float(int(time.time()) - 60)
    batch = cycles(estate, slot, count=3)
    for _ in range(2):  # another poller knows nothing of the first one's rows
        recorder = Recorder(database, Spool(tmp_path, metrics), metrics)
        for cycle in batch:
            recorder.record(cycle)
        await recorder.flush()
    await database.close()
    [(rows, slots)] = estate.run(
        "SELECT count(*), count(DISTINCT slot_at) FROM netpulse.samples WHERE device_number = %s",
        batch[0].device_number,
    )
    assert (rows, slots) == (9, 3)
    [(values,)] = estate.run(
        "SELECT count(*) FROM netpulse.device_metrics WHERE device_id = %s", batch[0].device_id
    )
    assert values == 3 * 71
    assert metrics.value("netpulse_poller_spool_lost_total") == 0


async def test_samples_wait_on_disk_while_the_database_is_away(
    estate: Estate, postgres: TestDatabase, tmp_path: Path
) -> None:
    metrics = Metrics()
    away = True
    nowhere = "host=127.0.0.1 port=1 connect_timeout=1"
    database = PollerDatabase(lambda: nowhere if away else postgres.url("netpulse_system"))
    recorder = Recorder(database, Spool(tmp_path, metrics), metrics)
    batch = cycles(estate, float(int(time.time()) - 60), count=4)
    for cycle in batch:
        recorder.record(cycle)
        await recorder.flush()
    assert metrics.value("netpulse_poller_spool_bytes") > 0
    away = False
    for _ in range(4):
        await recorder.flush()
    await database.close()
    [(slots,)] = estate.run(
        "SELECT count(DISTINCT slot_at) FROM netpulse.samples WHERE device_number = %s",
        batch[0].device_number,
    )
    assert slots == 4
    assert metrics.value("netpulse_poller_spool_bytes") == 0


class SlowDatabase(PollerDatabase):
    """A database that keeps its writer waiting."""

    def __init__(self, conninfo: Callable[[], str]) -> None:
        super().__init__(conninfo)
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        self.asked.set()
        await self.go.wait()
        async with super().transaction() as connection:
            yield connection


async def test_no_slot_is_lost_when_the_queue_overflows_during_a_slow_write(
    estate: Estate, postgres: TestDatabase, tmp_path: Path
) -> None:
    database = SlowDatabase(lambda: postgres.url("netpulse_system"))
    metrics = Metrics()
    recorder = Recorder(database, Spool(tmp_path, metrics), metrics, queue_limit=3 * 71)
    batch = cycles(estate, float(int(time.time()) - 100), count=6)
    for cycle in batch[:2]:
        recorder.record(cycle)
    writing = asyncio.create_task(recorder.flush())
    await database.asked.wait()
    for cycle in batch[2:]:
        recorder.record(cycle)  # the fourth in all goes to the disk with those before it
    database.go.set()
    await writing
    for _ in range(3):
        await recorder.flush()
    await database.close()
    [(slots,)] = estate.run(
        "SELECT count(DISTINCT slot_at) FROM netpulse.samples WHERE device_number = %s",
        batch[0].device_number,
    )
    assert slots == 6


async def test_a_database_that_takes_no_writes_for_now_costs_no_sample(
    estate: Estate, postgres: TestDatabase, tmp_path: Path
) -> None:
    metrics = Metrics()
    url = postgres.url("netpulse_system")
    read_only = psycopg.conninfo.make_conninfo(url, options="-c default_transaction_read_only=on")
    database = PollerDatabase(lambda: read_only)
    recorder = Recorder(database, Spool(tmp_path, metrics), metrics)
    batch = cycles(estate, float(int(time.time()) - 60), count=2)
    for cycle in batch:
        recorder.record(cycle)
    await recorder.flush()
    assert metrics.value("netpulse_poller_errors_total", where="recorder") == 0
    assert metrics.value("netpulse_poller_spool_bytes") > 0
    await database.close()
    read_only = url
    await recorder.flush()
    await database.close()
    [(slots,)] = estate.run(
        "SELECT count(DISTINCT slot_at) FROM netpulse.samples WHERE device_number = %s",
        batch[0].device_number,
    )
    assert slots == 2
