"""What a poller does beside polling: checks and discovery, over the same engines."""

import asyncio
from dataclasses import dataclass

from netpulse.secrets import Vault

from pollers.catalogue import profiles
from pollers.checks.keyring import Keyring
from pollers.checks.results import CheckResults
from pollers.checks.runner import CheckRunner
from pollers.checks.store import PostgresChecks
from pollers.database import PollerDatabase
from pollers.discovery.store import ScanStore
from pollers.discovery.sweep import Sweeper
from pollers.discovery.worker import DiscoveryWorker
from pollers.domain.reach import Reach
from pollers.icmp.engine import IcmpEngine
from pollers.metrics import Metrics
from pollers.ports import SampleSink
from pollers.probes.http import HttpProbe
from pollers.probes.table import probes
from pollers.report import Reporter
from pollers.snmp.engine import SnmpEngine

_HALT_S = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What side work shares with the polling."""

    name: str
    database: PollerDatabase
    vault: Vault
    metrics: Metrics
    reach: Reach
    icmp: IcmpEngine
    snmp: SnmpEngine
    http: HttpProbe
    samples: SampleSink
    reporter: Reporter


class SideWork:
    """Runs checks and scans until it is halted."""

    def __init__(self, around: Surroundings) -> None:
        metrics = around.metrics
        self.checks = CheckRunner(
            PostgresChecks(around.database, metrics, reach=around.reach),
            probes(around.http, around.reach),
            keyring=Keyring(around.vault, metrics),
            desk=around.reporter,
            samples=around.samples,
            results=CheckResults(around.database, metrics),
            metrics=metrics,
        )
        self.discovery = DiscoveryWorker(
            ScanStore(around.database, poller=around.name),
            Sweeper(around.icmp, around.snmp, profiles),
            Keyring(around.vault, metrics),
            metrics,
            reach=around.reach,
        )
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> "list[asyncio.Task[None]]":
        """Begin, and return what is under way: none of it ends unless it is halted."""
        self._tasks = [
            asyncio.create_task(part.run(self._stop)) for part in (self.checks, self.discovery)
        ]
        return self._tasks

    async def halt(self) -> None:
        """Let what is under way end, within bounds."""
        self._stop.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_HALT_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
