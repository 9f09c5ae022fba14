"""Reading rollups, and what late samples changed about them.

Everything takes an open transaction; a tenant's sees its own organisation alone (row security).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netpulse.timeseries import wire
from netpulse.timeseries.buckets import bucketed, empty, rates
from netpulse.timeseries.model import COUNTER, ORIGIN, instant, micros
from netpulse.timeseries.reading import PLACES, columns_of, parameters_of
from netpulse.timeseries.rolling import LONGEST_GAP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.timeseries.model import Buckets, Integers, Place, Tier

_ROLLED = """
    SELECT p.row, array_agg(r.bucket_at), array_agg(r.counts[p.position]),
        array_agg(r.sums[p.position]), array_agg(r.lows[p.position]),
        array_agg(r.highs[p.position]), array_agg(r.lasts[p.position]), NULL::timestamptz AS until
    FROM {places} JOIN netpulse.{table} r ON r.device_number = p.device AND r.block = p.block
    WHERE r.bucket_at >= %(begin)s AND r.bucket_at < %(end)s AND r.counts[p.position] > 0
    GROUP BY p.row
"""  # our own words
# In the statement that reads the rollups, for they may be made again at any moment.
_TOUCHED = f"""
    SELECT p.row, array_agg(d.bucket_at), NULL, NULL, NULL, NULL, NULL, netpulse.rolled_until()
    FROM {PLACES} JOIN netpulse.dirty_buckets d ON d.device_number = p.device AND d.block = p.block
    WHERE d.bucket_at >= %(since)s AND d.bucket_at < %(stop)s
    GROUP BY p.row
"""  # noqa: S608  # our own words


def read_rollups(
    transaction: Transaction,
    series: Sequence[Place],
    tier: Tier,
    *,
    begin: datetime,
    end: datetime,
) -> Buckets:
    """Return the buckets of a tier that begin in [begin, end), a row a series.

    Of counters they tell the rate a second. Buckets that late samples touched since they were
    rolled up are made of samples; those from rolled_until() on are not there yet.
    """
    step = int(tier.width.total_seconds() * 1_000_000)
    first = -((ORIGIN - micros(begin)) // step) * step + ORIGIN
    made = empty(len(series), max(0, -((first - micros(end)) // step)), begin=first, step=step)
    touched: dict[int, tuple[Integers, int]] = {}
    bounds = {
        "begin": begin,
        "end": end,
        "since": instant(first - LONGEST_GAP),
        "stop": instant(first + made.counts.shape[1] * step),
    }
    cursor = wire.cursor(transaction.connection)
    cursor.execute(rolled(tier), {**parameters_of(series), **bounds})
    for row, at, counts, sums, lows, highs, lasts, until in cursor:
        if until is not None:
            touched[row - 1] = at, micros(until)
            continue
        k = (at - first) // step
        made.counts[row - 1, k] = counts
        made.sums[row - 1, k], made.lasts[row - 1, k] = sums, lasts
        made.lows[row - 1, k], made.highs[row - 1, k] = lows, highs
    if touched:
        _make_again(transaction, series, made, touched)
    return made


def _make_again(
    transaction: Transaction,
    series: Sequence[Place],
    made: Buckets,
    touched: Mapping[int, tuple[Integers, int]],
) -> None:
    """Put the samples in the place of what is older than they are.

    touched: by row the dirty buckets of five minutes, and up to where there are rollups.
    """
    stale = np.zeros(made.counts.shape, bool)
    for row, (times, until) in touched.items():
        # The rate of a counter's next reading hangs on the late one.
        reach = LONGEST_GAP if series[row].kind == COUNTER else 0
        for at in times.tolist():
            k = (at - made.begin) // made.step
            stale[row, max(0, k) : max(0, (at + reach - made.begin) // made.step + 1)] = True
        stale[row, max(0, (until - made.begin) // made.step) :] = False
    rows, columns = np.flatnonzero(stale.any(axis=1)), np.flatnonzero(stale.any(axis=0))
    if not len(rows):
        return
    begin = made.begin + int(columns[0]) * made.step
    end = made.begin + (int(columns[-1]) + 1) * made.step
    chosen = [series[row] for row in rows.tolist()]
    samples = columns_of(transaction, chosen, begin=begin - LONGEST_GAP, end=end)
    fresh = bucketed(
        [
            rates(column, longest=LONGEST_GAP) if place.kind == COUNTER else column
            for place, column in zip(chosen, samples, strict=True)
        ],
        begin=begin, end=end, step=made.step, origin=ORIGIN,
    )  # fmt: skip
    there = np.ix_(rows, np.arange(columns[0], columns[-1] + 1))
    for name in ("counts", "sums", "lows", "highs", "lasts"):
        table = getattr(made, name)
        table[there] = np.where(stale[there], getattr(fresh, name), table[there])


def rolled(tier: Tier) -> str:
    """Return the query for a tier's rollups, and for what is no longer true of them."""
    return _ROLLED.format(places=PLACES, table=tier.table) + " UNION ALL " + _TOUCHED


def rolled_until(transaction: Transaction) -> datetime | None:
    """Return the instant before which all buckets are rolled up, if there is one."""
    until: datetime | None = transaction.value("SELECT netpulse.rolled_until()")
    return until
