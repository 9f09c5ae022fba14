"""When a failed message is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.notify.domain.backoff import GIVES_UP_AFTER, next_attempt_at
from tests.support.clock import NOON

LATEST = NOON + GIVES_UP_AFTER


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 15), (2, 30), (3, 60), (7, 960), (9, 3600), (500, 3600)]
)
def test_the_delay_doubles_up_to_an_hour(attempts: int, seconds: int) -> None:
    at = next_attempt_at(
        attempts=attempts, now=NOON, gives_up_at=LATEST, retry_after=None, jitter=0.5
    )
    assert at == NOON + timedelta(seconds=seconds)


def test_jitter_spreads_the_delay_by_a_fifth() -> None:
    early, late = (
        next_attempt_at(attempts=1, now=NOON, gives_up_at=LATEST, retry_after=None, jitter=jitter)
        for jitter in (0.0, 1.0)
    )
    assert (early, late) == (NOON + timedelta(seconds=12), NOON + timedelta(seconds=18))


def test_a_providers_wish_to_wait_is_never_undercut() -> None:
    wish = timedelta(minutes=7)
    at = next_attempt_at(attempts=1, now=NOON, gives_up_at=LATEST, retry_after=wish, jitter=0.5)
    assert at == NOON + wish


def test_after_a_day_it_is_too_late() -> None:
    now = LATEST - timedelta(minutes=30)
    assert (
        next_attempt_at(attempts=9, now=now, gives_up_at=LATEST, retry_after=None, jitter=0.5)
        is None
    )


def test_a_message_is_tried_some_thirty_times_in_its_day() -> None:
    now, attempts = NOON, 1
    while at := next_attempt_at(
        attempts=attempts, now=now, gives_up_at=LATEST, retry_after=None, jitter=0.5
    ):
        now, attempts = at, attempts + 1
    assert 28 <= attempts <= 34
    assert now > LATEST - timedelta(hours=1, minutes=1)
