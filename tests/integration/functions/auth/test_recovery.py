from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from netpulse.errors import ExternalServiceError

from functions.auth.domain.mails import Notice
from functions.auth.domain.throttle import MOST_TRIES
from tests.support.auth import PAGE, PASSWORD, AuthWorld, Person

if TYPE_CHECKING:
    from tests.support.database import TestDatabase
    from tests.support.http import Answer

NEW = "another quiet morning by the lake"


def link(world: AuthWorld, email: str) -> str:
    assert world.call("POST", "/auth/password-reset", body={"email": email}).status == 200
    world.post.send_reset(world.mails.asked[-1][1])
    return world.mails.sent[-1].text.split(f"{PAGE}/reset-password#")[1].split()[0]


def reset(world: AuthWorld, token: str, password: str = NEW) -> Answer:
    body = {"token": token, "password": password}
    return world.call("POST", "/auth/password-reset/confirm", body=body)


def test_a_link_by_mail_sets_a_new_password_once(world: AuthWorld, admin: Person) -> None:
    token = link(world, admin.email)
    assert world.mails.sent[-1].to == admin.email
    assert reset(world, token).status == 200
    assert world.log_in(admin.email, NEW).status == 200
    assert world.log_in(admin.email, PASSWORD).status == 401
    again = reset(world, token, "yet another long password")
    assert (again.status, again.code) == (422, "RESET_INVALID")


def test_every_session_ends_and_the_person_is_told(world: AuthWorld, admin: Person) -> None:
    reset(world, link(world, admin.email))
    assert admin.call("GET", "/me").status == 401
    assert admin.refresh().status == 401
    assert world.mails.notices == [(UUID(admin.id), Notice.LINK_USED)]
    world.post.send_notice(*world.mails.notices[-1])
    assert "changed" in world.mails.sent[-1].subject
    assert world.mails.sent[-1].to == admin.email


def test_nobody_learns_whether_an_address_is_known(world: AuthWorld, admin: Person) -> None:
    known = world.call("POST", "/auth/password-reset", body={"email": admin.email})
    unknown = world.call("POST", "/auth/password-reset", body={"email": "no@body.example"})
    assert (known.status, known.data) == (unknown.status, unknown.data) == (200, None)
    world.post.send_reset("no@body.example")
    assert world.mails.sent == []


def test_the_link_leads_to_our_own_address_whatever_the_host_says(
    world: AuthWorld, admin: Person
) -> None:
    world.call(
        "POST",
        "/auth/password-reset",
        body={"email": admin.email},
        headers={"host": "evil.example", "x-forwarded-host": "evil.example"},
    )
    world.post.send_reset(admin.email)
    assert "evil.example" not in world.mails.sent[-1].text + world.mails.sent[-1].html


def test_a_link_does_not_last(world: AuthWorld, admin: Person) -> None:
    token = link(world, admin.email)
    world.clock.advance(timedelta(hours=1))
    assert reset(world, token).code == "RESET_INVALID"


def test_a_weak_password_leaves_the_link_unused(world: AuthWorld, admin: Person) -> None:
    token = link(world, admin.email)
    weak = reset(world, token, "short")
    assert weak.json["error"]["details"]["fields"][0]["code"] == "PASSWORD_TOO_SHORT"
    assert reset(world, token).status == 200


def test_a_used_link_takes_the_other_ones_along(world: AuthWorld, admin: Person) -> None:
    first, second = link(world, admin.email), link(world, admin.email)
    assert reset(world, second).status == 200
    assert reset(world, first).code == "RESET_INVALID"


def test_a_mailbox_is_not_filled_with_links(world: AuthWorld, admin: Person) -> None:
    for _ in range(6):
        world.post.send_reset(admin.email)
    assert len(world.mails.sent) == 3
    world.clock.advance(timedelta(minutes=61))
    world.post.send_reset(admin.email)
    assert len(world.mails.sent) == 4


def test_a_mail_that_cannot_be_sent_leaves_no_link_and_is_tried_again(
    world: AuthWorld, admin: Person
) -> None:
    world.mails.is_down = True
    for _ in range(5):
        with pytest.raises(ExternalServiceError):
            world.post.send_reset(admin.email)
    world.mails.is_down = False
    assert reset(world, link(world, admin.email)).status == 200


def test_who_is_kept_out_by_guessing_comes_back_by_mail(world: AuthWorld, admin: Person) -> None:
    wrong = {"email": admin.email, "password": "wrong"}
    for _ in range(MOST_TRIES + 1):
        world.call("POST", "/auth/login", body=wrong, source_ip="203.0.113.9")
    assert world.log_in(admin.email).status == 429
    reset(world, link(world, admin.email))
    assert world.log_in(admin.email, NEW).status == 200


def test_only_a_digest_of_the_token_is_stored(
    postgres: TestDatabase, world: AuthWorld, admin: Person
) -> None:
    token = link(world, admin.email)
    with world.database.transaction(None) as transaction:
        rows = transaction.rows("SELECT * FROM netpulse.password_resets")
    assert rows
    assert token not in str(rows)
    assert token.encode() not in b"".join(row["hashed_token"] for row in rows)
    with postgres.database("netpulse_app").transaction(admin.organization_id) as transaction:
        allowed = transaction.value(
            "SELECT has_table_privilege('netpulse_app', 'netpulse.password_resets', 'SELECT')"
        )
    assert allowed is False


def test_it_is_in_the_audit_log(world: AuthWorld, admin: Person) -> None:
    reset(world, link(world, admin.email))
    token = world.log_in(admin.email, NEW).data["access_token"]
    entries = world.call("GET", "/audit-log", token=token, query={"action": "user.password_reset"})
    assert entries.data[0]["target_id"] == admin.id
