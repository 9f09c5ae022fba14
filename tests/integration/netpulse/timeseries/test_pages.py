"""The hot queries read a bounded number of pages, however much there is beside."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
import pytest
from netpulse.timeseries import chunks, reading, summaries
from netpulse.timeseries.model import Place, Tier

from tests.integration.netpulse.timeseries.model import BASE, BASE_US, DAY, SECOND

if TYPE_CHECKING:
    from tests.integration.netpulse.timeseries.conftest import Store

DEVICES, DAYS, WIDTH = 60, 4, 8
ONE = Place(1, 1, 1, 3)


@pytest.fixture(scope="module")
def filled(a_store: Store) -> Store:
    """Some devices' packed days of full floats, hot rows of a day, rollups and newest rows."""
    store = a_store
    store.empty()
    rng = np.random.default_rng(1)
    number = store.organization_number
    slots = 60 * SECOND * np.arange(1440, dtype=np.int64)
    with psycopg.connect(store.url) as owner:
        for day in range(DAYS):
            blocks = [
                (BASE_US + day * DAY + slots, rng.normal(size=(WIDTH, 1440)))
                for _ in range(DEVICES)
            ]
            for device, chunk in enumerate(chunks.pack(blocks), 1):
                owner.execute(
                    "INSERT INTO netpulse.chunks (device_number, organization_number, day, n, "
                    "block, ends, data) VALUES (%s, %s, %s, %s, 1, %s, %s)",
                    (device, number, (BASE + timedelta(days=day)).date(), chunk.n, chunk.ends,
                     chunk.data),
                )  # fmt: skip
        owner.execute(
            "SELECT netpulse.ensure_sample_partitions(%s, %s)",
            (BASE.date(), (BASE + timedelta(days=DAYS)).date()),
        )
        numbers = (number, DEVICES)
        owner.execute(
            "INSERT INTO netpulse.samples (slot_at, device_number, organization_number, block, "
            "values) SELECT %s + m * interval '1 minute', d, %s, 1, "
            "array_fill(1.5::float8, ARRAY[8]) "
            "FROM generate_series(0, 179) m, generate_series(1, %s) d",
            (BASE + timedelta(days=DAYS), *numbers),
        )
        owner.execute(
            "INSERT INTO netpulse.latest_samples SELECT now(), d, %s, 1, "
            "array_fill(1.5::float8, ARRAY[8]) FROM generate_series(1, %s) d",
            numbers,
        )
        owner.execute(
            "INSERT INTO netpulse.rollups_1h SELECT %s + h * interval '1 hour', d, %s, 1, "
            "array_fill(60, ARRAY[8]), a, a, a, a FROM generate_series(0, 95) h, "
            "generate_series(1, %s) d, (SELECT array_fill(1.5::float8, ARRAY[8]) AS a) v",
            (BASE, *numbers),
        )
    with psycopg.connect(store.url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    return store


def pages(store: Store, sql: str, series: list[Place], **parameters: Any) -> int:
    """Return how many pages a query reads, from memory or disk, as a tenant."""
    given = {
        "devices": [place.device_number for place in series],
        "blocks": [place.block for place in series],
        "positions": [place.position for place in series],
        **parameters,
    }
    with store.app.transaction(store.organization_id) as transaction:
        transaction.rows(sql, given)
        explained = transaction.value(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", given)
    plan = explained[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def test_a_day_of_one_packed_series_takes_few_pages(filled: Store) -> None:
    days = {"first_day": BASE.date(), "last_day": (BASE + timedelta(days=1)).date()}
    assert pages(filled, reading.PACKED, [ONE], **days) <= 40


def test_a_week_of_one_packed_series_takes_pages_by_the_day(filled: Store) -> None:
    days = {"first_day": BASE.date(), "last_day": (BASE + timedelta(days=DAYS)).date()}
    assert pages(filled, reading.PACKED, [ONE], **days) <= 20 * DAYS


def test_today_takes_no_more_pages_than_it_has_rows(filled: Store) -> None:
    begin = BASE + timedelta(days=DAYS)
    bounds = {"begin": begin, "end": begin + timedelta(hours=3)}
    assert pages(filled, reading.HOT, [ONE], **bounds) <= 180 + 20


def test_the_newest_of_all_takes_few_pages(filled: Store) -> None:
    series = [Place(n, n, 1, 1) for n in range(1, DEVICES + 1)]
    assert pages(filled, reading.LATEST, series) <= 4 * DEVICES
    # two tables' pages of policy and rows, and an index probe
    assert pages(filled, reading.LATEST, [ONE]) <= 8


def test_rollups_of_one_series_take_no_more_pages_than_there_are_buckets(filled: Store) -> None:
    begin, end = BASE, BASE + timedelta(days=1)
    bounds = {"begin": begin, "end": end, "since": begin, "stop": end}
    assert pages(filled, summaries.rolled(Tier.HOUR), [ONE], **bounds) <= 24 + 10
