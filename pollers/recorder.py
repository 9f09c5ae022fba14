"""Samples into PostgreSQL: COPY by the batch, once a slot, with a spool for bad days."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from math import nan

from netpulse.observability import logger
from psycopg import errors, sql

from pollers.database import REFUSALS, Connection, DatabaseAwayError, PollerDatabase
from pollers.metrics import Metrics
from pollers.pace import every
from pollers.ports import Cycle
from pollers.series import SeriesRegistry
from pollers.spool import Spool

Row = tuple[int, int, int, datetime, list[float]]
BATCH_CYCLES = 1000
_TYPES = ["int4", "int4", "int2", "timestamptz", "float8[]"]
_COLUMNS = sql.SQL("(organization_number, device_number, block, slot_at, values)")
_STAGE = """
    CREATE TEMP TABLE staged_samples (
        organization_number integer, device_number integer, block smallint,
        slot_at timestamptz, values double precision[]
    ) ON COMMIT DROP
"""
_MERGE = """
    INSERT INTO netpulse.samples (organization_number, device_number, block, slot_at, values)
    SELECT DISTINCT ON (device_number, block, slot_at)
        organization_number, device_number, block, slot_at, values
    FROM staged_samples ORDER BY device_number, block, slot_at
    ON CONFLICT DO NOTHING
"""
_QUARANTINE = """
    INSERT INTO netpulse.quarantined_samples
        (organization_number, device_number, block, slot_at, values, reason)
    VALUES (%s, %s, %s, %s, %s, 'no partition for this day')
"""
_OLDEST = timedelta(days=4)
_NEWEST = timedelta(days=2)


class Recorder:
    """Gathers cycles and writes them; what cannot be written goes to the spool, in order."""

    def __init__(
        self,
        database: PollerDatabase,
        spool: Spool,
        metrics: Metrics,
        *,
        flush_every_s: float = 1.0,
        queue_limit: int = 20_000,
    ) -> None:
        self._database = database
        self._spool = spool
        self._metrics = metrics
        self._flush_every_s = flush_every_s
        self._queue_limit = queue_limit
        self._series = SeriesRegistry()
        self._waiting: list[Cycle] = []

    def record(self, cycle: Cycle) -> None:
        """Take a cycle's samples; never blocks, never fails."""
        if cycle.samples:
            self._waiting.append(cycle)
        if len(self._waiting) > self._queue_limit:
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
        for segment in self._spool.oldest_first():
            cycles = segment.read()
            for start in range(0, len(cycles), BATCH_CYCLES):
                if not await self._written(cycles[start : start + BATCH_CYCLES]):
                    return
            segment.remove()
            # One old segment a turn: today's samples do not wait behind yesterday's.
            break
        self._metrics.set("netpulse_poller_spool_bytes", self._spool.size())

    def put_aside(self) -> None:
        """Move what waits to the disk."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._spool.append(waiting)
        self._metrics.set("netpulse_poller_spool_bytes", self._spool.size())

    async def _written(self, batch: list[Cycle]) -> bool:
        try:
            async with self._database.transaction() as connection:
                await self._series.register(connection, batch)
                rows = self._rows(batch)
                by_day: dict[date, list[Row]] = defaultdict(list)
                for row in rows:
                    by_day[row[3].date()].append(row)
                for day, day_rows in by_day.items():
                    await self._copy(connection, day, day_rows)
        except DatabaseAwayError:
            self._series.forget({cycle.device_id for cycle in batch})
            self._metrics.add("netpulse_poller_write_failures_total")
            return False
        except REFUSALS as error:
            self._series.forget({cycle.device_id for cycle in batch})
            return await self._written_apart(batch, str(error))
        self._metrics.add("netpulse_poller_rows_written_total", value=len(rows))
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
            for sample in cycle.samples:
                place = places.get((sample.entity, sample.metric))
                if place is None:
                    continue  # the device was removed meanwhile
                block, position = place
                values = blocks.get(block)
                if values is None:
                    width = self._series.width(cycle.device_id, block)
                    values = blocks[block] = [nan] * width
                values[position - 1] = sample.value
            at = datetime.fromtimestamp(cycle.slot_at, UTC)
            rows += [
                (cycle.organization_number, cycle.device_number, block, at, values)
                for block, values in blocks.items()
            ]
        return rows

    async def _copy(self, connection: Connection, day: date, rows: list[Row]) -> None:
        # COPY refuses a table with row-level security, so it goes to the day's partition.
        target = sql.Identifier("netpulse", f"samples_{day:%Y%m%d}")
        try:
            async with connection.transaction():
                await _copy_rows(connection, target, rows)
        except errors.UniqueViolation:
            await self._merge(connection, rows)
        except (errors.UndefinedTable, errors.CheckViolation):
            if not await self._ensure(connection, day):
                cursor = connection.cursor()
                await cursor.executemany(_QUARANTINE, rows)
                self._metrics.add("netpulse_poller_quarantined_total", value=len(rows))
                return
            await self._merge(connection, rows)

    async def _merge(self, connection: Connection, rows: list[Row]) -> None:
        """Write rows of which some may be there: a slot polled twice is recorded once."""
        async with connection.transaction():
            await connection.execute(_STAGE)
            await _copy_rows(connection, sql.Identifier("staged_samples"), rows)
            await connection.execute(_MERGE)
            await connection.execute("DROP TABLE staged_samples")

    async def _ensure(self, connection: Connection, day: date) -> bool:
        cursor = await connection.execute("SELECT current_date")
        found = await cursor.fetchone()
        today: date = found[0] if found else day
        if not today - _OLDEST <= day <= today + _NEWEST:
            return False
        await connection.execute("SELECT netpulse.ensure_sample_partitions(%s, %s)", (day, day))
        return True


async def _copy_rows(connection: Connection, target: sql.Identifier, rows: list[Row]) -> None:
    statement = sql.SQL("COPY {} {} FROM STDIN (FORMAT BINARY)").format(target, _COLUMNS)
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(_TYPES)
        for row in rows:
            await copy.write_row(row)
