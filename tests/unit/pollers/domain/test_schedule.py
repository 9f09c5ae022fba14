from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from pollers.domain.schedule import (
    SHARDS,
    clamp_interval,
    next_slot,
    phase_s,
    shard_of,
    skipped_slots,
    slot_of,
)

IDS = st.uuids()
INTERVALS = st.integers(10, 3600)
INSTANTS = st.floats(1_600_000_000, 2_500_000_000, allow_nan=False)


@given(IDS, INTERVALS)
def test_a_phase_lies_within_the_interval_and_never_changes(device_id: UUID, interval: int) -> None:
    phase = phase_s(device_id, interval)
    assert 0 <= phase < interval
    assert phase == phase_s(UUID(str(device_id)), interval)


@given(IDS, INTERVALS, INSTANTS)
def test_the_next_slot_is_later_than_now_and_one_interval_after_the_present_one(
    device_id: UUID, interval: int, now: float
) -> None:
    phase = phase_s(device_id, interval)
    present, following = slot_of(now, interval, phase), next_slot(now, interval, phase)
    assert present <= now + 0.001
    assert abs(following - present - interval) < 0.001
    assert following > now - 0.001


@given(IDS, INTERVALS, INSTANTS)
def test_a_slots_own_start_lies_in_it(device_id: UUID, interval: int, now: float) -> None:
    phase = phase_s(device_id, interval)
    start = next_slot(now, interval, phase)
    assert slot_of(start, interval, phase) == start
    assert next_slot(start, interval, phase) > start


@given(IDS)
def test_every_device_has_one_of_the_shards(device_id: UUID) -> None:
    assert 0 <= shard_of(device_id) < SHARDS


def test_phases_are_spread_over_the_interval() -> None:
    phases = [phase_s(UUID(int=number), 60) for number in range(6000)]
    tenths = [sum(start <= p < start + 6 for p in phases) for start in range(0, 60, 6)]
    assert min(tenths) > 500
    assert max(tenths) < 700


def test_whole_slots_that_passed_are_counted() -> None:
    assert skipped_slots(100.0, 109.9, 10) == 0
    assert skipped_slots(100.0, 131.0, 10) == 3


def test_an_interval_is_held_between_ten_seconds_and_an_hour() -> None:
    assert [clamp_interval(s) for s in (1, 60, 9999)] == [10, 60, 3600]
