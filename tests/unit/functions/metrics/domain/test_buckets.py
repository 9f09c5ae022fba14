"""Buckets against a brute-force model in plain Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from math import isnan
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.timeseries.buckets import bucketed, rates
from netpulse.timeseries.model import ORIGIN, SECOND, Column, Tier, micros

from functions.metrics.domain.buckets import (
    coarser,
    combined,
    joined,
    nulled,
    quantiles,
    values_of,
    with_gaps,
)
from functions.metrics.domain.ranking import Figures, figures, first_places
from functions.metrics.domain.spans import Aggregate, Span, cut
from tests.support.clock import NOON

MINUTE = 60 * SECOND
START = micros(NOON)
values = st.floats(-1e6, 1e6)
samples = st.dictionaries(st.integers(0, 119), values, max_size=60)


def _column(found: dict[int, float]) -> Column:
    minutes = sorted(found)
    return Column(
        np.array([START + m * MINUTE for m in minutes], np.int64),
        np.array([found[m] for m in minutes]),
    )


def _cut(found: list[dict[int, float]], minutes: int) -> list[list[list[float]]]:
    """Return the values in each bucket of each series."""
    return [
        [
            [value for m, value in sorted(each.items()) if m // minutes == bucket]
            for bucket in range(120 // minutes)
        ]
        for each in found
    ]


_MODEL: dict[Aggregate, Callable[[list[float]], float]] = {
    Aggregate.AVG: fmean,
    Aggregate.MIN: min,
    Aggregate.MAX: max,
    Aggregate.SUM: sum,
    Aggregate.COUNT: len,
    Aggregate.LAST: lambda held: held[-1],
}


def _close(ours: float, theirs: float) -> bool:
    return ours == pytest.approx(theirs, rel=1e-9, abs=1e-6)


@given(st.lists(samples, min_size=1, max_size=4), st.sampled_from(list(_MODEL)))
def test_longer_buckets_are_made_of_shorter_ones_without_loss(
    found: list[dict[int, float]], how: Aggregate
) -> None:
    short = bucketed(
        [_column(each) for each in found],
        begin=START,
        end=START + 120 * MINUTE,
        step=5 * MINUTE,
        origin=ORIGIN,
    )
    assert coarser(short, short.step) is short
    table = values_of(coarser(short, 20 * MINUTE), how)
    for row, series in zip(table, _cut(found, 20), strict=True):
        for ours, held in zip(row, series, strict=True):
            assert _close(ours, _MODEL[how](held)) if held else isnan(ours)


@given(samples, st.integers(0, 24))
def test_a_span_in_two_parts_is_the_span(found: dict[int, float], seam: int) -> None:
    column, middle = [_column(found)], START + seam * 5 * MINUTE
    options = {"step": 5 * MINUTE, "origin": ORIGIN}
    whole = bucketed(column, begin=START, end=START + 120 * MINUTE, **options)
    older = bucketed(column, begin=START, end=middle, **options)
    newer = bucketed(column, begin=middle, end=START + 120 * MINUTE, **options)
    both = joined(older, newer)
    for name in ("counts", "sums", "lows", "highs", "lasts"):
        assert np.array_equal(getattr(both, name), getattr(whole, name), equal_nan=True)


@given(samples, st.sampled_from([0.5, 0.95, 0.99]))
def test_quantiles_of_a_bucket_are_those_of_its_samples(
    found: dict[int, float], share: float
) -> None:
    edges = START + 10 * MINUTE * np.arange(13, dtype=np.int64)
    ours = quantiles(_column(found), edges, share)
    for value, held in zip(ours, _cut([found], 10)[0], strict=True):
        assert _close(value, float(np.quantile(held, share))) if held else isnan(value)


@given(
    st.lists(
        st.lists(st.one_of(st.just(float("nan")), values), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([a for a in Aggregate if a not in (Aggregate.LAST, Aggregate.RATE)]),
)
def test_series_are_combined_by_those_that_have_a_value(
    rows: list[list[float]], how: Aggregate
) -> None:
    ours = combined(np.array(rows), how)
    for value, column in zip(ours, zip(*rows, strict=True), strict=True):
        held = [each for each in column if not isnan(each)]
        if not held:
            assert isnan(value)
        elif how.share is not None:
            assert _close(value, float(np.quantile(held, how.share)))
        else:
            assert _close(value, _MODEL[how](held))


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 10**12)), min_size=2, max_size=30))
def test_wraps_and_resets_never_make_a_spike(steps: list[tuple[int, int]]) -> None:
    times = np.cumsum([seconds for seconds, _ in steps]) * SECOND
    counts = np.cumsum([growth for _, growth in steps]).astype(np.float64) % 2**32
    found = rates(Column(times, counts))
    highest = max(growth / seconds for seconds, growth in steps)
    assert (found.values >= 0).all()
    assert (found.values <= highest * (1 + 1e-9)).all()


def test_a_missing_slot_breaks_the_line_and_a_late_sample_does_not() -> None:
    times = START + SECOND * np.array([0, 80, 300])
    found = with_gaps(Column(times, np.array([1.0, 2.0, 3.0])), 60)
    assert (found.times - START).tolist() == [0, 80 * SECOND, 140 * SECOND, 300 * SECOND]
    assert [None if isnan(v) else v for v in found.values] == [1.0, 2.0, None, 3.0]
    whole = Column(times[:2], np.array([1.0, 2.0]))
    assert with_gaps(whole, 60) is whole


@given(st.lists(samples, min_size=1, max_size=5))
def test_figures_are_those_of_all_samples(found: list[dict[int, float]]) -> None:
    cut_ = bucketed(
        [_column(each) for each in found],
        begin=START,
        end=START + 120 * MINUTE,
        step=10 * MINUTE,
        origin=ORIGIN,
    )
    put = Figures.unknown(len(found))
    put.put(list(range(len(found))), figures(cut_))
    for row, each in enumerate(found):
        held = [value for _, value in sorted(each.items())]
        if not held:
            assert all(isnan(value) for value in put.of(row).values())
            continue
        expected = {
            "minimum": min(held), "average": fmean(held), "maximum": max(held), "last": held[-1],
        }  # fmt: skip
        assert all(_close(put.of(row)[name], value) for name, value in expected.items())


@given(st.lists(st.one_of(st.just(float("nan")), values), max_size=20), st.integers(1, 5))
def test_the_first_places_are_the_highest_values(found: list[float], limit: int) -> None:
    places = first_places(np.array(found), highest=True, limit=limit)
    known = sorted((v for v in found if not isnan(v)), reverse=True)
    assert [found[place] for place in places] == known[:limit]
    lowest = first_places(np.array(found), highest=False, limit=limit)
    assert [found[place] for place in lowest] == known[::-1][:limit]


def test_the_tier_fits_the_step_and_never_a_quantile() -> None:
    def tier(step_s: int, aggregate: Aggregate | None = None) -> Tier | None:
        begin = NOON - timedelta(days=30)
        options = {"interval_s": 60, "series": 1, "aggregate": aggregate}
        return cut(begin, NOON, step_s=step_s, **options).tier  # type: ignore[arg-type]

    assert tier(86_400) is Tier.DAY
    assert tier(7200) is Tier.HOUR
    assert tier(600) is Tier.FIVE_MINUTES
    assert tier(400) is None
    assert tier(7200, Aggregate.P95) is None
    span = Span(NOON, NOON + timedelta(days=1), 3600, tier=Tier.HOUR)
    assert span.earlier(timedelta(days=7)).tier is Tier.HOUR
    assert span.earlier(timedelta(minutes=30)).tier is None


def test_nothing_together_is_nothing() -> None:
    assert np.isnan(combined(np.full((2, 3), np.nan), Aggregate.P50)).all()


def test_json_has_no_nan_and_keeps_every_other_value() -> None:
    found = nulled(np.array([0.0, np.nan, -0.5, np.nan, 1e300]))
    assert found == [0.0, None, -0.5, None, 1e300]
    assert nulled(np.array([])) == []
