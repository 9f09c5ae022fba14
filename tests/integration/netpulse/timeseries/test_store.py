"""What each of the store's promises comes to, one at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from netpulse import timeseries
from netpulse.timeseries import Row, Tier, Written, compaction, rollups
from netpulse.timeseries.model import instant, micros
from psycopg import errors

from tests.integration.netpulse.timeseries.model import BASE, BASE_US, SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.timeseries import Buckets, Place

    from tests.integration.netpulse.timeseries.conftest import Store

MINUTE = 60 * SECOND
HOUR = timedelta(hours=1)


def write(store: Store, *rows: tuple[int, Sequence[float]], device: int = 1) -> Written:
    """Write rows of a device: µs after BASE, and values."""
    number = store.organization_number
    with store.system.transaction(None) as transaction:
        batch = [Row(BASE_US + at, device, number, 1, values) for at, values in rows]
        return timeseries.write(transaction.connection, batch)


def roll(store: Store, until: datetime) -> None:
    with store.system.transaction(None) as transaction:
        rollups.announce(transaction, until)
    done = 1
    while done:
        with store.system.transaction(None) as transaction:
            done = rollups.roll_announced(transaction)
    with store.system.transaction(None) as transaction:
        rollups.roll_dirty(transaction)


def compact(store: Store) -> None:
    with store.system.transaction(None) as transaction:
        compaction.compact_day(transaction, BASE.date())


def place(store: Store, position: int) -> Place:
    with store.app.transaction(store.organization_id) as transaction:
        return timeseries.places(transaction, [position])[0]


def samples(store: Store, position: int = 1) -> dict[int, float]:
    with store.app.transaction(store.organization_id) as transaction:
        found = timeseries.read(
            transaction, [place_ := timeseries.places(transaction, [position])[0]],
            begin=BASE, end=BASE + timedelta(days=2),
        )[place_.series_id]  # fmt: skip
    return dict(zip((found.times - BASE_US).tolist(), found.values.tolist(), strict=True))


def last_packed(store: Store, *, since: datetime) -> dict[int, datetime]:
    with store.app.transaction(store.organization_id) as transaction:
        series = timeseries.places(transaction, [1, 2, 3])
        return dict(timeseries.last_packed(transaction, series, since=since))


def rates(store: Store, tier: Tier = Tier.FIVE_MINUTES) -> Buckets:
    with store.app.transaction(store.organization_id) as transaction:
        series = timeseries.places(transaction, [3])
        return timeseries.read_rollups(transaction, series, tier, begin=BASE, end=BASE + HOUR)


def counted(*readings: float, first: int = 0) -> list[tuple[int, Sequence[float]]]:
    """Return rows with a reading of the counter a minute."""
    return [((first + n) * MINUTE, (nan, nan, value)) for n, value in enumerate(readings)]


@pytest.mark.parametrize(
    "readings",
    [
        pytest.param((2.0**32 - 600, 2.0**32 - 300, 0.0, 300.0, 600.0, 900.0), id="32-bit wrap"),
        pytest.param((9e12, 9e12 + 300, 0.0, 300.0, 600.0, 900.0), id="reset"),
        pytest.param((9e12, 9e12 + 300, 8e12, 8e12 + 300, 8e12 + 600), id="jump back"),
        pytest.param((2.0**64 - 4096, 2.0**64 - 2048, 100.0, 400.0), id="64-bit wrap"),
    ],
)
def test_no_wrap_and_no_reset_makes_a_false_spike(
    store: Store, readings: tuple[float, ...]
) -> None:
    write(store, *counted(*readings))
    roll(store, BASE + HOUR)
    for tier in (Tier.FIVE_MINUTES, Tier.HOUR):
        found = rates(store, tier)
        assert np.nanmax(found.highs) <= 2048 / 60
        assert np.nanmin(found.lows) >= 0
    # the readings themselves are as they came, before and after packing
    assert list(samples(store, 3).values()) == list(readings)
    compact(store)
    assert list(samples(store, 3).values()) == list(readings)


def test_a_rate_reaches_over_the_bounds_of_buckets_and_runs(store: Store) -> None:
    write(store, *counted(*(60.0 * n for n in range(12))))
    roll(store, BASE + timedelta(minutes=5))
    roll(store, BASE + timedelta(minutes=10))
    assert rates(store).counts[0, :2].tolist() == [4, 5]
    assert rates(store).means[0, :2].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("packed", [False, True])
def test_a_late_reading_mends_the_rate_after_it_in_the_next_bucket(
    store: Store, *, packed: bool
) -> None:
    write(store, *counted(0.0, 60.0, 120.0, 180.0), *counted(300.0, 360.0, first=5))
    roll(store, BASE + HOUR)
    if packed:
        compact(store)
    assert rates(store).means[0, 1] == 1.0
    write(store, *counted(270.0, first=4))
    roll(store, BASE + HOUR)
    # from 270 to 300 in the minute that began in the bucket before
    assert rates(store).means[0, 1] == pytest.approx((0.5 + 1.0) / 2)
    assert rates(store).counts[0, :2].tolist() == [4, 2]


@pytest.mark.parametrize("tier", list(Tier))
def test_what_came_late_shows_in_rollups_before_they_are_made_again(
    store: Store, tier: Tier
) -> None:
    write(store, (0, [1.0, 5.0]))
    roll(store, BASE + timedelta(days=1))
    write(store, (MINUTE, [3.0]), (7 * MINUTE, [8.0]))
    with store.app.transaction(store.organization_id) as transaction:
        series = timeseries.places(transaction, [1, 2, 4])
        found = timeseries.read_rollups(
            transaction, series, tier, begin=BASE, end=BASE + timedelta(days=1)
        )
    assert np.nansum(found.sums, axis=1).tolist() == [12.0, 5.0, 0.0]
    assert (np.nanmax(found.highs[0]), np.nanmin(found.lows[0])) == (8.0, 1.0)
    assert found.counts.sum(axis=1).tolist() == [3, 1, 0]


def test_a_late_reading_mends_a_rate_before_its_bucket_is_made_again(store: Store) -> None:
    write(store, *counted(0.0, 60.0, 120.0, 180.0), *counted(300.0, 360.0, first=5))
    roll(store, BASE + HOUR)
    write(store, *counted(270.0, first=4))
    assert rates(store).means[0, 1] == pytest.approx((0.5 + 1.0) / 2)
    assert rates(store).counts[0, :2].tolist() == [4, 2]


def test_a_bucket_that_lasts_still_is_not_told_for_what_came_late(store: Store) -> None:
    write(store, (0, [1.0]))
    roll(store, BASE + timedelta(minutes=10))
    write(store, (MINUTE, [3.0]))
    with store.app.transaction(store.organization_id) as transaction:
        series = timeseries.places(transaction, [1])
        found = timeseries.read_rollups(transaction, series, Tier.HOUR, begin=BASE, end=BASE + HOUR)
    assert not found.counts.any()


def test_a_long_pause_gives_no_rate(store: Store) -> None:
    write(store, *counted(0.0), *counted(60.0, 120.0, first=16))
    roll(store, BASE + HOUR)
    assert rates(store).counts[0].sum() == 1


def test_a_batch_written_twice_stands_once(store: Store) -> None:
    first = write(store, (0, [1.0, 2.0]), (MINUTE, [3.0, 4.0]))
    second = write(store, (0, [9.0, 9.0]), (MINUTE, [9.0, 9.0]), (2 * MINUTE, [5.0]))
    assert (first.recorded, second.recorded, second.merged) == (2, 1, 0)
    assert samples(store) == {0: 1.0, MINUTE: 3.0, 2 * MINUTE: 5.0}


def test_rows_of_one_slot_complete_each_other(store: Store) -> None:
    write(store, (0, [1.0, nan]))
    written = write(store, (0, [7.0, 2.0, 3.0]))
    assert (written.recorded, written.merged) == (0, 1)
    assert [samples(store, position)[0] for position in (1, 2, 3)] == [1.0, 2.0, 3.0]


def test_of_one_slot_in_a_batch_the_first_value_counts(store: Store) -> None:
    slots = range(20)
    write(store, *((n * MINUTE, row) for n in slots for row in ([nan], [0.0, nan], [1.0, 2.0])))
    assert samples(store) == {n * MINUTE: 0.0 for n in slots}
    assert samples(store, 2) == {n * MINUTE: 2.0 for n in slots}


def test_late_samples_go_into_a_packed_day_and_change_nothing_that_is_there(store: Store) -> None:
    write(store, *((n * MINUTE, [float(n)]) for n in range(10)))
    roll(store, BASE + timedelta(days=1))
    compact(store)
    write(store, (5 * MINUTE, [99.0]), (5 * MINUTE + SECOND, [5.5]))
    expected = {n * MINUTE: float(n) for n in range(10)} | {5 * MINUTE + SECOND: 5.5}
    assert samples(store) == expected
    found = store.run("SELECT count(*), sum(value) FROM netpulse.device_metrics")
    assert found == [(11, 50.5)]
    compact(store)
    assert samples(store) == expected
    assert store.run("SELECT count(*) FROM netpulse.samples") == [(0,)]


def test_a_broken_clock_costs_no_other_sample(store: Store) -> None:
    ahead = micros(datetime.now(BASE.tzinfo)) - BASE_US + 3600 * SECOND
    written = write(store, (0, [1.0]), (ahead, [2.0]), (-100 * 86_400 * SECOND, [3.0]))
    assert (written.recorded, written.quarantined) == (1, 2)
    reasons = store.run("SELECT reason FROM netpulse.quarantined_samples ORDER BY 1")
    assert reasons == [("from the future",), ("older than the raw retention",)]


def test_a_day_without_a_partition_gets_one(store: Store) -> None:
    old = -50 * 86_400 * SECOND
    assert write(store, (old, [1.0]), (old + MINUTE, [2.0])).recorded == 2
    name = f"netpulse.samples_{instant(BASE_US + old):%Y%m%d}"
    assert store.run("SELECT count(*) FROM " + name) == [(2,)]


def test_each_organisation_keeps_what_it_wants_to(store: Store) -> None:
    store.run(
        "INSERT INTO netpulse.retention_policies (organization_id, raw_days, five_minute_days) "
        "VALUES (%s, 3, 3)",
        store.organization_id,
    )
    write(store, (0, [1.0]))
    assert store.run("SELECT count(*) FROM netpulse.quarantined_samples") == [(1,)]
    store.run("UPDATE netpulse.retention_policies SET raw_days = 90")
    write(store, (0, [1.0]))
    roll(store, BASE + timedelta(days=1))
    compact(store)
    store.run("UPDATE netpulse.retention_policies SET raw_days = 3")
    with store.system.transaction(None) as transaction:
        transaction.run("SELECT netpulse.forget_time_series(current_date)")
    assert samples(store) == {}
    left = [store.run(f"SELECT count(*) FROM netpulse.{tier.table}")[0][0] for tier in Tier]
    assert left == [0, 1, 1]


def test_another_organisation_sees_neither_chunks_nor_rollups_nor_the_newest(store: Store) -> None:
    write(store, (0, [1.0]))
    roll(store, BASE + timedelta(days=1))
    compact(store)
    other = store.run(
        "INSERT INTO netpulse.organizations (name, slug) "
        "VALUES ('Theirs', gen_random_uuid()::text) "
        "RETURNING id"
    )[0][0]
    mine = [place(store, 1)]
    end = BASE + timedelta(days=1)
    with store.app.transaction(other) as transaction:  # type: ignore[arg-type]
        assert not len(timeseries.read(transaction, mine, begin=BASE, end=end)[1].times)
        assert not timeseries.latest(transaction, mine)
        found = timeseries.read_rollups(transaction, mine, Tier.HOUR, begin=BASE, end=end)
        assert not found.counts.any()
        assert transaction.rows("SELECT * FROM netpulse.device_metrics") == []
    for table in ("samples", "chunks", "latest_samples", "rollups_5m"):
        with (
            pytest.raises(errors.InsufficientPrivilege),
            store.app.transaction(store.organization_id) as transaction,
        ):
            transaction.run(f"DELETE FROM netpulse.{table}")


def test_series_over_the_quota_are_refused_and_counted(store: Store) -> None:
    store.run(
        "INSERT INTO netpulse.series_quotas (organization_id, series_limit) VALUES (%s, 7)",
        store.organization_id,
    )
    device = store.run("SELECT id FROM netpulse.devices WHERE number = 1")[0][0]
    columns = [
        *([store.organization_id] * 3, [device] * 3, [1] * 3, [""] * 3, ["q1", "q2", "m1"]),
        *([""] * 3, ["gauge"] * 3, [2] * 3, [1, 2, 3]),
    ]
    try:
        with store.system.transaction(None) as transaction:
            refused = transaction.value(
                "SELECT netpulse.register_series(%s::uuid[], %s::uuid[], %s::int[], %s::text[], "
                "%s::text[], %s::text[], %s::text[], %s::int2[], %s::int2[])",
                columns,
            )
            told = transaction.rows("SELECT * FROM netpulse.tell_refused_series()")
            again = transaction.rows("SELECT * FROM netpulse.tell_refused_series()")
        # six there were, one there was room for, and m1 is no new one
        assert refused == 1
        assert [row["number"] for row in told] == [1]
        assert again == []
        assert store.run("SELECT metric FROM netpulse.series WHERE block = 2") == [("q1",)]
    finally:
        store.run("DELETE FROM netpulse.series WHERE block = 2")
        store.run("DELETE FROM netpulse.series_quotas")


def test_the_last_values_of_packed_days_are_found_series_by_series(store: Store) -> None:
    assert last_packed(store, since=BASE) == {}
    write(store, (0, (1.0, 1.0, nan)), (MINUTE, (2.0, nan, nan)), (2 * MINUTE, (nan, nan, nan)))
    assert last_packed(store, since=BASE) == {}
    compact(store)
    minute = timedelta(minutes=1)
    assert last_packed(store, since=BASE) == {1: BASE + minute, 2: BASE}
    assert last_packed(store, since=BASE + minute) == {1: BASE + minute}
    assert last_packed(store, since=BASE + 2 * minute) == {}
