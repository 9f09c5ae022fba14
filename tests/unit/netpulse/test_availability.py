"""How much of a stretch of time something was up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.availability import Availability, StatusPeriod, availability

from tests.support.clock import NOON

HOUR = timedelta(hours=1)


def _of(*periods: StatusPeriod, hours: int = 24, existed_from: datetime = NOON) -> Availability:
    return availability(
        periods,
        begin=NOON,
        end=NOON + hours * HOUR,
        existed_from=existed_from,
        now=NOON + 10 * HOUR,
    )


def _period(
    status: str, begin: float, end: float | None = None, *, maintenance: bool = False
) -> StatusPeriod:
    ended = None if end is None else NOON + end * HOUR
    return StatusPeriod(status, NOON + begin * HOUR, ended, maintenance)


def test_nothing_known_is_unknown_and_no_figure() -> None:
    found = _of()
    assert found.ratio is None
    assert found.unknown_seconds == 10 * 3600


def test_up_by_up_and_down() -> None:
    found = _of(_period("online", 0, 8), _period("offline", 8, 10))
    assert found.ratio == pytest.approx(0.8)
    assert (found.outages, found.longest_outage_seconds) == (1, 7200)


def test_degraded_is_up() -> None:
    assert _of(_period("degraded", 0, 10)).ratio == 1


def test_an_outage_that_lasts_counts_to_now_and_not_to_the_end() -> None:
    found = _of(_period("online", 0, 5), _period("offline", 5))
    assert (found.down_seconds, found.ratio) == (5 * 3600, 0.5)


def test_maintenance_is_neither_up_nor_down_whatever_the_status() -> None:
    found = _of(
        _period("online", 0, 4),
        _period("offline", 4, 6, maintenance=True),
        _period("online", 6, 8, maintenance=True),
        _period("offline", 8, 10),
    )
    assert found.maintenance_seconds == 4 * 3600
    assert found.ratio == pytest.approx(4 / 6)
    assert found.outages == 1


def test_what_is_behind_a_dead_parent_is_told_apart() -> None:
    found = _of(_period("unreachable", 0, 10))
    assert (found.unreachable_seconds, found.ratio) == (10 * 3600, None)


def test_time_before_it_existed_is_not_in_it() -> None:
    found = _of(_period("offline", -5, 5), existed_from=NOON + 4 * HOUR)
    assert found.down_seconds == 3600
    assert found.unknown_seconds == 5 * 3600


def test_a_lost_poller_is_nobodys_outage() -> None:
    found = _of(_period("online", 0, 5), _period("unknown", 5, 7), _period("online", 7))
    assert (found.ratio, found.unknown_seconds) == (1, 7200)


def test_a_stretch_that_lies_in_the_future_is_empty() -> None:
    found = availability(
        [_period("online", 0)],
        begin=NOON + 20 * HOUR,
        end=NOON + 21 * HOUR,
        existed_from=NOON,
        now=NOON + HOUR,
    )
    assert found == Availability(0, 0, 0, 0, 0, 0, 0)


_STATUSES = st.sampled_from(["online", "degraded", "offline", "unreachable", "unknown"])
_HISTORIES = st.lists(
    st.tuples(_STATUSES, st.integers(1, 5000), st.booleans()), min_size=1, max_size=20
)


@given(_HISTORIES, st.integers(0, 50_000), st.integers(1, 50_000), st.integers(0, 60_000))
def test_no_second_is_lost_or_counted_twice(
    history: list[tuple[str, int, bool]], first: int, length: int, existed: int
) -> None:
    periods, at = [], NOON
    for status, seconds, maintenance in history:
        ends = at + timedelta(seconds=seconds)
        periods.append(StatusPeriod(status, at, ends, maintenance))
        at = ends
    begin = NOON + timedelta(seconds=first)
    end = begin + timedelta(seconds=length)
    existed_from = NOON + timedelta(seconds=existed)
    found = availability(periods, begin=begin, end=end, existed_from=existed_from, now=at)
    whole = max((min(end, at) - max(begin, existed_from)).total_seconds(), 0)
    parts = (
        found.up_seconds
        + found.down_seconds
        + found.unreachable_seconds
        + found.maintenance_seconds
        + found.unknown_seconds
    )
    assert parts == pytest.approx(whole)
    assert found.ratio is None or 0 <= found.ratio <= 1
