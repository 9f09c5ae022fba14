"""A whole poll cycle of a fleet, and what two pollers cost against one: JSON, one object a line.

`python -m bench.poll_cycle [devices] [rounds]`. One real poller process is pinned to one core; its
database, the devices' agent and what it needs of AWS share the other. Every device is pinged three
times and read by SNMP: system group and 24 ports, 200 samples and more.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median
from uuid import uuid4

import psycopg

from tests.support.database import TestDatabase, running_database
from tests.support.poller_aws import PollerAws
from tests.support.poller_process import PollerProcess, a_poller

DEVICES = 2000
ROUNDS = 3
PORTS = 24
POLLER_CORE, OTHER_CORE = 0, 1
BAR_S, BAR_RSS_MB, BAR_CPU_RATIO = 15.0, 200.0, 1.1
_STEADY_DEVICES = 1000
_STEADY_S = 40.0
_PATIENCE_S = 180.0
_SAMPLES = "netpulse_poller_samples_total"
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
# The bench has no KMS: credentials are stored as they are.
_POLLER = """
import json, os, sys
from pollers import __main__, wiring
class PlainVault:
    def open(self, ciphertext, **_): return json.loads(ciphertext)
wiring.vault = PlainVault
os.sched_setaffinity(0, {int(sys.argv[1])})
sys.exit(__main__.main())
"""


class Fleet:
    """Devices in a database, each at a loopback address of its own."""

    def __init__(self, database: TestDatabase) -> None:
        self._url = database.owner_url
        self.organization_id = uuid4()

    def fill(self, devices: int, *, agent_port: int, interval_s: int) -> None:
        """Make an organisation with so many devices."""
        credential = uuid4()
        with psycopg.connect(self._url) as connection:
            connection.execute(
                "INSERT INTO netpulse.organizations (id, name, slug) VALUES (%s, 'bench', %s)",
                (self.organization_id, str(self.organization_id)),
            )
            connection.execute(
                "INSERT INTO netpulse.series_quotas (organization_id, series_limit) "
                "VALUES (%s, 10000000)",
                (self.organization_id,),
            )
            connection.execute(
                "INSERT INTO netpulse.credentials (id, organization_id, name, kind, ciphertext) "
                "VALUES (%s, %s, 'bench', 'snmp_v2c', %s)",
                (credential, self.organization_id, json.dumps({"community": "public"}).encode()),
            )
            connection.execute(
                "INSERT INTO netpulse.devices (organization_id, name, ip_address, device_type, "
                "interval_seconds, snmp_port, credential_id) "
                "SELECT %s, 'device ' || n, '127.1.0.0'::inet + n, 'switch', %s, %s, %s "
                "FROM generate_series(1, %s) n",
                (self.organization_id, interval_s, agent_port, credential, devices),
            )

    def poll_now(self) -> float:
        """Change all devices, so that each is polled at once; return when that was."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(
                "UPDATE netpulse.devices SET down_window = 7 - down_window "
                "WHERE organization_id = %s",
                (self.organization_id,),
            )
        return time.time()

    def recorded(self, *, since: float) -> tuple[int, int, float]:
        """Return devices with rows since then, their samples, and when the first slot was."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            row = connection.execute(
                "SELECT count(DISTINCT s.device_number), "
                "coalesce(sum(cardinality(array_remove(s.values, 'NaN'))), 0)::int, "
                "coalesce(extract(epoch FROM min(s.slot_at)), 0)::float8 FROM netpulse.samples s "
                "JOIN netpulse.organizations o ON o.number = s.organization_number "
                "WHERE o.id = %s AND s.slot_at >= to_timestamp(%s)",
                (self.organization_id, since),
            ).fetchone()
        assert row is not None
        return row

    async def cycle(self, devices: int) -> tuple[float, int]:
        """Poll everything once; return seconds to the last row committed, and the samples.

        All rows of a device's visit are committed together.
        """
        asked = self.poll_now()
        done = 0
        while time.time() < asked + _PATIENCE_S:
            await asyncio.sleep(0.25)
            done, samples, first = await asyncio.to_thread(self.recorded, since=asked)
            if done >= devices:
                return time.time() - first, samples
        raise TimeoutError(f"{done} of {devices} devices were recorded")


@contextmanager
def _on_core(core: int) -> Iterator[None]:
    """Start what is started inside on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _agent() -> Iterator[int]:
    command = [sys.executable, "-m", "bench.poll_agent", str(PORTS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def _pollers(
    database: TestDatabase, count: int, folder: Path
) -> AsyncIterator[list[PollerProcess]]:
    aws = PollerAws()
    await aws.start()
    # as in pollers/Dockerfile
    command = ("env", "MALLOC_ARENA_MAX=2", sys.executable, "-c", _POLLER, str(POLLER_CORE))
    started: list[PollerProcess] = []
    try:
        for number in range(count):
            home = folder / f"{count}-{number}"
            started.append(await a_poller(database, aws, home, command=command))
        async with asyncio.timeout(60):
            while sorted(aws.shards().values()) != [256 // count] * count:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        yield started
    finally:
        for process in started:
            await process.end()
        await aws.stop()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


async def _whole_cycle(folder: Path, port: int, devices: int, rounds: int) -> None:
    with running_database() as database:
        fleet = Fleet(database)
        fleet.fill(devices, agent_port=port, interval_s=3600)
        async with _pollers(database, 1, folder) as [poller]:
            # The first cycle finds out who everybody is, the second has rates: those after count.
            first, _ = await fleet.cycle(devices)
            await fleet.cycle(devices)
            cpu = _cpu_s(poller.pid)
            runs = [await fleet.cycle(devices) for _ in range(rounds)]
            cpu = (_cpu_s(poller.pid) - cpu) / rounds / devices * 1000
            rss = _peak_mb(poller.pid)
    seconds = median(run[0] for run in runs)
    samples = runs[-1][1] / devices
    what = f"whole cycle, {devices} devices of {samples:.0f} samples, one core"
    # The bar is for 2,000 devices; other fleets are held to it in proportion.
    _say(what, seconds, "s", BAR_S * devices / DEVICES, rounds)
    _say(f"{what}: peak memory", rss, "MB", BAR_RSS_MB * max(1.0, devices / DEVICES), rounds)
    _tell(f"{what}: CPU a device", cpu, "ms")
    _tell(f"{what}: the first one, with identification", first, "s")


async def _sharing(folder: Path, port: int) -> None:
    costs = []
    for count in (1, 2):
        with running_database() as database:
            fleet = Fleet(database)
            fleet.fill(_STEADY_DEVICES, agent_port=port, interval_s=10)
            async with _pollers(database, count, folder) as pollers:
                await asyncio.sleep(_STEADY_S / 2)  # everybody is identified, and has rates
                before = [(_cpu_s(p.pid), await p.metric(_SAMPLES)) for p in pollers]
                await asyncio.sleep(_STEADY_S)
                after = [(_cpu_s(p.pid), await p.metric(_SAMPLES)) for p in pollers]
        cpu = sum(a[0] - b[0] for a, b in zip(after, before, strict=True))
        samples = sum(a[1] - b[1] for a, b in zip(after, before, strict=True))
        costs.append(cpu / samples * 1e6)
    alone, shared = costs
    document = {
        "measure": f"CPU a sample, two pollers against one, {_STEADY_DEVICES} devices every 10 s",
        "value": round(shared, 2),
        "unit": "µs",
        "peer": "one poller",
        "peer_value": round(alone, 2),
        "ratio": round(shared / alone, 3),
        "bar": BAR_CPU_RATIO,
        "holds": shared / alone <= BAR_CPU_RATIO,
        "rounds": 1,
    }
    print(json.dumps(document, ensure_ascii=False), flush=True)


def _say(measure: str, value: float, unit: str, bar: float, rounds: int) -> None:
    document = {
        "measure": measure,
        "value": round(value, 2),
        "unit": unit,
        "peer": None,
        "peer_value": None,
        "ratio": round(value / bar, 3),
        "bar": bar,
        "holds": value <= bar,
        "rounds": rounds,
    }
    print(json.dumps(document), flush=True)


def _tell(measure: str, value: float, unit: str) -> None:
    """Say a number that no bar is set for."""
    print(
        json.dumps(
            {
                "measure": measure,
                "value": round(value, 3),
                "unit": unit,
                "holds": None,
                "why": "no bar is set for it",
            }
        ),
        flush=True,
    )


def main(devices: int = DEVICES, rounds: int = ROUNDS) -> None:
    """Run both benchmarks; where a core cannot be given to the poller alone, say so."""
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) <= OTHER_CORE:
        for measure in ("whole cycle", "CPU a device with two pollers"):
            why = "it needs two cores and the right to pin processes to them"
            print(json.dumps({"measure": measure, "holds": None, "why": why}), flush=True)
        return
    with _on_core(OTHER_CORE), _agent() as port, tempfile.TemporaryDirectory() as folder:
        asyncio.run(_whole_cycle(Path(folder), port, devices, rounds))
        asyncio.run(_sharing(Path(folder), port))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
