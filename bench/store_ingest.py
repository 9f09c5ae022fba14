"""How quickly batches go into the store, beside the blueprint's table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from netpulse import timeseries
from netpulse.timeseries.model import instant

from bench.measuring import say
from bench.store_cost import cpu_s, timed
from bench.store_data import METRICS, WIDTH
from bench.store_server import MINUTE, PEER_COPY, Bench

BATCH = 10_000
ROUNDS = 20


def ingest(bench: Bench) -> None:
    """Batches of 10,000 samples into both, each a commit, in turns."""
    slots = max(1, BATCH // (WIDTH * len(bench.device_ids)))
    ours, theirs, singly = [], [], []
    spent, samples = [0.0, 0.0], 0
    system = bench.database("netpulse_system")
    with system.transaction(None) as transaction:
        backend = transaction.connection.info.backend_pid
    begin = int((datetime.now(UTC) - timedelta(hours=23)).timestamp()) // 60 * MINUTE
    with psycopg.connect(bench.url, autocommit=True) as owner:
        for number in range(ROUNDS + 1):
            at = begin + number * slots * MINUTE
            rows = [r for n in range(slots) for r in bench.rows(n, at + n * MINUTE)]
            data = bench.peer_rows(0, slots, at)
            batch = sum(len(row.values) for row in rows)

            def write(rows: list[timeseries.Row] = rows) -> None:
                with system.transaction(None) as transaction:
                    timeseries.write(transaction.connection, rows)

            def copy(data: bytes = data) -> None:
                with owner.cursor() as cursor, cursor.copy(PEER_COPY) as target:
                    target.write(data)

            before = cpu_s(backend)
            ours.append(batch / timed(write))
            between = cpu_s(backend), cpu_s(owner.info.backend_pid)
            theirs.append(batch / timed(copy))
            spent[0] += between[0] - before
            spent[1] += cpu_s(owner.info.backend_pid) - between[1]
            samples += batch
        one = "INSERT INTO public.device_metrics VALUES (%s, %s, %s, %s, 'unit')"
        when = instant(begin - MINUTE)
        for _ in range(3):
            when -= timedelta(minutes=1)
            values = [(when, d, m, 1.5) for d in bench.device_ids[:100] for m in METRICS]

            def insert(values: list[tuple[Any, ...]] = values) -> None:
                with owner.transaction():
                    for row in values:
                        owner.execute(one, row)

            singly.append(len(values) / timed(insert))
    say("idempotent ingest, batches of 10,000", "samples/s", ours[1:],
        "binary COPY into the blueprint's table", theirs[1:], 2)  # fmt: skip
    by_cpu = [samples / seconds for seconds in spent]
    say("idempotent ingest, by CPU of client and server", "samples/s of one core", by_cpu[:1],
        "binary COPY into the blueprint's table", by_cpu[1:], 2)  # fmt: skip
    say("idempotent ingest, batches of 10,000", "samples/s", ours[1:],
        "row-by-row execute", singly, 40)  # fmt: skip
