"""Every float64 comes back bit by bit, and damage is noticed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.timeseries import chunks, codec
from netpulse.timeseries.codec import DamagedChunkError

FLOATS = st.one_of(
    st.floats(width=64, allow_nan=True, allow_infinity=True),
    st.integers(-(2**53), 2**53).map(float),
    st.integers(-10_000, 10_000).map(lambda n: n / 10),
    st.sampled_from([0.0, -0.0, 5e-324, float("inf"), float("-inf"), 2.0**63, -1e308]),
)
COLUMNS = st.integers(1, 100).flatmap(
    lambda n: st.lists(st.lists(FLOATS, min_size=n, max_size=n), min_size=1, max_size=6)
)


@given(COLUMNS)
def test_columns_come_back_bit_by_bit(columns: list[list[float]]) -> None:
    values = np.array(columns)
    packed = codec.encode_columns(values)
    found = np.array(codec.decode_columns(packed, [values.shape[1]] * len(values)))
    present = ~np.isnan(values)
    assert np.array_equal(np.isnan(found), ~present)
    assert np.array_equal(found.view(np.int64)[present], values.view(np.int64)[present])


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=100))
def test_integers_come_back(numbers: list[int]) -> None:
    (packed,) = codec.encode_integers(np.array([numbers]))
    (found,) = codec.decode_integers([packed], [len(numbers)])
    assert found.tolist() == numbers


@given(st.integers(0, 2**50), st.integers(1, 10**9), st.integers(1, 2000))
def test_even_steps_are_recognised(first: int, step: int, n: int) -> None:
    (packed,) = codec.encode_integers(first + step * np.arange(n)[None, :])
    found = codec.even_steps(packed, n)
    assert found is not None
    assert found[0] == first
    assert n == 1 or found[1] == step
    assert len(packed) < 40 + n // 32


def test_columns_of_different_lengths_are_unpacked_at_once() -> None:
    long, short = np.arange(1440.0), np.array([1.5, np.nan, 2.5])
    packed = [*codec.encode_columns(long[None, :]), *codec.encode_columns(short[None, :])]
    found = codec.decode_columns(packed, [1440, 3])
    assert np.array_equal(found[0], long)
    assert np.array_equal(found[1], short, equal_nan=True)


def test_a_flipped_bit_anywhere_is_noticed() -> None:
    (packed,) = codec.encode_columns(np.sin(np.arange(50.0))[None, :])
    for place in range(0, len(packed), 7):
        damaged = bytearray(packed)
        damaged[place] ^= 4
        with pytest.raises(DamagedChunkError):
            codec.decode_columns([bytes(damaged)], [50])


@pytest.mark.parametrize(
    ("values", "bits"),
    [
        # what is usual in a network operations centre, and what it may take a sample
        (np.ones(1440), 0.2),
        (np.round(20 + np.sin(np.arange(1440) / 50), 1), 2.5),
        (np.cumsum(np.full(1440, 7_500_000.0)), 0.5),
        (1e12 + np.cumsum(np.random.default_rng(1).integers(0, 1 << 20, 1440)), 22.0),
    ],
)
def test_usual_series_take_few_bits(values: np.ndarray, bits: float) -> None:
    (packed,) = codec.encode_columns(values[None, :])
    assert len(packed) * 8 / 1440 <= bits


def test_a_chunk_holds_blocks_of_different_widths_and_lengths() -> None:
    rng = np.random.default_rng(3)
    blocks = [
        (60_000_000 * np.arange(n, dtype=np.int64), rng.normal(size=(width, n)))
        for n, width in ((10, 3), (12, 1), (10, 2))
    ]
    for (times, values), chunk in zip(blocks, chunks.pack(blocks), strict=True):
        found_times, found_values = chunks.unpack(chunk)
        assert np.array_equal(found_times, times)
        assert np.array_equal(found_values, values)
