"""Closed days out of hot rows into chunks; late samples into the chunks there are.

One transaction a day: a killed run leaves the day as it was. As netpulse_system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netpulse.timeseries import chunks, wire
from netpulse.timeseries.chunks import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from netpulse.db import Transaction
    from netpulse.timeseries.model import Floats, Integers

Key = tuple[int, int]
# So many values at a time: more do not fit into a processor's cache.
_VALUES = 300_000
_FETCHED = 32
_SETTINGS = "SET LOCAL work_mem = '128MB'; SET LOCAL lock_timeout = '10s'"
# Rows of one width together, for an array has no ragged rows.
_ROWS = """
    DECLARE day_rows CURSOR FOR
    SELECT device_number, block, organization_number, array_agg(slot_at), array_agg(values)
    FROM (SELECT * FROM netpulse.samples WHERE slot_at >= '{day} 00:00+00'
            AND slot_at < timestamptz '{day} 00:00+00' + interval '1 day'
          ORDER BY device_number, block, slot_at) s
    GROUP BY device_number, block, organization_number, cardinality(values)
    ORDER BY device_number, block
"""
_CHUNKS = """
    SELECT c.device_number, c.block, c.n, c.ends, c.data
    FROM unnest(%s::int[], %s::int2[]) AS k (device, block)
    JOIN netpulse.chunks c ON c.device_number = k.device AND c.block = k.block AND c.day = %s
"""
_SAVE = """
    INSERT INTO netpulse.chunks (device_number, block, day, organization_number, n, ends, data)
    VALUES (%s, %s, %s, %s, %s, %b, %b)
    ON CONFLICT (device_number, block, day) DO UPDATE SET
        n = excluded.n, ends = excluded.ends, data = excluded.data
"""


@dataclass(slots=True)
class _Block:
    """A block's day on its way into a chunk."""

    device_number: int
    block: int
    organization_number: int
    times: Integers
    values: Floats  # positions x slots

    @property
    def key(self) -> Key:
        return self.device_number, self.block


def days_to_compact(transaction: Transaction, before: date) -> list[date]:
    """Return the days before a day that have hot rows, oldest first."""
    rows = transaction.rows("SELECT d AS day FROM netpulse.days_to_compact(%s) d", (before,))
    return [row["day"] for row in rows]


def compact_day(transaction: Transaction, day: date) -> int:
    """Move a day's hot rows into chunks; return how many values there were.

    Raises LockNotAvailable when writers or readers held the day for too long: try again later.
    """
    transaction.connection.execute(_SETTINGS)
    transaction.run("SELECT netpulse.close_samples(%s)", (day,))
    moved = 0
    for blocks in _batches(_hot(transaction, day)):
        moved += sum(int(np.count_nonzero(~np.isnan(block.values))) for block in blocks)
        _save(transaction, day, _with_chunks(transaction, day, blocks))
    transaction.run("SELECT netpulse.empty_samples(%s)", (day,))
    return moved


def _hot(transaction: Transaction, day: date) -> Iterator[_Block]:
    """Yield the blocks of a day's hot rows."""
    cursor = wire.cursor(transaction.connection)
    cursor.execute(_ROWS.format(day=day.isoformat()))
    waiting: _Block | None = None
    while rows := cursor.execute(f"FETCH {_FETCHED} FROM day_rows").fetchall():
        for device, block, organization, times, values in rows:
            made = _Block(device, block, organization, times, np.ascontiguousarray(values.T))
            if waiting and waiting.key == made.key:
                made = _merged(waiting, made)
            elif waiting:
                yield waiting
            waiting = made
    if waiting:
        yield waiting
    cursor.execute("CLOSE day_rows")


def _batches(blocks: Iterable[_Block]) -> Iterator[list[_Block]]:
    batch: list[_Block] = []
    size = 0
    for block in blocks:
        batch.append(block)
        size += block.values.size
        if size >= _VALUES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _with_chunks(transaction: Transaction, day: date, blocks: Sequence[_Block]) -> list[_Block]:
    """Put what is in the day's chunks already before what came later."""
    cursor = wire.cursor(transaction.connection)
    devices, numbers = [b.device_number for b in blocks], [b.block for b in blocks]
    found: dict[Key, _Block] = {}
    for device, block, n, ends, data in cursor.execute(_CHUNKS, (devices, numbers, day)):
        times, values = chunks.unpack(Chunk(n, ends.tolist(), data))
        found[device, block] = _Block(device, block, 0, times, values)
    return [_merged(found[b.key], b) if b.key in found else b for b in blocks]


def _merged(older: _Block, newer: _Block) -> _Block:
    """Put two blocks into one; where both have a value the older's stays."""
    times = np.union1d(older.times, newer.times)
    values = np.full((max(len(older.values), len(newer.values)), len(times)), np.nan)
    for part in (newer, older):
        at = np.searchsorted(times, part.times)
        into = values[: len(part.values)]
        into[:, at] = np.where(np.isnan(part.values), into[:, at], part.values)
    return _Block(newer.device_number, newer.block, newer.organization_number, times, values)


def _save(transaction: Transaction, day: date, blocks: Sequence[_Block]) -> None:
    packed = chunks.pack([(block.times, block.values) for block in blocks])
    rows: list[tuple[Any, ...]] = [
        (
            *(block.device_number, block.block, day, block.organization_number),
            *(chunk.n, wire.Array.of(chunk.ends, "int4"), chunk.data),
        )
        for block, chunk in zip(blocks, packed, strict=True)
    ]
    with wire.tuples(transaction.connection.cursor()) as cursor:
        cursor.executemany(_SAVE, rows)
