"""Rollups of 5 minutes, an hour and a day: of what is new, and of what a late sample made wrong.

As netpulse_system; each function is one transaction's work, and repeating it changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netpulse.timeseries import chunks, rolling, wire
from netpulse.timeseries.chunks import Chunk
from netpulse.timeseries.model import DAY, SECOND, Tier, instant, micros
from netpulse.timeseries.rolling import LONGEST_GAP, Rolled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.timeseries.model import Integers

_FIVE_MINUTES, _HOUR = 300 * SECOND, 3600 * SECOND
_WIDTHS = {Tier.FIVE_MINUTES: _FIVE_MINUTES, Tier.HOUR: _HOUR, Tier.DAY: DAY}
# Announced stretches are done in pieces of this length, a transaction each.
PIECE = _HOUR
_ARRAYS = (
    "SELECT array_agg(s.device_number), array_agg(s.block), array_agg(s.organization_number), "
)
_SAMPLES = f"""{_ARRAYS} array_agg(s.slot_at), array_agg(s.values)
    FROM netpulse.samples s
    WHERE s.slot_at >= %(before)s AND s.slot_at < %(end)s AND cardinality(s.values) > 0
      AND (s.slot_at >= %(begin)s OR (s.device_number, s.block) IN (
           SELECT device_number, block FROM netpulse.series WHERE kind = 'counter'))
    GROUP BY cardinality(s.values)
"""  # noqa: S608  # our own words
_SOME_SAMPLES = f"""{_ARRAYS} array_agg(s.slot_at), array_agg(s.values)
    FROM unnest(%(devices)s::int[], %(blocks)s::int2[]) AS k (device, block)
    JOIN netpulse.samples s ON s.device_number = k.device AND s.block = k.block
    WHERE s.slot_at >= %(begin)s AND s.slot_at < %(end)s AND cardinality(s.values) > 0
    GROUP BY cardinality(s.values)
"""
_SOME_CHUNKS = """
    SELECT c.device_number, c.block, c.organization_number, c.n, c.ends, c.data
    FROM unnest(%(devices)s::int[], %(blocks)s::int2[]) AS k (device, block)
    JOIN netpulse.chunks c ON c.device_number = k.device AND c.block = k.block
    WHERE c.day >= %(first_day)s AND c.day <= %(last_day)s
"""
_SUMMARIES = (
    _ARRAYS + "array_agg(s.bucket_at), array_agg(s.counts), array_agg(s.sums), array_agg(s.lows), "
    "array_agg(s.highs), array_agg(s.lasts) FROM netpulse.{table} s "
)
_ALL_SUMMARIES = (
    _SUMMARIES + "WHERE s.bucket_at >= %(begin)s AND s.bucket_at < %(end)s "
    "GROUP BY cardinality(s.counts)"
)
_SOME_SUMMARIES = (
    _SUMMARIES + "JOIN unnest(%(devices)s::int[], %(blocks)s::int2[], %(begins)s::timestamptz[]) "
    "AS k (device, block, begin_at) ON s.device_number = k.device AND s.block = k.block "
    "AND s.bucket_at >= k.begin_at AND s.bucket_at < k.begin_at + %(width)s "
    "GROUP BY cardinality(s.counts)"
)
_SAVE = "SELECT netpulse.save_rollups(%s, %b, %b, %b, %b, %s, %b, %b, %b, %b, %b)"


def announce(transaction: Transaction, until: datetime) -> None:
    """Say that everything before an instant (a bucket's end) is to be rolled up."""
    transaction.run("SELECT netpulse.announce_rollup(%s)", (until,))


def roll_announced(transaction: Transaction) -> int:
    """Roll up the oldest piece of what was announced; return how many buckets were saved."""
    row = transaction.row(
        "SELECT begin_at, end_at FROM netpulse.rollup_ranges ORDER BY begin_at LIMIT 1 FOR UPDATE"
    )
    if row is None:
        return 0
    begin, end = micros(row["begin_at"]), micros(row["end_at"])
    stop = min(end, (begin // PIECE + 1) * PIECE)
    saved = _roll_all(transaction, begin, stop)
    transaction.run("DELETE FROM netpulse.rollup_ranges WHERE begin_at = %s", (row["begin_at"],))
    if stop < end:
        transaction.run(
            "INSERT INTO netpulse.rollup_ranges (begin_at, end_at) VALUES (%s, %s)",
            (instant(stop), row["end_at"]),
        )
    # An empty piece is work done, too: there may be more behind it.
    return max(saved, 1)


def roll_dirty(transaction: Transaction, *, limit: int = 2000) -> int:
    """Roll up again what late samples touched; return how many buckets of five minutes."""
    progress = transaction.row(
        "SELECT netpulse.rolled_until() AS rolled, "
        "nullif(netpulse.compacted_until(), '-infinity') AS packed"
    )
    if progress is None or progress["rolled"] is None:
        return 0
    until = progress["rolled"]
    packed = micros(progress["packed"]) if progress["packed"] else 0
    rows = transaction.rows(
        "DELETE FROM netpulse.dirty_buckets d USING ("
        "  SELECT device_number, block, bucket_at FROM netpulse.dirty_buckets "
        "  WHERE bucket_at < %s LIMIT %s FOR UPDATE SKIP LOCKED) t "
        "WHERE d.device_number = t.device_number AND d.block = t.block "
        "AND d.bucket_at = t.bucket_at RETURNING d.device_number, d.block, d.bucket_at, "
        "(SELECT array_agg(s.position) FROM netpulse.series s WHERE s.kind = 'counter' "
        "AND s.device_number = d.device_number AND s.block = d.block) AS counters",
        (until, limit),
    )
    counters: dict[int, list[int]] = {}
    by_day: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        at = micros(row["bucket_at"])
        key = row["device_number"] << 16 | row["block"]
        by_day.setdefault(at // DAY, []).append((key, at))
        if row["counters"]:
            counters[key] = row["counters"]
    for wanted in by_day.values():
        _roll_some(transaction, wanted, counters, until=micros(until), packed=packed)
    return len(rows)


def _roll_all(transaction: Transaction, begin: int, end: int) -> int:
    """Roll up a stretch that no chunk is of yet, and the hours and days that end with it."""
    cursor = wire.cursor(transaction.connection)
    parameters = {
        "before": instant(begin - LONGEST_GAP),
        "begin": instant(begin),
        "end": instant(end),
    }
    transaction.run("SELECT netpulse.summarize_samples(%(before)s, %(end)s)", parameters)
    parts = [_samples(row) for row in cursor.execute(_SAMPLES, parameters).fetchall()]
    counters = _counters(transaction)
    saved = 0
    for part in rolling.of_one_width(parts):
        rows = rolling.with_rates(rolling.in_order(part), counters)
        rows = rows.only(np.flatnonzero(rows.times >= begin))
        saved += _save(transaction, Tier.FIVE_MINUTES, rows)
    for tier, source in ((Tier.HOUR, Tier.FIVE_MINUTES), (Tier.DAY, Tier.HOUR)):
        width = _WIDTHS[tier]
        first, last = begin // width * width, end // width * width
        if first < last:
            bounds = {"begin": instant(first), "end": instant(last)}
            cursor.execute(_ALL_SUMMARIES.format(table=source.table), bounds)
            parts = [_summaries(row) for row in cursor.fetchall()]
            for part in rolling.of_one_width(parts):
                saved += _save(transaction, tier, rolling.in_order(part))
    return saved


def _roll_some(
    transaction: Transaction,
    wanted: Sequence[tuple[int, int]],
    counters: Mapping[int, Sequence[int]],
    *,
    until: int,
    packed: int,
) -> None:
    """Roll up some blocks' buckets of one day again, and the hours and days they are of."""
    keys = np.array([key for key, _ in wanted])
    again = set(wanted)
    for key, at in wanted:
        if key in counters:
            # The rate of the next sample hangs on the late one.
            again |= {
                (key, at + n * _FIVE_MINUTES) for n in range(1, LONGEST_GAP // _FIVE_MINUTES + 1)
            }
    again = {(key, at) for key, at in again if at + _FIVE_MINUTES <= until}
    if not again:
        return
    begin = min(at for _, at in again) - LONGEST_GAP
    end = max(at for _, at in again) + _FIVE_MINUTES
    if parts := _all_samples(transaction, keys, begin, end, packed=packed):
        rows = rolling.with_rates(rolling.in_order(rolling.together(parts)), counters)
        buckets = rows.times // _FIVE_MINUTES * _FIVE_MINUTES
        chosen = [k for k, pair in enumerate(zip(rows.keys.tolist(), buckets.tolist(), strict=True))
                  if pair in again]  # fmt: skip
        _save(transaction, Tier.FIVE_MINUTES, rows.only(np.array(chosen, np.int64)))
    for tier, source in ((Tier.HOUR, Tier.FIVE_MINUTES), (Tier.DAY, Tier.HOUR)):
        width = _WIDTHS[tier]
        above = {(key, at // width * width) for key, at in again}
        _roll_up(transaction, tier, source, sorted(p for p in above if p[1] + width <= until))


def _roll_up(
    transaction: Transaction, tier: Tier, source: Tier, wanted: Sequence[tuple[int, int]]
) -> None:
    if not wanted:
        return
    cursor = wire.cursor(transaction.connection)
    cursor.execute(
        _SOME_SUMMARIES.format(table=source.table),
        {
            "devices": [key >> 16 for key, _ in wanted],
            "blocks": [key & 0xFFFF for key, _ in wanted],
            "begins": [instant(at) for _, at in wanted],
            "width": tier.width,
        },
    )
    for part in rolling.of_one_width([_summaries(row) for row in cursor.fetchall()]):
        _save(transaction, tier, rolling.in_order(part))


def _all_samples(
    transaction: Transaction, keys: Integers, begin: int, end: int, *, packed: int
) -> list[Rolled]:
    """Return some blocks' samples, of chunks first: what they have is not changed by later rows."""
    chosen = np.unique(keys)
    parameters = {
        "devices": (chosen >> 16).tolist(),
        "blocks": (chosen & 0xFFFF).tolist(),
        "begin": instant(begin),
        "end": instant(end),
        "first_day": instant(begin).date(),
        "last_day": instant(end - 1).date(),
    }
    cursor = wire.cursor(transaction.connection)
    hot = cursor.execute(_SOME_SAMPLES, parameters).fetchall()
    parts = []
    cold = cursor.execute(_SOME_CHUNKS, parameters).fetchall() if begin < packed else []
    for device, block, organization, n, ends, data in cold:
        times, values = chunks.unpack(Chunk(n, ends.tolist(), data))
        inside = np.flatnonzero((times >= begin) & (times < end))
        key, owner = np.full(len(inside), device << 16 | block), np.full(len(inside), organization)
        parts.append(rolling.samples(key, owner, times[inside], values.T[inside]))
    return parts + [_samples(row) for row in hot]


def _samples(row: tuple[Any, ...]) -> Rolled:
    devices, blocks, organizations, times, values = row
    return rolling.samples(rolling.key_of(devices, blocks), organizations, times, values)


def _summaries(row: tuple[Any, ...]) -> Rolled:
    devices, blocks, organizations, times, *columns = row
    return Rolled(rolling.key_of(devices, blocks), organizations, times, *columns)


def _counters(transaction: Transaction) -> dict[int, list[int]]:
    rows = transaction.rows(
        "SELECT device_number, block, array_agg(position) AS positions FROM netpulse.series "
        "WHERE kind = 'counter' GROUP BY 1, 2"
    )
    return {row["device_number"] << 16 | row["block"]: row["positions"] for row in rows}


def _save(transaction: Transaction, tier: Tier, rows: Rolled) -> int:
    if not len(rows.keys):
        return 0
    made = rolling.rolled(rows, _WIDTHS[tier])
    with wire.tuples(transaction.connection.cursor()) as cursor:
        cursor.execute(
            _SAVE,
            (
                tier.table,
                wire.Array.of(made.times - wire.EPOCH_2000, "timestamptz"),
                wire.Array.of(made.devices, "int4"),
                wire.Array.of(made.organizations, "int4"),
                wire.Array.of(made.blocks, "int2"),
                made.width,
                wire.Array.of(made.counts.reshape(-1), "int4"),
                *(
                    wire.Array.of(column.reshape(-1), "float8")
                    for column in (made.sums, made.lows, made.highs, made.lasts)
                ),
            ),
        )
    return len(made.keys)
