"""What was found out of devices into PostgreSQL, when it changed."""

import asyncio
import time
from collections.abc import Callable
from hashlib import blake2b
from uuid import UUID

from netpulse.observability import logger

from pollers.database import REFUSALS, DatabaseAwayError, PollerDatabase
from pollers.domain.device import Device
from pollers.domain.finding import Finding, fitting
from pollers.finding_rows import write_finding
from pollers.metrics import Metrics
from pollers.pace import every

REFRESH_S = 3600.0
"""A finding is written again after so long though nothing changed: somebody saw it still there."""


class FindingsWriter:
    """Keeps a digest of what was last written of each device, and writes what differs."""

    def __init__(
        self,
        database: PollerDatabase,
        metrics: Metrics | None = None,
        *,
        flush_every_s: float = 1.0,
        owns: Callable[[UUID], bool] = lambda _: True,
    ) -> None:
        self._database = database
        self._metrics = metrics or Metrics()
        self._flush_every_s = flush_every_s
        self._owns = owns
        self._written: dict[UUID, tuple[bytes, float]] = {}
        self._waiting: dict[UUID, tuple[bytes, Finding]] = {}

    def found(self, device: Device, finding: Finding) -> None:
        """Take what was found out of a device, to be written where it changed."""
        digest = blake2b(repr(finding.shape).encode(), digest_size=16).digest()
        before, written_at = self._written.get(device.id, (b"", 0.0))
        if before != digest or time.monotonic() - written_at >= REFRESH_S:
            self._waiting[device.id] = (digest, finding)

    async def run(self, stop: asyncio.Event) -> None:
        """Write until told to stop, and once more then."""
        await every(self._flush_every_s, self.flush, stop)

    async def flush(self) -> None:
        """Write what waits; what the database does not take waits on."""
        while self._waiting:
            device_id, waiting = next(iter(self._waiting.items()))
            digest, finding = waiting
            if not self._owns(device_id):
                # Another poller looks after it now, and has seen it later.
                del self._waiting[device_id]
                continue
            kept, mended = fitting(finding)
            if mended:
                self._metrics.add("netpulse_poller_findings_mended_total", value=mended)
            try:
                async with self._database.transaction() as connection:
                    await write_finding(connection, device_id, kept)
            except DatabaseAwayError:
                return
            except REFUSALS as error:
                # What one device says must not keep the others' from being written.
                logger.error("finding refused", device_id=str(device_id), reason=str(error))
                self._metrics.add("netpulse_poller_errors_total", where="findings")
            self._written[device_id] = (digest, time.monotonic())
            if self._waiting.get(device_id) is waiting:
                del self._waiting[device_id]
