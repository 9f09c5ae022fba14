from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import jwt
import pytest
from netpulse.ids import UserId

from functions.auth.domain.errors import UserAlreadyExistsError
from functions.auth.repository.people import PostgresUsers
from tests.support.auth import BROWSER, PAGE, PASSWORD, AuthWorld, Person

if TYPE_CHECKING:
    from tests.support.http import Answer


def test_who_registers_is_admin_and_logged_in(world: AuthWorld) -> None:
    admin = world.register("Kilimo Net Ltd.")
    me = admin.call("GET", "/me").data
    assert (me["role"], me["organization"]["name"]) == ("admin", "Kilimo Net Ltd.")
    assert me["user"]["email"] == admin.email
    assert [found["slug"] for found in me["memberships"]] == [me["organization"]["slug"]]
    assert "device:write" in me["permissions"]


def test_organizations_of_the_same_name_have_slugs_of_their_own(world: AuthWorld) -> None:
    name = f"Same {uuid4().hex}"
    slugs = {world.register(name).call("GET", "/me").data["organization"]["slug"] for _ in "abc"}
    assert len(slugs) == 3


def test_an_address_registers_once(world: AuthWorld, admin: Person) -> None:
    body = {
        "organization_name": "Second",
        "email": admin.email.upper(),
        "password": PASSWORD,
        "full_name": "Amina",
    }
    answer = world.call("POST", "/auth/register", body=body)
    assert (answer.status, answer.code) == (409, "USER_ALREADY_EXISTS")


def test_the_access_token_has_cognitos_shape(world: AuthWorld, admin: Person) -> None:
    key = jwt.PyJWK(world.call("GET", "//.well-known/jwks.json").json["keys"][0])
    claims = jwt.decode(admin.token, key, algorithms=["RS256"], options={"verify_exp": False})
    assert jwt.get_unverified_header(admin.token) == {"alg": "RS256", "kid": "2026", "typ": "JWT"}
    assert (claims["token_use"], claims["client_id"], claims["iss"]) == (
        "access",
        "netpulse-api",
        PAGE,
    )
    assert claims["exp"] - claims["iat"] == 900
    assert claims["cognito:groups"] == ["admin"]
    assert claims["org"] == str(admin.organization_id)
    assert len(admin.token) < 4096


def test_login_with_the_right_password_works_whatever_the_case_of_the_address(
    world: AuthWorld, admin: Person
) -> None:
    answer = world.log_in(f" {admin.email.upper()} ")
    assert answer.status == 200
    assert answer.data["user"]["id"] == admin.id


def _without_ids(answer: Answer) -> object:
    body = answer.json
    return answer.status, body["error"]


def test_nobody_learns_whether_an_address_is_known(world: AuthWorld, admin: Person) -> None:
    before = world.hasher.compared
    wrong = world.log_in(admin.email, "another river over stones")
    unknown = world.log_in("nobody@kilimo.example", "another river over stones")
    elsewhere = world.log_in(admin.email, organization_slug="not-mine")
    assert _without_ids(wrong) == _without_ids(unknown) == _without_ids(elsewhere)
    assert (wrong.status, wrong.code) == (401, "INVALID_CREDENTIALS")
    # each was compared with one argon2 hash, the unknown one's too
    assert world.hasher.compared - before == 3


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short pass1", "PASSWORD_TOO_SHORT"),
        ("PasswordPassword2026!", "PASSWORD_TOO_COMMON"),
        ("Amina Odhiambo1", "PASSWORD_TOO_PERSONAL"),
        ("x1" * 65, "PASSWORD_TOO_LONG"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(
    world: AuthWorld, password: str, code: str
) -> None:
    body = {
        "organization_name": "New Net",
        "email": "new@kilimo.example",
        "password": password,
        "full_name": "Amina Odhiambo",
    }
    answer = world.call("POST", "/auth/register", body=body)
    assert answer.status == 422
    assert answer.json["error"]["details"]["fields"][0]["code"] == code
    assert password not in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "no-address"},
        {"email": "a@b"},
        {"email": "a b@c.example"},
        {"email": "a@b.example\n"},
        {"email": "ü@b.example"},
        {"organization_name": ""},
        {"organization_name": "x\u0007y"},
        {"full_name": None},
        {"password": 12},
        {"role": "admin"},
        {"is_superuser": True},
    ],
)
def test_a_registration_with_anything_odd_is_refused(
    world: AuthWorld, changes: dict[str, object]
) -> None:
    body = {
        "organization_name": "New Net",
        "email": "odd@kilimo.example",
        "password": PASSWORD,
        "full_name": "Amina",
    } | changes
    answer = world.call("POST", "/auth/register", body=body)
    if changes == {"email": "a@b.example\n"}:
        assert answer.status in (201, 409)  # white space at the ends is stripped
    else:
        assert answer.status == 422


def test_a_person_of_two_organizations_chooses_one(
    world: AuthWorld, admin: Person, stranger: Person
) -> None:
    stranger.proves_address()
    world.clock.advance(timedelta(seconds=1))
    body = {"email": stranger.email, "role": "operator"}
    added = admin.call("POST", "/users", body=body)
    assert (added.status, added.data["invitation_token"]) == (201, None)
    first = world.log_in(stranger.email).data
    assert first["organization"]["id"] == str(stranger.organization_id)
    chosen = world.log_in(stranger.email, organization_id=str(admin.organization_id)).data
    assert (chosen["organization"]["id"], chosen["role"]) == (
        str(admin.organization_id),
        "operator",
    )
    slug = admin.call("GET", "/me").data["organization"]["slug"]
    assert world.log_in(stranger.email, organization_slug=slug).data["role"] == "operator"


def test_a_session_goes_on_in_another_organization(
    world: AuthWorld, admin: Person, stranger: Person
) -> None:
    stranger.proves_address()
    admin.call("POST", "/users", body={"email": stranger.email, "role": "viewer"})
    wish = {"organization_id": str(admin.organization_id)}
    switched = stranger.call("POST", "/me/organization", body=wish)
    assert (switched.status, switched.data["role"]) == (200, "viewer")
    me = world.call("GET", "/me", token=switched.data["access_token"]).data
    assert (me["organization_id"], me["role"]) == (str(admin.organization_id), "viewer")
    assert len(me["memberships"]) == 2
    # the refresh token followed
    assert stranger.refresh().data["organization"]["id"] == str(admin.organization_id)


def test_nobody_switches_to_where_they_are_not_a_member(admin: Person, stranger: Person) -> None:
    wish = {"organization_id": str(admin.organization_id)}
    answer = stranger.call("POST", "/me/organization", body=wish)
    assert (answer.status, answer.code) == (404, "ORGANIZATION_NOT_FOUND")


def test_a_browser_keeps_its_refresh_token_in_a_cookie_that_no_script_reads(
    world: AuthWorld, admin: Person
) -> None:
    answer = world.call(
        "POST",
        "/auth/login",
        body={"email": admin.email, "password": PASSWORD},
        headers=BROWSER,
    )
    assert answer.data["refresh_token"] is None
    (cookie,) = answer.cookies
    assert cookie.endswith("; Path=/api/v1/auth; HttpOnly; Secure; SameSite=Strict")
    refreshed = world.call(
        "POST", "/auth/refresh", headers=BROWSER, cookies=[cookie.partition(";")[0]], body={}
    )
    assert refreshed.status == 200
    assert refreshed.data["refresh_token"] is None
    assert refreshed.cookies[0].partition(";")[0] != cookie.partition(";")[0]


def test_another_page_cannot_use_the_cookie(world: AuthWorld, admin: Person) -> None:
    answer = world.call(
        "POST", "/auth/login", body={"email": admin.email, "password": PASSWORD, "cookie": True}
    )
    cookie = answer.cookies[0].partition(";")[0]
    for headers in ({}, {**BROWSER, "origin": "https://evil.example"}, {"origin": PAGE}):
        for path in ("/auth/refresh", "/auth/logout"):
            refused = world.call("POST", path, headers=headers, cookies=[cookie])
            assert (refused.status, refused.code) == (403, "CSRF_REFUSED")
    # and a token that was taken out of the cookie is no good in a body
    stolen = cookie.partition("=")[2]
    assert admin.refresh(stolen).status == 401


def test_an_invited_person_chooses_a_password_once(world: AuthWorld, admin: Person) -> None:
    invited = admin.call("POST", "/users", body={"email": "new@jirani.example", "role": "operator"})
    token = invited.data["invitation_token"]
    assert invited.data["is_invited"] is True
    assert world.facts.of("UserInvited.v1")[-1]["email"] == "new@jirani.example"
    assert world.log_in("new@jirani.example", "").status == 422
    assert world.log_in("new@jirani.example", "anything at all").status == 401
    body = {"token": token, "password": PASSWORD, "full_name": "Juma"}
    accepted = world.call("POST", "/auth/accept-invitation", body=body)
    assert (accepted.status, accepted.data["user"]["full_name"]) == (200, "Juma")
    again = world.call("POST", "/auth/accept-invitation", body=body)
    assert (again.status, again.code) == (422, "INVITATION_INVALID")
    assert world.log_in("new@jirani.example").status == 200


def test_an_invitation_does_not_last(world: AuthWorld, admin: Person) -> None:
    invited = admin.call("POST", "/users", body={"email": "late@jirani.example", "role": "viewer"})
    world.clock.advance(timedelta(days=7))
    body = {"token": invited.data["invitation_token"], "password": PASSWORD}
    assert world.call("POST", "/auth/accept-invitation", body=body).code == "INVITATION_INVALID"


def test_discovery_tells_where_the_keys_are(world: AuthWorld) -> None:
    found = world.call("GET", "//.well-known/openid-configuration").json
    assert (found["issuer"], found["jwks_uri"]) == (PAGE, f"{PAGE}/.well-known/jwks.json")
    (key,) = world.call("GET", "//.well-known/jwks.json").json["keys"]
    assert key.keys() == {"kty", "n", "e", "kid", "alg", "use"}


def test_a_hash_of_an_older_kind_is_renewed_at_the_next_login(
    world: AuthWorld, admin: Person
) -> None:
    def stored() -> str:
        with world.database.transaction(None) as transaction:
            user = PostgresUsers(transaction).by_email(admin.email)
        assert user
        return user.hashed_password

    before = stored()
    world.log_in(admin.email)
    assert stored() == before
    world.hasher.make_dearer()
    assert world.log_in(admin.email).status == 200
    assert stored() != before
    assert world.log_in(admin.email).status == 200


def test_an_address_that_registers_twice_at_once_registers_once(
    world: AuthWorld, admin: Person
) -> None:
    with world.database.transaction(None) as transaction:
        users = PostgresUsers(transaction)
        user = users.by_email(admin.email)
        assert user
        with pytest.raises(UserAlreadyExistsError):
            users.add(replace(user, id=UserId(uuid4())))


def test_refreshing_as_often_as_a_page_is_loaded_is_not_limited_like_guessing(
    world: AuthWorld,
) -> None:
    limits = {spec.path: spec.limit for spec in world.app.routes if "/auth/" in spec.path}
    assert limits["/api/v1/auth/login"] == limits["/api/v1/auth/register"] == "auth"
    assert limits["/api/v1/auth/refresh"] == "api"
