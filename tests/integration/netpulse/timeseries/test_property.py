"""Any order of writing, repeating, packing, rolling up and forgetting: the same as a dictionary."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate
from math import nan
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from netpulse import timeseries
from netpulse.timeseries import Row, Tier, compaction, rollups
from netpulse.timeseries.model import ORIGIN, instant, micros

from tests.integration.netpulse.timeseries.model import BASE, BASE_US, COUNTER, DAY, SECOND, Model

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.db import Transaction

    from tests.integration.netpulse.timeseries.conftest import Store

_DAYS = 3
# Slots that meet and miss each other: two hours of minutes, some beside them, near each midnight.
SLOTS = st.builds(
    lambda day, minute, beside: BASE_US + day * DAY + minute * 60 * SECOND + beside,
    st.integers(0, _DAYS - 1),
    st.one_of(st.integers(0, 40), st.integers(1420, 1439)),
    st.sampled_from([0, 0, 0, 7 * SECOND + 1]),
)
VALUES = st.one_of(
    st.just(nan),
    st.integers(0, 20).map(float),
    st.integers(-9999, 9999).map(lambda n: n / 1000),
    st.floats(-1e6, 1e6),
)
ROWS = st.lists(
    st.tuples(st.integers(1, 2), SLOTS, st.lists(VALUES, min_size=1, max_size=3)),
    min_size=1,
    max_size=25,
)
_WIDTHS = {Tier.FIVE_MINUTES: 300 * SECOND, Tier.HOUR: 3600 * SECOND, Tier.DAY: DAY}


class Comparison(RuleBasedStateMachine):
    """The store and the model, side by side."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.store.empty()
        self.model = Model()
        with self.store.app.transaction(self.store.organization_id) as transaction:
            self.places = timeseries.places(transaction, range(1, 7))

    @rule(rows=ROWS)
    def write_late(self, rows: list[tuple[int, int, list[float]]]) -> None:
        self.write(rows)

    def write(self, rows: list[tuple[int, int, list[float]]]) -> None:
        with self.store.system.transaction(None) as transaction:
            number = self.store.organization_number
            batch = [Row(at, device, number, 1, values) for device, at, values in rows]
            timeseries.write(transaction.connection, batch)
        for device, at, values in rows:
            self.model.write(device, at, values)

    @rule(
        device=st.integers(1, 2),
        day=st.integers(0, _DAYS - 1),
        minute=st.sampled_from([0, 3, 1400]),
        gaps=st.lists(st.sampled_from([1, 1, 1, 2, 5, 14, 15, 16, 31]), min_size=1, max_size=20),
        counter=st.lists(st.sampled_from([0, 10, 600, -5, -(2**32)]), min_size=21, max_size=21),
    )
    def poll(self, device: int, day: int, minute: int, gaps: list[int], counter: list[int]) -> None:
        """Write what a poller does, of a counter that wraps, begins anew and pauses."""
        minutes = accumulate(gaps, initial=minute)
        counted = accumulate(counter, initial=2**32 - 700)
        rows = [
            (device, BASE_US + day * DAY + m * 60 * SECOND, [m / 10, nan, float(max(0, c))])
            for m, c in zip(minutes, counted, strict=False)
        ]
        self.write(rows)

    @rule(bucket=st.one_of(st.integers(0, 12), st.integers(0, _DAYS * 288)))
    def roll_up(self, bucket: int) -> None:
        until = BASE_US + bucket * 300 * SECOND
        with self.store.system.transaction(None) as transaction:
            rollups.announce(transaction, instant(until))
        self._finish(rollups.roll_announced)
        self.model.rolled_until = max(until, self.model.rolled_until or until)

    @rule()
    def roll_up_again(self) -> None:
        self._finish(rollups.roll_dirty)

    @rule()
    def compact(self) -> None:
        with self.store.system.transaction(None) as transaction:
            rolled = timeseries.rolled_until(transaction)
            days = compaction.days_to_compact(transaction, rolled.date()) if rolled else []
        for day in days:
            with self.store.system.transaction(None) as transaction:
                compaction.compact_day(transaction, day)

    @rule(day=st.integers(0, _DAYS))
    def forget(self, day: int) -> None:
        today = (BASE + timedelta(days=90 + day)).date()
        with self.store.system.transaction(None) as transaction:
            transaction.run("SELECT netpulse.forget_time_series(%s)", (today,))
        self.model.forget(BASE_US + day * DAY)

    @invariant()
    def samples_are_equal(self) -> None:
        with self.store.app.transaction(self.store.organization_id) as transaction:
            found = timeseries.read(
                transaction, self.places, begin=BASE, end=BASE + timedelta(days=_DAYS + 1)
            )
            newest = timeseries.latest(transaction, self.places)
        for place in self.places:
            column = found[place.series_id]
            expected = sorted(self.model.samples[place.device_number, place.position].items())
            assert list(zip(column.times.tolist(), column.values.tolist(), strict=True)) == expected
        for place in self.places:
            at, values = self.model.newest.get(place.device_number, (0, {}))
            expected_newest = (
                (instant(at), values[place.position]) if place.position in values else None
            )
            assert newest.get(place.series_id) == expected_newest

    @rule()
    def sql_is_equal(self) -> None:
        with self.store.app.transaction(self.store.organization_id) as transaction:
            rows = transaction.rows(
                "SELECT m.time, d.number, m.metric_type, m.value FROM netpulse.device_metrics m "
                "JOIN netpulse.devices d ON d.id = m.device_id"
            )
        found = [
            (r["number"], int(r["metric_type"][1:]), micros(r["time"]), r["value"]) for r in rows
        ]
        expected = [
            (*series, at, value)
            for series, column in self.model.samples.items()
            for at, value in column.items()
        ]
        assert sorted(found) == sorted(expected)

    @rule()
    def rollups_are_equal(self) -> None:
        for tier, width in _WIDTHS.items():
            with self.store.app.transaction(self.store.organization_id) as transaction:
                found = timeseries.read_rollups(
                    transaction, self.places, tier, begin=BASE, end=BASE + timedelta(days=_DAYS + 1)
                )
            for row, place in enumerate(self.places):
                expected = self.model.rollups((place.device_number, place.position), width)
                # A rate of the first minutes after what was forgotten may have known more.
                after = self.model.oldest + (DAY if place.position == COUNTER else 0)
                for k, count in enumerate(found.counts[row].tolist()):
                    at = found.begin + k * width
                    if at < after:
                        continue
                    figures = [
                        float(column[row, k])
                        for column in (found.sums, found.lows, found.highs, found.lasts)
                    ]
                    wanted = expected.get(at)
                    assert count == (wanted[0] if wanted else 0), (tier, place, instant(at))
                    if wanted:
                        assert figures == pytest.approx(wanted[1:], rel=1e-9, abs=1e-9)

    def _finish(self, step: Callable[[Transaction], int]) -> None:
        done = 1
        while done:
            with self.store.system.transaction(None) as transaction:
                done = step(transaction)


def test_the_store_is_equal_to_a_dictionary(store: Store) -> None:
    assert BASE_US % DAY == ORIGIN % DAY == 0
    machine = type("Machine", (Comparison,), {"store": store})
    run_state_machine_as_test(
        machine,
        settings=settings(
            # few and long: emptying the store takes as long as ten steps
            max_examples=13,
            stateful_step_count=50,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
