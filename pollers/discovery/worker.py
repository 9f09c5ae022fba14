"""Works on scans, one at a time, beside the polling."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from netpulse.observability import logger
from netpulse.sweeps import hosts

from pollers.checks.keyring import Keyring
from pollers.checks.spec import Sealed
from pollers.database import REFUSALS, DatabaseAwayError
from pollers.discovery.scan import Key, Scan, access_of
from pollers.discovery.store import ScanStore
from pollers.discovery.sweep import Rate, Sweeper
from pollers.domain.reach import Reach
from pollers.metrics import Metrics
from pollers.pace import wait_for

_LOOK_S = 2.0
_BEAT_S = 5.0
_CHUNK = 512
_MAX_CLAIMS = 20


class DiscoveryWorker:
    """Claims scans and goes over their networks; gives one back when it is told to stop."""

    def __init__(
        self,
        store: ScanStore,
        sweeper: Sweeper,
        keyring: Keyring,
        metrics: Metrics,
        *,
        reach: Reach | None = None,
        look_every_s: float = _LOOK_S,
        beat_every_s: float = _BEAT_S,
    ) -> None:
        self._store = store
        self._sweeper = sweeper
        self._keyring = keyring
        self._metrics = metrics
        self._reach = reach or Reach()
        self._look_every_s = look_every_s
        self._beat_every_s = beat_every_s
        self._asked = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop."""
        while not await wait_for(stop, self._look_every_s):
            try:
                claimed = await self._store.claim()
                if claimed is not None:
                    await self._work(*claimed, stop)
            except DatabaseAwayError:
                continue  # the lease runs out, and whoever is there then goes on
            except Exception:
                # A scan must never end the polling beside it.
                self._metrics.add("netpulse_poller_errors_total", where="discovery")
                logger.exception("discovery failed unexpectedly")

    async def _work(
        self,
        scan: Scan,
        credentials: Sequence[Mapping[str, Any]],
        port: int,
        stop: asyncio.Event,
    ) -> None:
        if scan.epoch > _MAX_CLAIMS:
            # Whatever ends every poller's attempt must not be tried for ever.
            await self._store.fail(scan.job_id, "SCAN_FAILED", "The scan broke off too often")
            return
        keys = await self._keys(scan, credentials, port)
        if scan.protocols == {"snmp"} and not keys:
            await self._store.fail(
                scan.job_id, "NO_USABLE_CREDENTIAL", "None of the credentials can be used"
            )
            return
        scan = replace(scan, keys=keys)
        logger.info("scan begun", scan_id=str(scan.id), addresses=scan.addresses)
        sweeping = asyncio.create_task(self._sweep(scan))
        holding = asyncio.create_task(self._hold(scan))
        stopping = asyncio.create_task(stop.wait())
        tasks = (sweeping, holding, stopping)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        if stop.is_set():
            with suppress(DatabaseAwayError):
                await self._store.release(scan)
        failures = [error for error in ended if isinstance(error, Exception)]
        if failures:
            await self._give_up(scan, failures[0])
        logger.info("scan left", scan_id=str(scan.id))

    async def _give_up(self, scan: Scan, error: Exception) -> None:
        if isinstance(error, REFUSALS):
            await self._store.fail(scan.job_id, "SCAN_FAILED", "What was found cannot be kept")
        raise error

    async def _keys(
        self, scan: Scan, credentials: Sequence[Mapping[str, Any]], port: int
    ) -> tuple[Key, ...]:
        keys = []
        for row in credentials:
            sealed = Sealed(row["id"], scan.organization_id, bytes(row["ciphertext"]))
            secret = await self._keyring.open(sealed)
            if secret is not None:
                with suppress(ValueError):
                    keys.append(Key(row["id"], access_of(row["kind"], secret, port)))
        return tuple(keys)

    async def _sweep(self, scan: Scan) -> None:
        rate = Rate(scan.packets_per_second)
        position = scan.position
        self._asked = float(position)
        while position < scan.addresses:
            addresses = hosts(scan.networks, position, _CHUNK)
            if not addresses:
                break
            found = await self._sweeper.sweep(
                scan, addresses, rate, self._reach, note=self._noting(position, len(addresses))
            )
            position += len(addresses)
            self._asked = position
            if not await self._store.hold(scan, position, position, found):
                return
        await self._store.finish(scan)

    def _noting(self, position: int, count: int) -> Callable[[float], None]:
        def note(share: float) -> None:
            self._asked = position + share * count

        return note

    async def _hold(self, scan: Scan) -> None:
        """Keep the lease; end when the scan was cancelled or taken over."""
        while await self._store.hold(scan, self._asked):  # noqa: ASYNC110 - the database knows, no event
            await asyncio.sleep(self._beat_every_s)
