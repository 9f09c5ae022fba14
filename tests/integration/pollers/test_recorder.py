"""The recorder against a real database."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from pollers.database import PollerDatabase
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
        Cycle(device, estate.organization_id, number, organization, slot_at + 10 * n, samples)
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
