"""A20: many guess at one password at once, from many addresses; its person comes in all the same.

The emulator answers one DynamoDB request at a time, so its counters are as atomic as the real ones.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from functions.auth.domain.throttle import MOST_TRIES, WINDOW
from tests.e2e.client import elsewhere, newcomer

if TYPE_CHECKING:
    import requests

    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(300)
# No address asks more often than the five times a minute that each may: what stops them is the
# count of the account.
ADDRESSES = 4
GUESSES = 2 * MOST_TRIES


def windows(began: float, ended: float) -> int:
    """Return in how many of the account's counting windows something happened."""
    length = WINDOW.total_seconds()
    return int(ended // length) - int(began // length) + 1


def test_a20_guesses_at_once_are_counted_and_the_person_is_not_locked_out(stack: Stack) -> None:
    person = newcomer(stack.api_url)
    url = f"{stack.api_url}/api/v1/auth/login"
    right = {"email": person.email, "password": person.password}
    home, *attackers = (elsewhere() for _ in range(1 + ADDRESSES))

    def tried(client: requests.Session, login: dict[str, str]) -> int:
        return client.post(url, json=login, timeout=60).status_code

    assert tried(home, right) == 200
    began = time.time()
    with ThreadPoolExecutor(ADDRESSES) as pool:
        guesses = [
            (attackers[n % ADDRESSES], {**right, "password": str(n)}) for n in range(GUESSES)
        ]
        answers = list(pool.map(lambda guess: tried(*guess), guesses))
    most = MOST_TRIES * windows(began, time.time())
    # a busy machine's gateway may give up on some: they are no more than not let through
    assert set(answers) - {504} <= {401, 429}
    assert 0 < answers.count(401) <= most
    assert answers.count(429) >= GUESSES - most - answers.count(504)
    assert tried(home, right) == 200
