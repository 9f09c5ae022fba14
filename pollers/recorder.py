"""Samples into PostgreSQL: COPY by the batch, once a slot, with a spool for bad days."""

import asyncio
from collections.abc import Iterable
from math import nan

from netpulse import timeseries
from netpulse.observability import logger
from netpulse.timeseries import Row

from pollers.database import REFUSALS, DatabaseAwayError, PollerDatabase
from pollers.metrics import Metrics
from pollers.pace import every
from pollers.ports import Cycle
from pollers.series import SeriesRegistry
from pollers.spool import Spool

# What is in work at once: a fast write, and not much memory.
BATCH_CYCLES = 25
_MICROSECONDS = 1_000_000


class Recorder:
    """Gathers cycles and writes them; what cannot be written goes to the spool, in order.

    At most `queue_limit` samples wait in memory; beyond that they go to the disk.
    """

    def __init__(
        self,
        database: PollerDatabase,
        spool: Spool,
        metrics: Metrics,
        *,
        flush_every_s: float = 1.0,
        queue_limit: int = 500_000,
    ) -> None:
        self._database = database
        self._spool = spool
        self._metrics = metrics
        self._flush_every_s = flush_every_s
        self._queue_limit = queue_limit
        self._series = SeriesRegistry()
        self._waiting: list[Cycle] = []
        self._taken = 0

    def record(self, cycle: Cycle) -> None:
        """Take a cycle's samples; never blocks, never fails."""
        if cycle.series:
            self._waiting.append(cycle)
            self._taken += len(cycle.series)
        if self._taken > self._queue_limit:
            self.put_aside()

    async def run(self, stop: asyncio.Event) -> None:
        """Write until told to stop, and once more then."""
        await every(self._flush_every_s, self.flush, stop)

    async def flush(self) -> None:
        """Write what waits, then what the spool holds, oldest first."""
        while self._waiting:
            queue = self._waiting
            batch = queue[:BATCH_CYCLES]
            # Taken out only once it is written: a cancelled write is written again, once a slot.
            if not await self._written(batch):
                self.put_aside()
                return
            # From the queue they came from: it may have gone to the disk meanwhile, all of it.
            del queue[: len(batch)]
            self._taken = sum(len(cycle.series) for cycle in self._waiting)
        for segment in self._spool.oldest_first():
            for cycles in segment.records():
                if not await self._written(cycles):
                    return
            segment.remove()
            # One old segment a turn: today's samples do not wait behind yesterday's.
            break
        self._metrics.set("netpulse_poller_spool_bytes", self._spool.size())

    def put_aside(self) -> None:
        """Move what waits to the disk."""
        waiting, self._waiting = self._waiting, []
        self._taken = 0
        if waiting:
            self._spool.append(waiting)
        self._metrics.set("netpulse_poller_spool_bytes", self._spool.size())

    async def _written(self, batch: list[Cycle]) -> bool:
        try:
            async with self._database.transaction() as connection:
                await self._series.register(connection, batch)
                written = await timeseries.write_async(connection, self._rows(batch))
        except DatabaseAwayError:
            self._series.forget({cycle.device_id for cycle in batch})
            self._metrics.add("netpulse_poller_write_failures_total")
            return False
        except REFUSALS as error:
            self._series.forget({cycle.device_id for cycle in batch})
            return await self._written_apart(batch, str(error))
        self._metrics.add("netpulse_poller_rows_written_total", value=written.recorded)
        if written.quarantined:
            self._metrics.add("netpulse_poller_quarantined_total", value=written.quarantined)
        return True

    async def _written_apart(self, batch: list[Cycle], reason: str) -> bool:
        """Halve a batch the database refuses until the one cycle that is to blame is left."""
        if len(batch) == 1:
            logger.error("sample refused", device_id=str(batch[0].device_id), reason=reason)
            self._metrics.add("netpulse_poller_errors_total", where="recorder")
            return True
        middle = len(batch) // 2
        return await self._written(batch[:middle]) and await self._written(batch[middle:])

    def _rows(self, batch: Iterable[Cycle]) -> list[Row]:
        rows: list[Row] = []
        for cycle in batch:
            places = self._series.places(cycle.device_id)
            blocks: dict[int, list[float]] = {}
            for series, value in zip(cycle.series, cycle.values, strict=True):
                place = places.get((series.entity, series.metric))
                if place is None:
                    continue  # the device was removed meanwhile
                block, position = place
                values = blocks.get(block)
                if values is None:
                    width = self._series.width(cycle.device_id, block)
                    values = blocks[block] = [nan] * width
                values[position - 1] = value
            at = round(cycle.slot_at * _MICROSECONDS)
            rows += [
                Row(at, cycle.device_number, cycle.organization_number, block, values)
                for block, values in blocks.items()
            ]
        return rows
