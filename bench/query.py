"""Questions about measured values through the whole API, one JSON object a line.

`SAMPLES=20000000 python -m bench.query`: the store's bench data, rolled up and compacted. Each
question goes as the gateway's event into the application and comes back as its JSON: access,
validation, catalogue, store, arithmetic, writing.
"""

from __future__ import annotations

import os

# one line a request would be told, and metrics; nothing but measures may be
os.environ["POWERTOOLS_LOG_LEVEL"] = "ERROR"
os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from netpulse import timeseries
from netpulse.timeseries import compaction, rollups
from netpulse.timeseries.model import instant
from netpulse.work import UnitOfWork

from bench.measuring import say_at_most
from bench.store import note, timed
from bench.store_data import METRICS, SLOTS
from bench.store_server import MINUTE, Bench, a_bench
from functions.metrics.repository.work import work_of
from functions.metrics.service.reading import curves
from tests.support.metrics import application_on

INPUTS = 60
random_ = random.Random(11)


def main() -> None:
    with a_bench(int(os.environ.get("SAMPLES", "20000000"))) as bench:
        count = bench.load()
        end = bench.begin + timedelta(days=7)
        system = bench.database("netpulse_system")
        with system.transaction(None) as transaction:
            # the newest rows of all, as ingest would have noted them
            timeseries.write(transaction.connection, _now(bench))
        with system.transaction(None) as transaction:
            rollups.announce(transaction, end)
        done = 1
        while done:
            with system.transaction(None) as transaction:
                done = rollups.roll_announced(transaction)
        with system.transaction(None) as transaction:
            days = compaction.days_to_compact(transaction, end.date())
        for day in days:
            with system.transaction(None) as transaction:
                compaction.compact_day(transaction, day)
        bench.run("VACUUM ANALYZE")
        note(f"{count} samples, rolled up and compacted")
        ask(bench)
        pure(bench)


def ask(bench: Bench) -> None:
    call = application_on(bench.database("netpulse_app"), bench.organization_id)
    day, week = [], []
    for device, metric, at in inputs(bench):
        scope = {"metrics": [metric], "device_ids": [device], "format": "columns"}
        begin = at - timedelta(days=1)
        one = {**scope, "from": begin.isoformat(), "to": at.isoformat(), "step": 300}
        day.append(call("/metrics/query", one))
        whole = {
            "from": bench.begin.isoformat(),
            "to": (bench.begin + timedelta(days=7)).isoformat(),
        }
        week.append(call("/metrics/query", {**scope, **whole, "step": 3600}))
    say_at_most("API: 24 h of one series in 5-min buckets", "ms", day, 3)
    say_at_most("API: 7 days of one series in 1-h buckets", "ms", week, 5)
    many, first = [], []
    for _, metric, at in inputs(bench):
        begin = at - timedelta(days=1)
        devices = random_.sample(bench.device_ids, min(100, len(bench.device_ids)))
        scope = {"metrics": [metric], "device_ids": [str(each) for each in devices]}
        asked = {**scope, "from": begin.isoformat(), "to": at.isoformat()}
        many.append(call("/metrics/query", {**asked, "step": 300, "combine": "avg"}))
        first.append(call("/metrics/top", {**asked, "limit": 10}))
    say_at_most("API: 100 series averaged, 24 h in 5-min buckets", "ms", many, 30)
    say_at_most("API: top 10 of 100 series, 24 h", "ms", first, 30)
    latest = [call("/metrics/latest", None) for _ in range(20)]
    say_at_most(f"API: latest of {len(bench.device_ids) * 8} series", "ms", latest, 50)


def pure(bench: Bench) -> None:
    """The same without HTTP: catalogue, store and arithmetic."""
    unit = UnitOfWork(bench.database("netpulse_app"), _Quiet(), _Now(), work_of)  # type: ignore[arg-type]
    from functions.metrics.domain.series import Wanted  # noqa: PLC0415
    from functions.metrics.domain.spans import cut  # noqa: PLC0415

    day, many = [], []
    with unit(bench.organization_id) as work:
        for device, metric, at in inputs(bench):
            begin = at - timedelta(days=1)

            def read(wanted: Wanted, begin: datetime = begin, at: datetime = at) -> Any:
                series = work.catalogue.series(wanted, limit=2001)
                span = cut(begin, at, step_s=300, interval_s=60, series=len(series))
                return curves(work.readings, series, span, None)

            one = Wanted(metrics=(metric,), device_ids=(device,))  # type: ignore[arg-type]
            read(one)
            day.append(1000 * timed(lambda one=one, read=read: read(one)))
            chosen = tuple(random_.sample(bench.device_ids, min(100, len(bench.device_ids))))
            hundred = Wanted(metrics=(metric,), device_ids=chosen)
            many.append(1000 * timed(lambda hundred=hundred, read=read: read(hundred)))
    say_at_most("service: 24 h of one series in 5-min buckets", "ms", day, 3)
    say_at_most("service: 100 series, 24 h in 5-min buckets", "ms", many, 30)


def inputs(bench: Bench) -> list[tuple[str, str, datetime]]:
    return [
        (
            str(random_.choice(bench.device_ids)),
            random_.choice(METRICS[:4]),
            bench.begin + timedelta(minutes=random_.randrange(1440, SLOTS)),
        )
        for _ in range(INPUTS)
    ]


def _now(bench: Bench) -> list[timeseries.Row]:
    at = int(datetime.now(UTC).timestamp()) // 60 * MINUTE
    assert instant(at)
    return bench.rows(SLOTS - 1, at)


class _Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


class _Quiet:
    def publish(self, *_: Any) -> None:
        """Nothing is announced."""


if __name__ == "__main__":
    main()
