"""The 95th percentile as contracts describe it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.metrics.domain.billing import (
    bill,
    month_of,
    over_commit,
    percentile_95,
    usage,
    whole_samples,
)

known = st.floats(0, 1e12)


@given(st.lists(known, min_size=1, max_size=400))
def test_at_most_five_percent_lie_above_and_one_less_would_not_do(values: list[float]) -> None:
    found = percentile_95(np.array(values))
    assert found in values
    above = sum(value > found for value in values)
    assert above <= len(values) * 0.05
    # by nearest rank: the smallest that so many are not above
    assert sum(value <= found for value in values) >= ceil(0.95 * len(values))


@given(st.lists(st.one_of(st.none(), known), max_size=200))
def test_what_was_not_measured_is_left_out(values: list[float | None]) -> None:
    with_gaps = np.array([np.nan if value is None else value for value in values], float)
    without = np.array([value for value in values if value is not None], float)
    assert percentile_95(with_gaps) == percentile_95(without)
    assert bill(with_gaps).octets == pytest.approx(without.sum() * 300 / 8)


def test_a_month_of_five_minutes_leaves_out_its_busiest_36_hours() -> None:
    values = np.arange(8640.0)
    assert percentile_95(values) == 8640 - 432 - 1


@pytest.mark.parametrize(
    ("month", "zone", "hours"),
    [
        ("2026-02", "UTC", 28 * 24),
        ("2026-12", "Africa/Nairobi", 31 * 24),
        ("2026-03", "Europe/Berlin", 31 * 24 - 1),
        ("2026-10", "Europe/Berlin", 31 * 24 + 1),
    ],
)
def test_a_month_is_as_long_as_its_clocks_make_it(month: str, zone: str, hours: int) -> None:
    begin, end = month_of(month, zone)
    assert (end.astimezone(UTC) - begin.astimezone(UTC)) == timedelta(hours=hours)
    assert (begin.day, begin.hour, end.day, end.hour) == (1, 0, 1, 0)


def test_samples_that_are_not_over_do_not_count_yet() -> None:
    begin, end = month_of("2026-03", "Africa/Nairobi")
    now = datetime(2026, 3, 2, 12, 3, tzinfo=UTC)
    first, last = whole_samples(begin, min(end, now))
    assert (first, last) == (begin, datetime(2026, 3, 2, 12, tzinfo=UTC))


def test_ports_are_billed_by_their_sum_and_partial_samples_are_told() -> None:
    nothing = float("nan")
    into = np.array([[1.0, 2.0, nothing, nothing], [10.0, nothing, 30.0, nothing]])
    out = np.array([[5.0, 5.0, nothing, nothing], [5.0, nothing, 5.0, nothing]])
    found = usage(into, out, 4)
    assert (found.into.p95, found.out.p95) == (30.0, 10.0)
    assert (found.max_of_p95, found.p95_of_max) == (30.0, 30.0)
    assert (found.expected, found.measured, found.partial) == (4, 3, 2)
    empty = usage(np.full((1, 2), nothing), np.full((1, 2), nothing), 2)
    assert (empty.max_of_p95, empty.p95_of_max, empty.measured) == (None, None, 0)


@pytest.mark.parametrize(
    ("used", "commit", "expected"),
    [(50.0, 100.0, (100.0, 0.0)), (150.0, 100.0, (150.0, 50.0)), (None, 100.0, (100.0, 0.0))],
)
def test_the_commit_is_billed_at_least(
    used: float | None, commit: float, expected: tuple[float, float]
) -> None:
    assert over_commit(used, commit) == expected
