from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from functions.auth.domain.throttle import MOST_TRIES
from tests.support.auth import AuthWorld

if TYPE_CHECKING:
    from tests.support.auth import Person
    from tests.support.database import TestDatabase
    from tests.support.http import Answer

HOME, ATTACKER, ANOTHER = "198.51.100.7", "203.0.113.9", "203.0.113.10"


def tries(world: AuthWorld, email: str, password: str, address: str) -> Answer:
    body = {"email": email, "password": password}
    return world.call("POST", "/auth/login", body=body, source_ip=address)


def guess(world: AuthWorld, email: str, times: int, address: str = ATTACKER) -> list[int]:
    return [tries(world, email, "wrong", address).status for _ in range(times)]


def test_guessing_is_stopped_from_however_many_addresses(world: AuthWorld, admin: Person) -> None:
    assert guess(world, admin.email, MOST_TRIES) == [401] * MOST_TRIES
    answer = tries(world, admin.email, "wrong", ANOTHER)
    assert (answer.status, answer.code) == (429, "RATE_LIMIT_EXCEEDED")
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_the_right_password_does_not_help_who_guessed_too_often(
    world: AuthWorld, admin: Person
) -> None:
    guess(world, admin.email, MOST_TRIES)
    assert tries(world, admin.email, "gentle river over stones", ATTACKER).status == 429


def test_the_person_still_comes_in_from_where_they_came_in_before(
    world: AuthWorld, admin: Person
) -> None:
    assert tries(world, admin.email, "gentle river over stones", HOME).status == 200
    guess(world, admin.email, 3 * MOST_TRIES)
    assert tries(world, admin.email, "gentle river over stones", HOME).status == 200


def test_an_unknown_account_is_answered_the_same(world: AuthWorld) -> None:
    nobody = f"{uuid4().hex}@nobody.example"
    assert guess(world, nobody, MOST_TRIES + 1) == [401] * MOST_TRIES + [429]


def test_a_right_password_forgets_the_mistakes_before_it(world: AuthWorld, admin: Person) -> None:
    for _ in range(3):
        guess(world, admin.email, MOST_TRIES - 1, HOME)
        assert tries(world, admin.email, "gentle river over stones", HOME).status == 200


def test_time_heals(world: AuthWorld, admin: Person) -> None:
    guess(world, admin.email, MOST_TRIES + 1)
    world.clock.advance(timedelta(minutes=15))
    assert tries(world, admin.email, "gentle river over stones", ATTACKER).status == 200


def test_an_hour_of_guessing_has_at_most_a_hundred_tries(world: AuthWorld, admin: Person) -> None:
    made = 0
    for _ in range(4):
        made += guess(world, admin.email, MOST_TRIES + 5).count(401)
        world.clock.advance(timedelta(minutes=15))
    assert made <= 100


def test_processes_count_guesses_together(postgres: TestDatabase, admin: Person) -> None:
    # in turn: that ADD is atomic is DynamoDB's doing, and moto's is not for threads
    worlds = [AuthWorld(postgres) for _ in range(4)]
    found = [
        status
        for _ in range(MOST_TRIES // 2)
        for world in worlds
        for status in guess(world, admin.email, 1)
    ]
    assert found == [401] * MOST_TRIES + [429] * MOST_TRIES
