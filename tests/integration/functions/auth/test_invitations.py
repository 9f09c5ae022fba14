from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from netpulse.errors import ExternalServiceError
from netpulse.ids import UserId

from functions.auth.domain.mails import Notice
from tests.integration.functions.auth.test_second_factors import App, challenge, prove
from tests.support.auth import PAGE, PASSWORD, AuthWorld, Person

if TYPE_CHECKING:
    from tests.support.http import Answer


def invited(admin: Person, email: str, **more: str) -> Answer:
    answer = admin.call("POST", "/users", body={"email": email, "role": "operator", **more})
    assert answer.status == 201, answer.text
    return answer


def an_address() -> str:
    return f"{uuid4().hex}@jirani.example"


def accept(world: AuthWorld, token: str) -> Answer:
    body = {"token": token, "password": PASSWORD, "full_name": "Juma"}
    return world.call("POST", "/auth/accept-invitation", body=body)


def test_the_mail_brings_a_link_that_lets_its_person_in_once(
    world: AuthWorld, admin: Person
) -> None:
    email = an_address()
    shown = invited(admin, email).data["invitation_token"]
    world.invitations.send(*world.mails.invited[-1])
    mail = world.mails.sent[-1]
    assert mail.to == email
    token = mail.text.split(f"{PAGE}/invitation#")[1].split()[0]
    # the queue and whoever let them in have seen another one
    assert token != shown
    assert accept(world, token).status == 200
    assert accept(world, shown).code == "INVITATION_INVALID"
    assert world.log_in(email).status == 200


def test_who_has_a_login_is_told_where_they_were_added(
    world: AuthWorld, admin: Person, stranger: Person
) -> None:
    stranger.proves_address()
    invited(admin, stranger.email)
    world.invitations.send(*world.mails.invited[-1])
    mail = world.mails.sent[-1]
    assert mail.to == stranger.email
    assert "added you to" in mail.text
    assert "#" not in mail.text


def test_who_registered_an_address_before_its_owner_gets_nowhere_else_by_it(
    world: AuthWorld, admin: Person, stranger: Person
) -> None:
    there = str(admin.organization_id)
    invited(admin, stranger.email)
    refused = [
        world.log_in(stranger.email, organization_id=there),
        stranger.call("POST", "/me/organization", body={"organization_id": there}),
    ]
    assert [(each.status, each.code) for each in refused] == [(401, "ADDRESS_NOT_PROVEN")] * 2
    # their own organisation stays theirs
    assert world.log_in(stranger.email).data["organization"]["id"] != there

    world.invitations.send(*world.mails.invited[-1])
    mail = world.mails.sent[-1]
    assert mail.to == stranger.email
    token = mail.text.split(f"{PAGE}/reset-password#")[1].split()[0]
    chosen = "a lake that only its owner knows"
    body = {"token": token, "password": chosen}
    assert world.call("POST", "/auth/password-reset/confirm", body=body).status == 200
    assert stranger.refresh().status == 401
    assert world.log_in(stranger.email).status == 401
    owner = world.log_in(stranger.email, chosen, organization_id=there)
    assert (owner.status, owner.data["role"]) == (200, "operator")


def test_what_an_admin_is_shown_proves_no_address(
    world: AuthWorld, admin: Person, stranger: Person
) -> None:
    email = an_address()
    shown = invited(stranger, email).data["invitation_token"]
    there = str(admin.organization_id)
    assert invited(admin, email).data["invitation_token"] is None
    assert accept(world, shown).status == 200
    assert world.log_in(email, organization_id=there).code == "ADDRESS_NOT_PROVEN"


def test_an_invitation_by_mail_proves_the_address(
    world: AuthWorld, admin: Person, stranger: Person
) -> None:
    email = an_address()
    invited(stranger, email)
    invited(admin, email)
    world.invitations.send(*world.mails.invited[-1])
    token = world.mails.sent[-1].text.split(f"{PAGE}/invitation#")[1].split()[0]
    assert accept(world, token).status == 200
    for person in (stranger, admin):
        assert world.log_in(email, organization_id=str(person.organization_id)).status == 200


def test_who_has_a_temporary_password_is_told_it_by_a_person(
    world: AuthWorld, admin: Person
) -> None:
    invited(admin, an_address(), password=PASSWORD)
    assert world.mails.invited == []


def test_who_left_before_the_mail_is_not_written_to(world: AuthWorld, admin: Person) -> None:
    made = invited(admin, an_address()).data["id"]
    admin.call("DELETE", f"/users/{made}")
    world.invitations.send(*world.mails.invited[-1])
    assert world.mails.sent == []


def test_an_invitation_that_could_not_be_sent_leaves_no_token(
    world: AuthWorld, admin: Person
) -> None:
    shown = invited(admin, an_address()).data["invitation_token"]
    world.mails.is_down = True
    with pytest.raises(ExternalServiceError):
        world.invitations.send(*world.mails.invited[-1])
    world.mails.is_down = False
    world.invitations.send(*world.mails.invited[-1])
    assert len(world.mails.sent) == 1
    assert accept(world, shown).status == 200


def test_a_person_is_told_of_every_change_of_what_protects_their_login(
    world: AuthWorld, admin: Person
) -> None:
    app = App(admin)
    # what does not count yet is no news
    assert world.mails.notices == []
    codes = app.confirmed()
    shown = challenge(admin)["challenge"]
    assert prove(world, shown, recovery_code=codes[0]).status == 200
    password = {"password": PASSWORD}
    assert admin.call("POST", "/me/second-factors/recovery-codes", body=password).status == 200
    removed = admin.call("POST", f"/me/second-factors/{app.id}/remove", body=password)
    assert removed.status == 200, removed.text
    fresh = {"current_password": PASSWORD, "new_password": "another quiet morning by the lake"}
    assert admin.call("POST", "/me/password", body=fresh).status == 200
    told = [notice for user_id, notice in world.mails.notices if user_id == UUID(admin.id)]
    assert told == [
        Notice.FACTOR_ADDED,
        Notice.CODE_USED,
        Notice.CODES_REPLACED,
        Notice.FACTOR_REMOVED,
        Notice.REPLACED,
    ]
    world.post.send_notice(*world.mails.notices[1])
    assert world.mails.sent[-1].subject == "A recovery code opened your NetPulse login"


def test_nobody_is_told_who_is_not_there(world: AuthWorld) -> None:
    world.post.send_notice(UserId(uuid4()), Notice.REPLACED)
    assert world.mails.sent == []
