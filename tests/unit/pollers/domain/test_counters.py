from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollers.domain.counters import (
    ABSENT,
    UPTIME_WRAP_TICKS,
    Counted,
    Reading,
    Uptime,
    rate_between,
    rate_per_s,
    rebooted,
    utilisation_percent,
)

GIGABIT = 1e9 / 8


def test_the_first_reading_gives_no_rate() -> None:
    assert rate_per_s(None, Reading(5, 10.0), reset=False) is None


def test_a_rate_is_the_increase_a_second() -> None:
    assert rate_per_s(Reading(100, 0.0), Reading(700, 60.0), reset=False) == 10


def test_a_32_bit_counter_that_wraps_goes_on() -> None:
    before, now = Reading(2**32 - 1000, 0.0, 32), Reading(5000, 60.0, 32)
    assert rate_per_s(before, now, reset=False, ceiling_per_s=GIGABIT) == 100


def test_a_cleared_counter_makes_no_spike() -> None:
    before, now = Reading(2**31, 0.0, 32), Reading(10, 10.0, 32)
    assert rate_per_s(before, now, reset=False, ceiling_per_s=1e8 / 8) is None
    assert rate_per_s(Reading(10**15, 0.0), Reading(10, 10.0), reset=False) is None


def test_a_64_bit_counter_near_its_end_wraps() -> None:
    assert rate_per_s(Reading(2**64 - 100, 0.0), Reading(100, 10.0), reset=False) == 20


def test_a_restart_gives_no_rate() -> None:
    assert rate_per_s(Reading(1, 0.0), Reading(2, 1.0), reset=True) is None


def test_a_change_of_width_gives_no_rate() -> None:
    assert rate_per_s(Reading(1, 0.0, 32), Reading(9, 1.0, 64), reset=False) is None


def test_time_that_stands_still_gives_no_rate() -> None:
    assert rate_per_s(Reading(1, 5.0), Reading(9, 5.0), reset=False) is None


def test_a_rate_beyond_the_links_speed_is_not_believed() -> None:
    assert (
        rate_per_s(Reading(0, 0.0), Reading(10**12, 10.0), reset=False, ceiling_per_s=GIGABIT)
        is None
    )


@given(st.integers(0, 2**32 - 1), st.floats(0, GIGABIT), st.floats(1, 30))
def test_any_32_bit_start_gives_the_true_rate(start: int, rate: float, seconds: float) -> None:
    passed = int(rate * seconds)
    before = Reading(start, 0.0, 32)
    now = Reading((start + passed) % 2**32, seconds, 32)
    found = rate_per_s(before, now, reset=False, ceiling_per_s=GIGABIT)
    assert found == pytest.approx((passed % 2**32) / seconds)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.sampled_from([32, 64]))
def test_a_rate_is_never_negative(before: int, now: int, bits: int) -> None:
    limit = 2**bits
    rate = rate_per_s(
        Reading(before % limit, 0.0, bits), Reading(now % limit, 10.0, bits), reset=False
    )
    assert rate is None or rate >= 0


def test_a_smaller_uptime_is_a_restart() -> None:
    assert rebooted(Uptime(500_000, 0.0), Uptime(1_000, 60.0))
    assert not rebooted(Uptime(500_000, 0.0), Uptime(506_000, 60.0))
    assert not rebooted(None, Uptime(5, 0.0))


def test_uptimes_own_wrap_after_497_days_is_no_restart() -> None:
    before = Uptime(2**32 - 3_000, 0.0)
    assert not rebooted(before, Uptime(3_000, 60.0))


def test_a_restart_just_before_the_wrap_is_seen() -> None:
    assert rebooted(Uptime(2**32 - 3_000_000, 0.0), Uptime(2_000, 60.0))


def test_load_is_a_share_of_speed_and_at_most_all() -> None:
    assert utilisation_percent(5e8, 1e9) == 50
    assert utilisation_percent(2e9, 1e9) == 100
    assert utilisation_percent(1, None) is None


@given(st.integers(0, UPTIME_WRAP_TICKS - 1), st.integers(1, 3600), st.integers(-20, 20))
def test_an_uptime_that_only_runs_on_is_never_a_restart(
    start: int, seconds: int, jitter: int
) -> None:
    now = (start + max(0, seconds * 100 + jitter)) % UPTIME_WRAP_TICKS
    assert not rebooted(Uptime(start, 0.0), Uptime(now, float(seconds)))


@given(st.integers(60_000, UPTIME_WRAP_TICKS // 2), st.integers(10, 300), st.floats(0, 1))
def test_an_uptime_that_began_anew_is_a_restart(start: int, seconds: int, share: float) -> None:
    now = int(share * seconds * 100)
    assert rebooted(Uptime(start, 0.0), Uptime(now, float(seconds)))


def test_counters_are_kept_as_rows_of_numbers_and_come_back_as_they_were() -> None:
    rows = {"if:a": array("Q", [1, ABSENT, 3]), "if:b": array("Q", [2**64 - 2, 5, 6])}
    assert Counted(7.0, rows).packed().counted() == Counted(7.0, rows)
    assert Counted(7.0, {}).packed().counted() == Counted(7.0, {})


def test_a_rate_needs_the_counter_in_both_readings_of_the_entity() -> None:
    before = Counted(0.0, {"if:a": array("Q", [100, ABSENT])})
    now = Counted(10.0, {"if:a": array("Q", [300, 8]), "if:new": array("Q", [5, 5])})
    assert rate_between(before, now, "if:a", 0, bits=64) == 20
    assert rate_between(before, now, "if:a", 1, bits=32) is None
    assert rate_between(before, now, "if:new", 0, bits=64) is None
    assert rate_between(None, now, "if:a", 0, bits=64) is None
