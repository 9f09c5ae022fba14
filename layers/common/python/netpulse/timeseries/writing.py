"""Writing samples: binary COPY by the batch, once a slot, however late.

One transaction a batch, as netpulse_system. Repeating a batch changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg.errors import UniqueViolation

from netpulse.timeseries.batch import Batch
from netpulse.timeseries.wire import tuples

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from netpulse.timeseries.batch import Row

_BEGIN = "SELECT netpulse.begin_samples(%s, %s)"
_NEWEST = "SELECT netpulse.note_latest(%b, %b, %b, %b, %b, %b)"
_STAGE = "SELECT netpulse.stage_samples()"
_TAKE = "SELECT * FROM netpulse.take_staged_samples()"


class Written(NamedTuple):
    """What became of a batch's rows.

    recorded: new; merged: were there, and lacked values; late: their buckets are rolled up again;
    quarantined: kept aside, for they are from the future or older than the raw retention.
    """

    recorded: int = 0
    merged: int = 0
    late: int = 0
    quarantined: int = 0


def write(connection: psycopg.Connection[Any], rows: Sequence[Row]) -> Written:
    """Record rows within the open transaction."""
    if not rows:
        return Written()
    batch = Batch.of(rows)
    with tuples(connection.cursor()) as cursor:
        if _first(cursor.execute(_BEGIN, batch.bounds()).fetchone()):
            try:
                with connection.transaction():
                    for statement, data in batch.copies():
                        with cursor.copy(statement) as copy:
                            copy.write(data)
                cursor.execute(_NEWEST, batch.newest())
                return Written(recorded=len(batch.rows))
            except UniqueViolation:
                pass  # some are there already: they go in one by one
        cursor.execute(_STAGE)
        statement, data = batch.staged()
        with cursor.copy(statement) as copy:
            copy.write(data)
        return Written(*(cursor.execute(_TAKE).fetchone() or ()))


async def write_async(connection: psycopg.AsyncConnection[Any], rows: Sequence[Row]) -> Written:
    """Record rows within the open transaction."""
    if not rows:
        return Written()
    batch = Batch.of(rows)
    async with tuples(connection.cursor()) as cursor:
        await cursor.execute(_BEGIN, batch.bounds())
        if _first(await cursor.fetchone()):
            try:
                async with connection.transaction():
                    for statement, data in batch.copies():
                        async with cursor.copy(statement) as copy:
                            await copy.write(data)
                await cursor.execute(_NEWEST, batch.newest())
                return Written(recorded=len(batch.rows))
            except UniqueViolation:
                pass  # some are there already: they go in one by one
        await cursor.execute(_STAGE)
        statement, data = batch.staged()
        async with cursor.copy(statement) as copy:
            await copy.write(data)
        await cursor.execute(_TAKE)
        return Written(*(await cursor.fetchone() or ()))


def _first(row: tuple[Any, ...] | None) -> Any:
    return row[0] if row else None
