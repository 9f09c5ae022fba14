"""Questions about days that are not packed yet: by their rollups, as the API asks, and by rows."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import numpy as np
from netpulse.timeseries import Place, Tier, reading, rollups, summaries

from bench.measuring import say_at_most
from bench.store_cost import costed, say_cost, timed
from bench.store_data import METRICS, WIDTH
from bench.store_server import Bench
from functions.metrics.domain.series import Series
from functions.metrics.domain.spans import Span, cut, floor
from functions.metrics.repository.readings import PostgresReadings
from functions.metrics.service.reading import buckets

STEP_S = 300
random_ = random.Random(11)


def roll_as_it_becomes_due(bench: Bench, since_hour: int) -> None:
    """Roll up the rest of the week by five minutes: in longer pieces rows lie closer together."""
    system = bench.database("netpulse_system")
    for bucket in range(12 * since_hour + 1, 12 * 7 * 24 + 1):
        with system.transaction(None) as transaction:
            rollups.announce(transaction, bench.begin + bucket * timedelta(minutes=5))
        with system.transaction(None) as transaction:
            rollups.roll_announced(transaction)
    bench.run("VACUUM ANALYZE netpulse.rollups_5m")


def by_rollups(bench: Bench) -> None:
    """24 h that end within the last, wholly hot day."""
    app = bench.database("netpulse_app")
    name = "24 h in 5-min buckets, hot"
    with app.transaction(bench.organization_id) as transaction:
        for many, rounds, bar in ((1, 60, 3), (WIDTH, 30, None), (100, 15, 30)):
            ours: list[float] = []
            theirs: list[float] = []
            read: list[float] = []
            for _ in range(rounds):
                series, span = _a_question(bench, many)
                ours.append(_took(transaction, series, span, by_rows=False))
                theirs.append(_took(transaction, series, span, by_rows=True))
                if many == 1:
                    read.append(_pages(transaction, series[0], span))
            say_cost(f"{name}: {many} series by rollups", ours, bar)
            say_at_most(f"{name}: {many} series by rows", "ms", theirs, None)
            if read:
                say_at_most(f"pages of {name}: by rollups", "pages", read, 40)


def _a_question(bench: Bench, many: int) -> tuple[list[Series], Span]:
    """Return series of many devices, or those of one, and a day of theirs."""
    devices = range(len(bench.device_ids))
    position = random_.randrange(WIDTH)
    places = [(device, position) for device in random_.sample(devices, min(many, len(devices)))]
    if many == WIDTH:
        places = [(places[0][0], each) for each in range(WIDTH)]
    end = bench.begin + timedelta(days=6, minutes=random_.randrange(1, 1440))
    span = cut(end - timedelta(days=1), end, step_s=STEP_S, interval_s=60, series=many)
    return [_series(bench, *place) for place in places], span


def _series(bench: Bench, device: int, position: int) -> Series:
    return Series(
        id=device * WIDTH + position + 1,
        device_id=bench.device_ids[device],
        device_number=device + 1,
        device_name=f"device {device + 1}",
        tags=(),
        interval_s=60,
        entity="",
        metric=METRICS[position],
        unit="unit",
        # as they are read, not as rates: both ways tell the same
        kind="gauge",
        block=1,
        position=position + 1,
    )


def _took(transaction: Any, series: list[Series], span: Span, *, by_rows: bool) -> float:
    def ask() -> Any:
        readings = PostgresReadings(transaction)
        if by_rows:
            step = timedelta(seconds=span.step_s)
            found = readings.buckets(series, begin=span.begin, end=span.end, step=step)
        else:
            found = buckets(readings, series, span)
        if len(series) > WIDTH:
            with np.errstate(invalid="ignore"):
                return (np.nansum(found.sums, 0) / found.counts.sum(0)).tolist()
        return found.means.tolist(), found.lows.tolist(), found.highs.tolist()

    ask()
    # the CPU is told of what is ours alone
    return 1000 * timed(ask) if by_rows else costed(transaction, ask)


def _pages(transaction: Any, series: Series, span: Span) -> float:
    """Return how many pages the rollups take, and the rows since the last of them."""
    seam = floor(span.end, STEP_S)
    place = Place(series.id, series.device_number, series.block, series.position)
    given = reading.parameters_of([place])
    rolled = {"begin": span.begin, "end": seam, "since": span.begin, "stop": seam}
    rest = {"begin": seam, "end": span.end, "first_day": seam.date(), "last_day": span.end.date()}
    total = 0
    for sql, bounds in ((summaries.rolled(Tier.FIVE_MINUTES), rolled), (reading.READ, rest)):
        found = transaction.value(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", {**given, **bounds}
        )
        total += found[0]["Plan"]["Shared Hit Blocks"] + found[0]["Plan"]["Shared Read Blocks"]
    return float(total)
