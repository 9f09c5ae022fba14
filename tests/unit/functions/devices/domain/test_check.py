"""What a check's last result says now."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from netpulse.ids import DeviceId

from functions.devices.domain.check import Check, CheckKind, CheckState, state_of
from functions.devices.domain.found import FoundSort, port_order
from functions.devices.domain.interfaces import status_number, status_word
from tests.support.clock import NOON


@pytest.mark.parametrize(
    ("ok", "age_s", "state"),
    [
        (True, 0, CheckState.OK),
        (False, 0, CheckState.FAILING),
        (True, 299, CheckState.OK),
        (True, 301, CheckState.UNKNOWN),
        (False, 301, CheckState.UNKNOWN),
    ],
)
def test_a_result_counts_for_three_intervals_and_two_minutes(
    ok: bool, age_s: float, state: CheckState
) -> None:
    at = NOON - timedelta(seconds=age_s)
    assert state_of(ok=ok, checked_at=at, interval_seconds=60, now=NOON) is state


def test_a_check_that_was_never_made_says_nothing() -> None:
    found = state_of(ok=None, checked_at=None, interval_seconds=60, now=NOON)
    assert found is CheckState.UNKNOWN


@pytest.mark.parametrize("beyond", [True, False])
def test_a_check_stays_at_its_device_unless_it_says_otherwise(beyond: bool) -> None:
    settings = {"beyond_device": True} if beyond else {}
    check = Check(uuid4(), DeviceId(uuid4()), "web", CheckKind.HTTP, settings)
    assert check.goes_beyond is beyond


def test_an_order_of_ports_is_read_from_words() -> None:
    assert port_order(["-in_bps", "name"]) == (FoundSort("in_bps", True), FoundSort("name"))
    for words in (["colour"], ["name", "index", "alias", "in_bps"]):
        with pytest.raises(ValueError, match=r"none of|at most"):
            port_order(words)


def test_every_word_for_a_ports_status_is_a_number_of_if_mib() -> None:
    assert [status_word(status_number(status_word(number))) for number in range(1, 8)] == [
        status_word(number) for number in range(1, 8)
    ]
