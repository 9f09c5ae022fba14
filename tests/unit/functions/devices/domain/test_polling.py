from __future__ import annotations

from datetime import timedelta

import pytest

from functions.devices.domain.polling import PolledSlot, coverage, spread, window
from tests.support.clock import NOON

MINUTE = timedelta(minutes=1)


def slots(*minutes: int) -> list[PolledSlot]:
    return [PolledSlot(NOON + minute * MINUTE, float(minute), None) for minute in minutes]


@pytest.mark.parametrize(
    ("recorded", "now", "expected", "missing"),
    [
        ((0, 1, 2), 2.5, 3, 0),
        ((0, 2), 2.5, 3, 1),
        # the slot under way may be recorded yet, the one before it not any more
        ((0, 1), 2.9, 2, 0),
        ((0, 1), 3.1, 3, 1),
        ((0,), 10.5, 10, 9),
    ],
)
def test_slots_that_lack_are_counted_from_the_first_until_now(
    recorded: tuple[int, ...], now: float, expected: int, missing: int
) -> None:
    found = coverage(slots(*recorded), interval=MINUTE, now=NOON + now * MINUTE)
    assert (found.expected, found.missing) == (expected, missing)
    assert found.next_at is not None
    assert found.next_at >= NOON + now * MINUTE


def test_of_a_device_never_polled_nothing_is_expected() -> None:
    found = coverage([], interval=MINUTE, now=NOON)
    assert (found.expected, found.missing, found.next_at) == (0, 0, None)


def test_values_are_told_by_their_newest_and_their_spread() -> None:
    found = spread([None, 5.0, *(float(n) for n in range(1, 100)), None, 2.0])
    assert found is not None
    assert (found.last, found.p50, found.p95, found.highest) == (2.0, 49.0, 94.0, 99.0)
    assert spread([None]) is None


def test_a_slow_device_is_looked_at_for_longer() -> None:
    assert window(MINUTE) == timedelta(hours=1)
    assert window(timedelta(hours=1)) == timedelta(hours=12)
