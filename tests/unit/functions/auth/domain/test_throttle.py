from __future__ import annotations

from datetime import timedelta

import pytest

from functions.auth.domain.throttle import WINDOW, account_key, bucket, neighbourhood
from tests.support.clock import NOON

EMAIL = "amina@kilimo.example"


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_one_household_counts_as_one(address: str, whose: str) -> None:
    assert neighbourhood(address) == whose


def test_strangers_share_a_count_and_a_known_address_has_its_own() -> None:
    first = bucket(EMAIL, "192.0.2.7", known=False, now=NOON)
    assert first.key == bucket(EMAIL, "198.51.100.1", known=False, now=NOON).key
    known = bucket(EMAIL, "192.0.2.7", known=True, now=NOON)
    assert known.key != first.key
    assert bucket("other@kilimo.example", "192.0.2.7", known=True, now=NOON).key != known.key


def test_a_window_ends_and_another_begins() -> None:
    now = bucket(EMAIL, "", known=False, now=NOON)
    assert 1 <= now.ends_in_s <= WINDOW.total_seconds()
    then = bucket(EMAIL, "", known=False, now=NOON + timedelta(seconds=now.ends_in_s))
    assert then.window == now.window + WINDOW.total_seconds()
    assert then.ends_in_s == WINDOW.total_seconds()


def test_an_account_is_counted_without_its_address_being_stored() -> None:
    assert EMAIL not in account_key(EMAIL)
    assert len(account_key(EMAIL)) == 64
