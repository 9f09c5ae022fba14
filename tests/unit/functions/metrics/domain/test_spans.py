"""How a range is cut into buckets, and what they are read from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from netpulse.timeseries.model import Tier

from functions.metrics.domain.spans import (
    MAX_BUCKETS,
    MAX_POINTS,
    ORIGIN,
    Aggregate,
    Span,
    TooManyPointsError,
    cut,
    floor,
)
from tests.support.clock import NOON


def _cut(
    hours: float,
    *,
    step_s: int | None = None,
    interval_s: int = 60,
    series: int = 1,
    aggregate: Aggregate | None = None,
) -> Span:
    begin = NOON - timedelta(hours=hours)
    return cut(
        begin,
        NOON,
        step_s=step_s,
        interval_s=interval_s,
        series=series,
        aggregate=aggregate,
        samples_wanted=True,
    )


@pytest.mark.parametrize(
    ("hours", "interval_s", "series", "step_s", "raw"),
    [
        (1, 60, 1, 60, True),
        (1, 10, 1, 10, True),
        (24, 60, 1, 300, False),
        (24, 10, 1, 300, False),
        (24, 3600, 1, 3600, True),
        (24 * 90, 60, 1, 21_600, False),
        (24, 10, 64, 300, False),
        # ten years: whole weeks, beyond the usual steps
        (24 * 3650, 3600, 2, 2 * 604_800, False),
        # many series: fewer points each
        (24, 300, 1000, 1800, False),
    ],
)
def test_the_step_is_chosen_so_that_a_chart_is_full_but_not_more(
    hours: float, interval_s: int, series: int, step_s: int, raw: bool
) -> None:
    found = _cut(hours, interval_s=interval_s, series=series)
    assert (found.step_s, found.raw) == (step_s, raw)


def test_a_step_no_longer_than_the_interval_gives_the_samples() -> None:
    found = _cut(1, step_s=10)
    assert (found.raw, found.step_s, found.begin) == (True, 60, NOON - timedelta(hours=1))


def test_samples_are_counted_in_buckets_even_if_one_is_in_each() -> None:
    found = _cut(1, step_s=10, aggregate=Aggregate.COUNT)
    assert (found.raw, found.step_s) == (False, 60)


def test_the_first_bucket_is_told_whole() -> None:
    begin = NOON + timedelta(minutes=7)
    found = cut(begin, NOON + timedelta(hours=1), step_s=600, interval_s=60, series=1)
    assert found.begin == NOON
    assert found.buckets == 6


@pytest.mark.parametrize(
    ("hours", "step_s", "interval_s", "series"),
    [(24 * 90, 60, 60, 1), (24, 60, 60, 100), (24 * 90, 50, 10, 64), (12, None, 10, 60_000)],
)
def test_too_much_is_refused(
    hours: float, step_s: int | None, interval_s: int, series: int
) -> None:
    with pytest.raises(TooManyPointsError):
        _cut(hours, step_s=step_s, interval_s=interval_s, series=series)


def _in_utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(_in_utc),  # noqa: DTZ001 - strategies take naive bounds
    st.integers(1, 400 * 86_400),
    st.one_of(st.none(), st.integers(1, 2_678_400)),
    st.integers(10, 3600),
    st.integers(0, 200),
)
def test_what_is_cut_is_bounded_aligned_and_covers_the_range(
    begin: datetime, seconds: int, step_s: int | None, interval_s: int, series: int
) -> None:
    end = begin + timedelta(seconds=seconds)
    try:
        found = cut(begin, end, step_s=step_s, interval_s=interval_s, series=series)
    except TooManyPointsError:
        assume(False)
        return
    assert found.buckets <= MAX_BUCKETS
    assert found.buckets * max(series, 1) <= MAX_POINTS
    assert found.begin <= begin
    step = timedelta(seconds=found.step_s)
    assert found.begin + found.buckets * step >= end > found.begin + (found.buckets - 1) * step
    assert found.raw or (found.begin - ORIGIN) % step == timedelta()


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(_in_utc),  # noqa: DTZ001 - strategies take naive bounds
    st.integers(1, 700_000),
)
def test_a_bucket_holds_its_instants(instant: datetime, step_s: int) -> None:
    start = floor(instant, step_s)
    assert start <= instant < start + timedelta(seconds=step_s)
    assert floor(start, step_s) == start


def test_a_span_names_its_edges_and_what_it_is_read_from() -> None:
    span = Span(NOON, NOON + timedelta(minutes=9), 300)
    begin = round(NOON.timestamp() * 1_000_000)
    assert span.edges.tolist() == [begin, begin + 300_000_000, begin + 600_000_000]
    assert span.source == "samples"
    assert replace(span, tier=Tier.HOUR).source == "rollups_1h"
