"""Windows against a model in plain Python, and what no test against Prometheus reaches."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from math import isclose, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.metrics.domain.promql.errors import BadQueryError
from functions.metrics.domain.promql.notation import duration, instant, number
from functions.metrics.domain.promql.vectors import Samples, grid
from functions.metrics.domain.promql.windows import FUNCTIONS, windows

series = st.dictionaries(st.integers(0, 200), st.floats(-1e6, 1e6), max_size=40)
_MODEL: dict[str, Callable[[list[float]], float]] = {
    "sum_over_time": sum,
    "min_over_time": min,
    "max_over_time": max,
    "count_over_time": len,
    "last_over_time": lambda held: held[-1],
    "avg_over_time": lambda held: sum(held) / len(held),
    "changes": lambda held: sum(a != b for a, b in itertools.pairwise(held)),
    "resets": lambda held: sum(b < a for a, b in itertools.pairwise(held)),
    "present_over_time": lambda _: 1,
}


@given(series, st.integers(1, 60), st.booleans(), st.sampled_from(sorted(_MODEL)))
def test_a_window_holds_its_samples_and_no_others(
    found: dict[int, float], length: int, left_open: bool, name: str
) -> None:
    times = sorted(found)
    samples = Samples({}, np.array(times, np.int64) * 1000, np.array([found[t] for t in times]))
    ends = grid(0, 200_000, 7000)
    part = windows(samples, ends, length * 1000, left_open=left_open)
    ours, present = FUNCTIONS[name](part, np.zeros(len(ends)))
    for end, value, there in zip(ends.tolist(), ours, present, strict=True):
        first, last = end / 1000 - length, end / 1000
        held = [
            found[t] for t in times if t <= last and (first < t or (first == t and not left_open))
        ]
        assert there == bool(held)
        if held:
            assert isclose(value, _MODEL[name](held), rel_tol=1e-9, abs_tol=1e-6)


def test_a_young_counter_is_not_extrapolated_below_zero() -> None:
    # 10 s apart, from 0.5: half a second before its first sample it was zero
    times = np.arange(30_000, 60_001, 10_000)
    samples = Samples({}, times, np.array([0.5, 10.5, 20.5, 30.5]))
    part = windows(samples, np.array([60_000]), 60_000, left_open=True)
    increase, _ = FUNCTIONS["increase"](part, np.zeros(1))
    assert increase[0] == pytest.approx(30.5)
    delta, _ = FUNCTIONS["delta"](part, np.zeros(1))
    assert delta[0] == pytest.approx(35.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"), (0.1, "0.1"), (1e21, "1000000000000000000000"), (1.5e-7, "0.00000015"),
        (-0.0, "-0"), (float("nan"), "NaN"), (float("inf"), "+Inf"), (float("-inf"), "-Inf"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_go_writes_them(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats())
def test_every_number_is_read_back_as_it_was(value: float) -> None:
    again = float(number(value))
    assert again == value or (isnan(again) and isnan(value))


@pytest.mark.parametrize(
    ("text", "ms"),
    [("15", 15_000), ("0.5", 500), ("1h30m", 5_400_000), ("1d", 86_400_000), ("100ms", 100)],
)
def test_durations(text: str, ms: int) -> None:
    assert duration("step", text) == ms


@pytest.mark.parametrize("text", ["", "m", "1h1h", "-1h", "inf", "nan", "9" * 30 + "y", "1e400"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(BadQueryError):
        duration("step", text)


@pytest.mark.parametrize("text", ["", "soon", "inf", "2026-03-02T12:00:00", "9" * 400])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(BadQueryError):
        instant("time", text)
