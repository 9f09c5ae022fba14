"""Reading series: hot rows and chunks as one, the newest values.

Everything takes an open transaction; a tenant's sees its own organisation alone (row security).
"""

from __future__ import annotations

from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from netpulse.timeseries import codec, wire
from netpulse.timeseries.buckets import bucketed
from netpulse.timeseries.model import ORIGIN, Buckets, Column, Place, instant, micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from netpulse.db import Transaction
    from netpulse.timeseries.model import Integers

# The queries are public for those who look at their plans.
# Instants are compared with constants, so that the planner leaves out the other days' partitions.
PLACES = """unnest(%(devices)s::int[], %(blocks)s::int2[], %(positions)s::int2[])
    WITH ORDINALITY AS p (device, block, position, row)"""
HOT = f"""
    SELECT p.row, NULL::int AS n, NULL::bytea AS head, NULL::bytea AS data,
        array_agg(s.slot_at) AS slots, array_agg(coalesce(s.values[p.position], 'NaN')) AS values
    FROM {PLACES} JOIN netpulse.samples s ON s.device_number = p.device AND s.block = p.block
    WHERE s.slot_at >= %(begin)s AND s.slot_at < %(end)s
    GROUP BY p.row
"""  # noqa: S608  # our own words
PACKED = f"""
    SELECT p.row, c.n, substring(c.data FROM 1 FOR c.ends[1]),
        substring(c.data FROM c.ends[p.position] + 1
                  FOR c.ends[p.position + 1] - c.ends[p.position]), NULL, NULL
    FROM {PLACES} JOIN netpulse.chunks c ON c.device_number = p.device AND c.block = p.block
    WHERE c.day >= %(first_day)s AND c.day <= %(last_day)s AND p.position < cardinality(c.ends)
"""  # noqa: S608  # our own words
# One statement, so one snapshot: a day that is packed meanwhile is seen once, here or there.
READ = f"{HOT} UNION ALL {PACKED}"
LATEST = """
    SELECT array_agg(l.device_number), array_agg(l.block), array_agg(l.slot_at), array_agg(l.values)
    FROM unnest(%(devices)s::int[], %(blocks)s::int2[]) AS k (device, block)
    JOIN netpulse.latest_samples l ON l.device_number = k.device AND l.block = k.block
    WHERE cardinality(l.values) > 0
    GROUP BY cardinality(l.values)
"""


def places(transaction: Transaction, series_ids: Iterable[int]) -> list[Place]:
    """Return where series of the organisation stand, in the order of their ids."""
    rows = transaction.rows(
        "SELECT id, device_number, block, position, kind FROM netpulse.series "
        "WHERE id = ANY(%s) ORDER BY id",
        (list(series_ids),),
    )
    return [
        Place(row["id"], row["device_number"], row["block"], row["position"], row["kind"])
        for row in rows
    ]


def read(
    transaction: Transaction, series: Sequence[Place], *, begin: datetime, end: datetime
) -> Mapping[int, Column]:
    """Return each series' samples in [begin, end) in time, by the series' id."""
    columns = columns_of(transaction, series, begin=micros(begin), end=micros(end))
    return {place.series_id: column for place, column in zip(series, columns, strict=True)}


def read_buckets(
    transaction: Transaction,
    series: Sequence[Place],
    *,
    begin: datetime,
    end: datetime,
    step: timedelta,
) -> Buckets:
    """Return the samples of [begin, end) in buckets of `step`, a row a series.

    Buckets are aligned as netpulse.time_bucket() does; counters are taken as they are.
    """
    first, last = micros(begin), micros(end)
    columns = columns_of(transaction, series, begin=first, end=last)
    width = int(step.total_seconds() * 1_000_000)
    return bucketed(columns, begin=first, end=last, step=width, origin=ORIGIN)


def latest(
    transaction: Transaction, series: Sequence[Place]
) -> Mapping[int, tuple[datetime, float]]:
    """Return the values of the newest slot, by the series' id; of a series it lacks, nothing."""
    if not series:
        return {}
    blocks = {(place.device_number, place.block) for place in series}
    given = {"devices": [device for device, _ in blocks], "blocks": [block for _, block in blocks]}
    newest: dict[tuple[int, int], tuple[datetime, list[float]]] = {}
    cursor = wire.cursor(transaction.connection)
    for devices, numbers, slots, values in cursor.execute(LATEST, given):
        keys = zip(devices.tolist(), numbers.tolist(), strict=True)
        rows = zip(map(instant, slots.tolist()), values.tolist(), strict=True)
        newest.update(zip(keys, rows, strict=True))
    found = {}
    for place in series:
        at, row = newest.get((place.device_number, place.block), (None, ()))
        if at is not None and place.position <= len(row):
            value = row[place.position - 1]
            if not isnan(value):
                found[place.series_id] = at, value
    return found


def last_packed(
    transaction: Transaction, series: Sequence[Place], *, since: datetime
) -> Mapping[int, datetime]:
    """Return the last slot with a value in packed days, by the series' id; none before `since`."""
    if not series:
        return {}
    days = {"first_day": since.date(), "last_day": date.max}
    rows = wire.cursor(transaction.connection).execute(PACKED, parameters_of(series) | days)
    found = {}
    for row, column in _decoded(rows.fetchall()):
        times = _joined([column], micros(since), _END_OF_TIME).times
        if len(times):
            found[series[row - 1].series_id] = instant(int(times[-1]))
    return found


def parameters_of(series: Sequence[Place]) -> dict[str, Any]:
    """Return what PLACES asks for."""
    return {
        "devices": [place.device_number for place in series],
        "blocks": [place.block for place in series],
        "positions": [place.position for place in series],
    }


def columns_of(
    transaction: Transaction, series: Sequence[Place], *, begin: int, end: int
) -> list[Column]:
    """Return each series' samples in [begin, end) (µs)."""
    if not series or begin >= end:
        return [_NOTHING for _ in series]
    parameters = {
        **parameters_of(series),
        "begin": instant(begin),
        "end": instant(end),
        "first_day": instant(begin).date(),
        "last_day": instant(end - 1).date(),
    }
    rows = wire.cursor(transaction.connection).execute(READ, parameters).fetchall()
    found: list[list[Column]] = [[] for _ in series]
    for row, column in _decoded([row for row in rows if row[1] is not None]):
        found[row - 1].append(column)
    for row, n, _, _, times, values in rows:
        if n is None:
            found[row - 1].append(Column(times, values))
    return [_joined(pieces, begin, end) for pieces in found]


def _decoded(rows: Sequence[tuple[Any, ...]]) -> Iterable[tuple[int, Column]]:
    """Yield the packed columns, those of earlier days first."""
    values = codec.decode_columns([row[3] for row in rows], [row[1] for row in rows])
    # Devices that are polled in the same slots have the same times.
    times: dict[tuple[bytes, int], Integers] = {}
    columns = []
    for (row, n, head, *_), column in zip(rows, values, strict=True):
        if (head, n) not in times:
            times[head, n] = _times(head, n)
        columns.append((row, Column(times[head, n], column)))
    return sorted(columns, key=lambda found: int(found[1].times[0]))


def _times(head: bytes, n: int) -> Integers:
    even = codec.even_steps(head, n)
    if even is None:
        return codec.decode_integers([head], [n])[0]
    first, step = even
    return first + step * np.arange(n, dtype=np.int64)


def _joined(pieces: Sequence[Column], begin: int, end: int) -> Column:
    """Put pieces together: gaps out, in time, one value a slot (the earlier piece's)."""
    kept = [piece for each in pieces if len((piece := _within(each, begin, end)).times)]
    if not kept:
        return _NOTHING
    if len(kept) == 1:
        times, values = kept[0].times, kept[0].values
    else:
        times = np.concatenate([piece.times for piece in kept])
        values = np.concatenate([piece.values for piece in kept])
    gaps = np.isnan(values)
    if gaps.any():
        times, values = times[~gaps], values[~gaps]
    if (np.diff(times) <= 0).any():
        order = np.argsort(times, kind="stable")
        times, values = times[order], values[order]
        first = np.diff(times, prepend=times[:1] - 1) > 0
        times, values = times[first], values[first]
    return Column(times, values)


def _within(piece: Column, begin: int, end: int) -> Column:
    if not len(piece.times) or (piece.times[0] >= begin and piece.times[-1] < end):
        return piece
    inside = (piece.times >= begin) & (piece.times < end)
    return Column(piece.times[inside], piece.values[inside])


_END_OF_TIME = np.iinfo(np.int64).max
_NOTHING = Column(np.empty(0, np.int64), np.empty(0))
