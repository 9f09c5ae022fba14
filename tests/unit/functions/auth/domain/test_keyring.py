from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from functions.auth.domain.keyring import (
    PUBLISHED_AHEAD,
    SIGNS_FOR,
    VERIFIES_ON,
    needs_new,
    retired,
    signing_entry,
)
from tests.support.clock import NOON

SECOND = timedelta(seconds=1)


def entry(at: datetime) -> dict[str, str]:
    return {"kid": at.isoformat(), "created_at": at.isoformat()}


OLD, NEW = entry(NOON), entry(NOON + SIGNS_FOR)


def test_the_first_key_signs_at_once() -> None:
    assert signing_entry([OLD], NOON) == OLD


def test_a_new_key_signs_when_everybody_has_had_time_to_learn_of_it() -> None:
    made = NOON + SIGNS_FOR
    assert signing_entry([OLD, NEW], made + PUBLISHED_AHEAD - SECOND) == OLD
    assert signing_entry([OLD, NEW], made + PUBLISHED_AHEAD) == NEW


@pytest.mark.parametrize(("age", "due"), [(SIGNS_FOR - SECOND, False), (SIGNS_FOR, True)])
def test_a_new_key_is_due_when_the_newest_has_signed_for_long(age: timedelta, due: bool) -> None:
    assert needs_new([OLD], NOON + age) is due


def test_a_ring_without_keys_needs_one() -> None:
    assert needs_new([], NOON)
    assert retired([], NOON) == []


def test_a_key_goes_when_its_last_token_is_over_and_the_newest_never() -> None:
    over = NOON + SIGNS_FOR + PUBLISHED_AHEAD + VERIFIES_ON
    assert retired([OLD, NEW], over - SECOND) == []
    assert retired([OLD, NEW], over) == [OLD]
    assert retired([NEW], over + timedelta(days=9999)) == []
