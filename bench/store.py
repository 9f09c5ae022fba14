"""The store of time series against the blueprint's table, one JSON object a line.

`SAMPLES=20000000 python -m bench.store`: peers on the same server and data, interleaved; medians.
With STORE, a folder, the loaded store is kept there, and PARTS says what to do with it: load, peer,
hot (sizes, ingest, questions), roll, compact, cold, sustained; each needs those before it once.
Statements are planned with their parameters (no prepared ones), the server syncs every commit.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from netpulse import timeseries
from netpulse.timeseries import Place, Tier, compaction, reading, rollups

from bench import store_hot, store_load
from bench.measuring import say, say_at_most
from bench.store_cost import CPU, costed, say_cost, say_ms, timed
from bench.store_data import METRICS, SLOTS, WIDTH
from bench.store_ingest import ROUNDS, ingest
from bench.store_server import MINUTE, Bench, a_bench

INPUTS = 60
PEER_INPUTS = 10
HOT = "24 h of one series in 5-min buckets, still hot rows"
random_ = random.Random(11)


def main() -> None:
    # The kernel's own metrics would stand between the lines.
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    samples = int(os.environ.get("SAMPLES", "20000000"))
    parts = os.environ.get("PARTS", "load peer hot roll compact cold sustained").split()
    with a_bench(samples) as bench:
        note(f"{len(bench.device_ids)} devices on {bench.run('SHOW server_version')[0][0]}")
        count = int(np.count_nonzero(~np.isnan(bench.values)))
        work: dict[str, Callable[[], object]] = {
            "load": bench.load,
            "peer": bench.load_peer,
            "hot": lambda: hot(bench, count),
            "roll": lambda: roll(bench),
            "compact": lambda: compact(bench, count),
            "cold": lambda: cold_queries(bench),
            "sustained": lambda: store_load.sustained(bench),
        }
        for part in parts:
            note(part)
            work[part]()


def hot(bench: Bench, count: int) -> None:
    sizes(bench, "hot", "netpulse.samples", count, 30)
    ingest(bench)
    hot_queries(bench)


def note(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def sizes(bench: Bench, what: str, table: str, count: int, bar: float) -> None:
    size = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('{}')"
    if table == "netpulse.chunks":
        bench.run("VACUUM ANALYZE netpulse.chunks")
        size = "SELECT pg_total_relation_size('{}')"
    found = float(bench.run(size.format(table))[0][0]) / count
    say_at_most(f"bytes a sample {what}, indexes included", "B", [found], bar)


def places(bench: Bench, position: int | None = None) -> list[Place]:
    numbers = range(1, len(bench.device_ids) + 1)
    positions = [position] if position else range(1, WIDTH + 1)
    return [Place((n - 1) * WIDTH + p, n, 1, p) for n in numbers for p in positions]


def hot_queries(bench: Bench) -> None:
    series = places(bench)
    lateral = (
        "SELECT s.id, l.slot_at, l.value FROM netpulse.series s CROSS JOIN LATERAL ("
        " SELECT h.slot_at, h.values[s.position] AS value FROM netpulse.samples h"
        " WHERE h.device_number = s.device_number AND h.block = s.block"
        " ORDER BY h.slot_at DESC LIMIT 1) l"
    )
    ours, theirs = [], []
    app = bench.database("netpulse_app")
    with app.transaction(bench.organization_id) as transaction:
        for _ in range(ROUNDS):
            ours.append(costed(transaction, lambda: timeseries.latest(transaction, series)))
            theirs.append(1000 * timed(lambda: transaction.rows(lateral)))
        assert len(timeseries.latest(transaction, series)) > 0.9 * len(series)
    say(f"latest of {len(series)} series", "ms", ours,
        "LATERAL over the hot rows", theirs, 0.3, least=False)  # fmt: skip
    say_cost(f"latest of {len(series)} series, aim", ours, 2)
    one_day(bench, app, HOT, pages=None)


def one_day(bench: Bench, app: Any, measure: str, pages: int | None) -> None:
    ours, theirs, read = [], [], []
    with app.transaction(bench.organization_id) as transaction:
        for place, end in inputs(bench, 1440):
            begin = end - timedelta(days=1)
            ours.append(buckets(transaction, [place], begin, end, timedelta(minutes=5)))
            theirs.append(peer(bench, [place], begin, end, "5 minutes"))
            if pages:
                read.append(pages_of(transaction, place, begin, end))
    say_ms(measure, ours, theirs, 3)
    if pages:
        say_at_most(f"pages of {measure}", "pages", read, pages)


def cold_queries(bench: Bench) -> None:
    app = bench.database("netpulse_app")
    one_day(bench, app, "24 h of one series in 5-min buckets", pages=40)
    with app.transaction(bench.organization_id) as transaction:
        one_week(bench, transaction)
        many_series(bench, transaction)


def one_week(bench: Bench, transaction: Any) -> None:
    ours, theirs = [], []
    begin, end = bench.begin, bench.begin + timedelta(days=7)
    for place, _ in inputs(bench, 1440):
        ours.append(buckets(transaction, [place], begin, end, timedelta(hours=1)))
        theirs.append(peer(bench, [place], begin, end, "1 hour"))
    say_ms("7 days of one series in 1-h buckets", ours, theirs, 5)


def many_series(bench: Bench, transaction: Any) -> None:
    ours: list[float] = []
    theirs: list[float] = []
    for place, end in inputs(bench, 1440):
        chosen = random_.sample(places(bench, place.position), min(100, len(bench.device_ids)))
        begin = end - timedelta(days=1)
        ours.append(buckets(transaction, chosen, begin, end, timedelta(minutes=5), together=True))
        if len(theirs) < PEER_INPUTS:
            theirs.append(peer(bench, chosen, begin, end, "5 minutes"))
    say_ms("100 series averaged, 24 h in 5-min buckets", ours, theirs, 30)


def inputs(bench: Bench, least: int) -> list[tuple[Place, datetime]]:
    series = places(bench)
    return [
        (random_.choice(series), bench.begin + timedelta(minutes=random_.randrange(least, SLOTS)))
        for _ in range(INPUTS)
    ]


def buckets(
    transaction: Any, series: list[Place], begin: datetime, end: datetime, step: timedelta,
    *, together: bool = False,
) -> float:  # fmt: skip
    """Return how many milliseconds the buckets of series take, into lists."""

    def ask() -> Any:
        found = timeseries.read_buckets(transaction, series, begin=begin, end=end, step=step)
        if together:
            with np.errstate(invalid="ignore"):
                return (np.nansum(found.sums, 0) / found.counts.sum(0)).tolist()
        return found.means.tolist(), found.lows.tolist(), found.highs.tolist()

    ask()
    return costed(transaction, ask)


def peer(bench: Bench, series: list[Place], begin: datetime, end: datetime, step: str) -> float:
    """Return how many milliseconds the same takes in the blueprint's table."""
    ids = [bench.device_ids[place.device_number - 1] for place in series]
    figures = "avg(value)" if len(series) > 1 else "avg(value), min(value), max(value)"
    sql = (
        f"SELECT date_bin('{step}', time, '2000-01-03'), {figures} FROM public.device_metrics "
        "WHERE device_id = ANY(%s) AND metric_type = %s AND time >= %s AND time < %s "
        "GROUP BY 1 ORDER BY 1"
    )
    given = (ids, METRICS[series[0].position - 1], begin, end)
    with psycopg.connect(bench.url, autocommit=True, prepare_threshold=None) as owner:
        owner.execute(sql.encode(), given).fetchall()
        return 1000 * timed(lambda: owner.execute(sql.encode(), given).fetchall())


def pages_of(transaction: Any, place: Place, begin: datetime, end: datetime) -> float:
    """Return how many pages the statements of one reading touch."""
    given = {
        **{"devices": [place.device_number], "blocks": [1], "positions": [place.position]},
        **{"begin": begin, "end": end, "first_day": begin.date(), "last_day": end.date()},
    }
    total = 0
    for sql in (reading.HOT, reading.PACKED):
        found = transaction.value(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", given)
        total += found[0]["Plan"]["Shared Hit Blocks"] + found[0]["Plan"]["Shared Read Blocks"]
    return float(total)


def roll(bench: Bench) -> None:
    """Rollups hour by hour, as they become due, and of late samples."""
    system = bench.database("netpulse_system")
    fresh: list[float] = []
    late: list[float] = []
    # The first piece begins with the oldest sample; the last two days are left to store_hot.
    for hour in range(1, 5 * 24 + 1):
        with system.transaction(None) as transaction:
            rollups.announce(transaction, bench.begin + timedelta(hours=hour))

        with system.transaction(None) as transaction:
            fresh.append(costed(transaction, lambda: rollups.roll_announced(transaction)))
        if hour == 24:
            # the first day warms up
            CPU.clear()
    series = WIDTH * len(bench.device_ids)
    say_cost(f"fresh rollup of an hour of {series} series (5 min and 1 h)", fresh[24:], 150)
    store_hot.roll_as_it_becomes_due(bench, 5 * 24)
    bench.run("ANALYZE netpulse.rollups_1h, netpulse.rollups_1d")
    store_hot.by_rollups(bench)
    for turn, devices in enumerate((3, 20)):
        late.clear()
        for number in range(ROUNDS):
            at = bench.begin_us + (6 * 1440 + 60 + 30 * number) * MINUTE + (17 + turn) * 1_000_000
            rows = [r for n in (0, 1) for r in bench.rows(3, at + n * MINUTE)[:devices]]
            with system.transaction(None) as transaction:
                timeseries.write(transaction.connection, rows)
            with system.transaction(None) as transaction:
                late.append(costed(transaction, lambda: rollups.roll_dirty(transaction)))
        count = len(rows) * WIDTH
        say_cost(f"rollup of {count} late samples of {devices * WIDTH} series, all tiers", late, 10)
    with system.transaction(None) as transaction:
        found = timeseries.read_rollups(
            transaction, places(bench)[:8], Tier.HOUR, begin=bench.begin,
            end=bench.begin + timedelta(days=1),
        )  # fmt: skip
        assert found.counts.sum() > 0.9 * 8 * 1440


def compact(bench: Bench, count: int) -> None:
    system = bench.database("netpulse_system")
    speeds: list[float] = []
    of_cpu: list[float] = []
    with system.transaction(None) as transaction:
        days = compaction.days_to_compact(transaction, bench.first_day + timedelta(days=7))
    assert len(days) == 7
    for day in days:
        moved = 0

        def pack(transaction: Any, day: Any = day) -> None:
            nonlocal moved
            moved = compaction.compact_day(transaction, day)

        with system.transaction(None) as transaction:
            milliseconds = costed(transaction, lambda: pack(transaction))
        speeds.append(1000 * moved / milliseconds)
        of_cpu.append(1000 * moved / CPU.pop())
    say("compaction, one connection", "samples/s", speeds, "the bar", [800_000], 1)
    say("compaction, by CPU of client and server", "samples/s of one core", of_cpu,
        "the bar", [800_000], 1)  # fmt: skip
    sizes(bench, "at rest, compacted", "netpulse.chunks", count, 3.5)


if __name__ == "__main__":
    main()
