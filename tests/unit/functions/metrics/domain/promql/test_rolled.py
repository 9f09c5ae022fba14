"""Rollups as samples: what a level, a state and two sorts of counters come to."""

from __future__ import annotations

import numpy as np
import pytest
from netpulse.timeseries.buckets import empty
from netpulse.timeseries.model import SECOND

from functions.metrics.domain.promql import limits
from functions.metrics.domain.promql.rolled import Manner, joined, manner_of, samples

HOUR_MS, POINT_MS = 3_600_000, 300_000


def _buckets(
    *rows: tuple[float, float] | None, step: int = 3600 * SECOND
) -> tuple[list[int], list[float], dict[Manner, tuple[list[int], list[float]]]]:
    """Return instants and values by manner, of hours with a mean and a last value or nothing."""
    made = empty(1, len(rows), begin=0, step=step)
    for k, row in enumerate(rows):
        if row is not None:
            made.counts[0, k], made.sums[0, k], made.lasts[0, k] = 2, 2 * row[0], row[1]
    found = {manner: samples(made, 0, manner) for manner in Manner}
    lists = {manner: (at.tolist(), values.tolist()) for manner, (at, values) in found.items()}
    return *lists[Manner.LEVEL], lists


def test_a_level_is_its_average_every_five_minutes_and_a_gap_is_a_gap() -> None:
    times, values, found = _buckets((10.0, 12.0), None, (20.0, 22.0))
    assert times == [
        *range(POINT_MS, HOUR_MS + 1, POINT_MS),
        *range(2 * HOUR_MS + POINT_MS, 3 * HOUR_MS + 1, POINT_MS),
    ]
    assert values == [10.0] * 12 + [20.0] * 12
    assert found[Manner.STATE] == (times, [12.0] * 12 + [22.0] * 12)


def test_a_counter_told_by_its_rate_grows_by_it() -> None:
    _, _, found = _buckets((1.0, 0.0), (2.0, 0.0))
    _, values = found[Manner.RATE]
    assert np.diff(values).tolist() == [300.0] * 11 + [600.0] * 12


def test_a_counter_told_by_its_readings_grows_evenly_and_nothing_is_made_up() -> None:
    _, _, found = _buckets((0, 100.0), (0, 1300.0), (0, 40.0), None, (0, 50.0))
    _, values = found[Manner.READING]
    assert values[:12] == [100.0] * 12
    assert values[12:24] == [200.0 + 100 * n for n in range(12)]
    # it fell, and after the gap it was more: how it went is not known
    assert values[24:36] == [40.0] * 12
    assert values[36:] == [50.0] * 12


def test_five_minutes_are_one_value() -> None:
    times, values, _ = _buckets((1.0, 1.0), (2.0, 2.0), step=300 * SECOND)
    assert (times, values) == ([POINT_MS, 2 * POINT_MS], [1.0, 2.0])


@pytest.mark.parametrize(
    ("kind", "name", "foreign", "manner"),
    [
        ("gauge", "cpu_usage", False, Manner.LEVEL),
        ("rate", "if_in_bps", False, Manner.LEVEL),
        ("status", "if_oper_status", False, Manner.STATE),
        ("counter", "if_in_octets", False, Manner.RATE),
        ("gauge", "node_cpu_seconds_total", True, Manner.READING),
        ("gauge", "node_load1", True, Manner.LEVEL),
    ],
)
def test_what_a_series_is_taken_for(kind: str, name: str, manner: Manner, *, foreign: bool) -> None:
    assert manner_of(kind, name, foreign=foreign) is manner


def test_a_counter_goes_on_from_stretch_to_stretch_and_a_level_is_what_it_was() -> None:
    def stretch(*pairs: tuple[int, float]) -> tuple[np.ndarray, np.ndarray]:
        return np.array([at for at, _ in pairs]), np.array([value for _, value in pairs])

    older = [stretch((1, 5.0), (2, 7.0)), stretch((3, 1.0), (4, 4.0))]
    newer = stretch((5, 100.0), (6, 101.0))
    times, values = joined(older, newer, Manner.RATE)
    assert times.tolist() == [1, 2, 3, 4, 5, 6]
    assert values.tolist() == [95.0, 97.0, 97.0, 100.0, 100.0, 101.0]
    assert joined(older, newer, Manner.LEVEL)[1].tolist() == [5.0, 7.0, 1.0, 4.0, 100.0, 101.0]
    alone = joined(older, (np.empty(0, np.int64), np.empty(0)), Manner.RATE)
    assert alone[1].tolist() == [-1.0, 1.0, 1.0, 4.0]


@pytest.mark.parametrize(("begin", "many"), [(0, 120.0), (-600_000, 122.0), (7_200_000, 0.0)])
def test_what_is_older_than_samples_is_read_as_rollups(begin: int, many: float) -> None:
    assert limits.samples_in(begin, 7_200_000, 0, 60) == many


def test_a_stretch_that_ends_before_the_samples_is_all_rollups() -> None:
    assert limits.samples_in(0, 600_000, 10**12, 60) == 2
