"""Sessions end when they should (attacks A5 and A6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from functions.auth.domain.session import IDLE_LIFETIME, SESSION_LIFETIME
from tests.support.auth import BROWSER, PASSWORD, AuthWorld, Person

if TYPE_CHECKING:
    from tests.support.http import Answer

NEW = "seven baobabs by the sea"


def is_in(person: Person) -> bool:
    return person.call("GET", "/me").status == 200


def test_a_refresh_brings_new_tokens_and_the_old_one_is_used_up(
    world: AuthWorld, admin: Person
) -> None:
    second = admin.refresh().data
    assert second["refresh_token"] != admin.refresh_token
    third = admin.refresh(second["refresh_token"])
    assert third.status == 200
    assert world.call("GET", "/me", token=third.data["access_token"]).status == 200


def test_a6_two_refreshes_at_once_get_the_same_successor(admin: Person) -> None:
    first, second = admin.refresh(), admin.refresh()
    assert first.data["refresh_token"] == second.data["refresh_token"]
    assert admin.refresh(first.data["refresh_token"]).status == 200


def test_a6_a_token_shown_again_after_the_grace_ends_the_whole_session(
    world: AuthWorld, admin: Person
) -> None:
    successor = admin.refresh().data["refresh_token"]
    world.clock.advance(timedelta(seconds=11))
    assert admin.refresh().status == 401
    assert admin.refresh(successor).status == 401
    assert not is_in(admin)
    assert world.facts.of("SessionRevoked.v1")[-1]["user_id"] == admin.id


def test_a6_a_token_of_long_ago_ends_the_session_as_well(world: AuthWorld, admin: Person) -> None:
    token = admin.refresh_token
    for _ in range(3):
        world.clock.advance(timedelta(hours=1))
        token = admin.refresh(token).data["refresh_token"]
    assert admin.refresh().status == 401
    assert admin.refresh(token).status == 401


def test_a_session_ends_when_it_is_idle_or_old(world: AuthWorld, admin: Person) -> None:
    world.clock.advance(IDLE_LIFETIME)
    assert admin.refresh().status == 401
    token = world.log_in(admin.email).data["refresh_token"]
    for _ in range(4):
        world.clock.advance(timedelta(days=7))
        token = admin.refresh(token).data["refresh_token"]
    world.clock.advance(SESSION_LIFETIME - timedelta(days=28))
    assert admin.refresh(token).status == 401


@pytest.mark.parametrize("token", ["a" * 43, "a", "é" * 43, "../..", "A" * 200])
def test_a_made_up_refresh_token_brings_nothing(admin: Person, token: str) -> None:
    answer = admin.refresh(token)
    assert (answer.status, answer.code) == (401, "INVALID_CREDENTIALS")
    assert is_in(admin)


def test_without_any_refresh_token_there_is_nothing_to_refresh(world: AuthWorld) -> None:
    nothing: list[dict[str, str] | None] = [None, {}]
    for body in nothing:
        assert world.call("POST", "/auth/refresh", body=body).status == 401


def test_a_refresh_token_is_not_stored_as_it_is(admin: Person) -> None:
    from netpulse import aws

    from tests.support.aws import SESSIONS

    items = aws.client("dynamodb").scan(TableName=SESSIONS)["Items"]
    assert items
    assert admin.refresh_token not in str(items)


def test_a5_logging_out_ends_the_session_at_once(world: AuthWorld, admin: Person) -> None:
    other = Person(world, admin.email, world.log_in(admin.email).data)
    assert admin.call("POST", "/auth/logout").status == 200
    assert not is_in(admin)
    assert admin.refresh().status == 401
    assert is_in(other)


def test_a5_logging_out_everywhere_ends_all(world: AuthWorld, admin: Person) -> None:
    other = Person(world, admin.email, world.log_in(admin.email).data)
    assert admin.call("POST", "/auth/logout", query={"everywhere": "true"}).status == 200
    assert not is_in(admin)
    assert not is_in(other)
    assert len(world.facts.of("SessionRevoked.v1")) == 2


def test_an_expired_access_token_is_no_hindrance_to_logging_out(
    world: AuthWorld, admin: Person
) -> None:
    world.clock.advance(timedelta(hours=1))
    assert admin.call("GET", "/me").code == "TOKEN_EXPIRED"
    body = {"refresh_token": admin.refresh_token}
    assert admin.call("POST", "/auth/logout", body=body).status == 200
    assert admin.refresh().status == 401


def test_a_browser_logs_out_by_its_cookie_which_is_then_forgotten(
    world: AuthWorld, admin: Person
) -> None:
    login = {"email": admin.email, "password": PASSWORD}
    cookie = world.call("POST", "/auth/login", body=login, headers=BROWSER).cookies[0]
    kept = [cookie.partition(";")[0]]
    gone = world.call("POST", "/auth/logout", headers=BROWSER, cookies=kept)
    assert gone.status == 200
    assert gone.cookies[0].startswith("netpulse_refresh=; Max-Age=0;")
    assert world.call("POST", "/auth/refresh", headers=BROWSER, cookies=kept).status == 401


def test_nobody_logs_out_without_a_session(world: AuthWorld) -> None:
    assert world.call("POST", "/auth/logout").status == 401


def change(person: Person, current: str, new: str) -> Answer:
    body = {"current_password": current, "new_password": new}
    return person.call("POST", "/me/password", body=body)


def test_a5_a_new_password_ends_every_other_session(world: AuthWorld, admin: Person) -> None:
    thief = Person(world, admin.email, world.log_in(admin.email).data)
    assert change(admin, PASSWORD, NEW).status == 200
    assert is_in(admin)
    assert not is_in(thief)
    assert thief.refresh().status == 401
    assert world.log_in(admin.email).status == 401
    assert world.log_in(admin.email, NEW).status == 200


def test_a_password_is_not_changed_without_the_present_one(admin: Person) -> None:
    wrong = change(admin, "not my password at all", NEW)
    assert (wrong.status, wrong.code) == (422, "WRONG_PASSWORD")
    weak = change(admin, PASSWORD, "short")
    assert weak.json["error"]["details"]["fields"][0]["field"] == "new_password"


def test_people_see_and_end_their_own_sessions(world: AuthWorld, admin: Person) -> None:
    world.clock.advance(timedelta(minutes=1))
    other = Person(world, admin.email, world.log_in(admin.email).data)
    newest, oldest = admin.call("GET", "/me/sessions").data
    assert (newest["is_current"], oldest["is_current"]) == (False, True)
    assert admin.call("DELETE", f"/me/sessions/{newest['id']}").status == 200
    assert not is_in(other)
    assert admin.call("DELETE", f"/me/sessions/{newest['id']}").code == "SESSION_NOT_FOUND"


def test_nobody_ends_anothers_session(admin: Person, stranger: Person) -> None:
    (theirs,) = stranger.call("GET", "/me/sessions").data
    for session_id in (theirs["id"], str(uuid4()), "x"):
        assert admin.call("DELETE", f"/me/sessions/{session_id}").status == 404
    assert is_in(stranger)


def test_a5_a_removed_member_is_out_and_cannot_refresh(admin: Person) -> None:
    viewer = admin.lets_in()
    assert is_in(viewer)
    assert admin.call("DELETE", f"/users/{viewer.id}").status == 200
    assert not is_in(viewer)
    assert viewer.refresh().status == 401
    assert viewer.world.log_in(viewer.email).status == 401


def test_a5_a_resting_member_is_out_until_let_in_again(admin: Person) -> None:
    viewer = admin.lets_in()
    admin.call("PATCH", f"/users/{viewer.id}", body={"is_active": False})
    assert not is_in(viewer)
    assert viewer.world.log_in(viewer.email).status == 401
    admin.call("PATCH", f"/users/{viewer.id}", body={"is_active": True})
    assert viewer.world.log_in(viewer.email).status == 200
