from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.integration.functions.auth.test_second_factors import App
from tests.support.auth import BROWSER, PAGE, AuthWorld, Person
from tests.support.identity_provider import IdentityProvider, identity_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.http import Answer

GROUPS = [{"group": "noc", "role": "operator"}, {"group": "chiefs", "role": "admin"}]


@pytest.fixture
def idp() -> Iterator[IdentityProvider]:
    with identity_provider() as found:
        yield found


def set_up(admin: Person, idp: IdentityProvider, **changes: Any) -> dict[str, Any]:
    body = {
        "name": "Keycloak",
        "issuer": idp.issuer,
        "client_id": idp.client_id,
        "client_secret": "s3cret-of-the-client",
        "group_roles": GROUPS,
        "email_domains": [f"{uuid4().hex}.example"],
        **changes,
    }
    answer = admin.call("POST", "/identity-providers", body=body)
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.data
    return made


class Browser:
    """Somebody's browser, with its cookies."""

    def __init__(self, world: AuthWorld) -> None:
        self.world = world
        self.cookies: dict[str, str] = {}

    def keep(self, answer: Answer) -> Answer:
        """Keep an answer's cookies."""
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def start(self, **body: Any) -> Answer:
        """Ask where to log in."""
        return self.keep(self.world.call("POST", "/auth/sso/start", body=body))

    def come_back(self, code: str, state: str) -> str:
        """Return where the callback leads."""
        answer = self.world.call(
            "GET",
            "/auth/sso/callback",
            query={"code": code, "state": state},
            cookies=[f"{name}={value}" for name, value in self.cookies.items()],
        )
        self.keep(answer)
        assert answer.status == 302, answer.text
        return answer.headers["Location"]

    def person(self) -> dict[str, str]:
        """Return the headers of a request with a fresh access token."""
        answer = self.keep(
            self.world.call(
                "POST",
                "/auth/refresh",
                headers=BROWSER,
                cookies=[f"netpulse_refresh={self.cookies['netpulse_refresh']}"],
            )
        )
        assert answer.status == 200, answer.text
        return {"authorization": f"Bearer {answer.data['access_token']}"}


def enter(
    world: AuthWorld, idp: IdentityProvider, provider: dict[str, Any], **claims: Any
) -> tuple[str, Browser]:
    browser = Browser(world)
    url = browser.start(provider_id=provider["id"]).data["redirect_url"]
    told = {
        "sub": uuid4().hex,
        "email": f"{uuid4().hex}@kilimo.example",
        "name": "Baraka",
        **claims,
    }
    return browser.come_back(*idp.log_in(url, **told)), browser


def test_somebody_new_comes_in_with_the_role_of_their_group(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    place, browser = enter(world, idp, set_up(admin, idp), groups=["staff", "noc"])
    assert place == f"{PAGE}/"
    me = world.call("GET", "/me", headers=browser.person()).data
    assert (me["role"], me["user"]["full_name"]) == ("operator", "Baraka")
    assert me["organization_id"] == str(admin.organization_id)


def test_the_client_proves_itself_by_secret_and_pkce(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    enter(world, idp, set_up(admin, idp))
    (form,) = idp.asked
    assert form["client_secret"] == "s3cret-of-the-client"
    assert len(form["code_verifier"]) >= 43
    assert form["redirect_uri"] == f"{PAGE}/api/v1/auth/sso/callback"


def test_the_same_subject_is_the_same_person_whatever_their_address(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    provider, subject = set_up(admin, idp), uuid4().hex
    _, first = enter(world, idp, provider, sub=subject, email="before@kilimo.example")
    _, second = enter(world, idp, provider, sub=subject, email="after@kilimo.example")
    ids = [
        world.call("GET", "/me", headers=browser.person()).data["user"]["id"]
        for browser in (first, second)
    ]
    assert ids[0] == ids[1]


def test_groups_are_followed_at_the_next_login(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    provider, subject = set_up(admin, idp), uuid4().hex
    email = f"{subject}@kilimo.example"
    _, before = enter(world, idp, provider, sub=subject, groups=["chiefs"], email=email)
    body = {"name": "of a chief", "role": "admin"}
    made = world.call("POST", "/api-keys", body=body, headers=before.person())
    key = {"x-api-key": made.data["key"]}
    assert world.call("GET", "/me", headers=key).data["role"] == "admin"
    _, browser = enter(world, idp, provider, sub=subject, groups=["noc"], email=email)
    assert world.call("GET", "/me", headers=browser.person()).data["role"] == "operator"
    # what reaches further than its maker now does has ended
    assert world.call("GET", "/me", headers=key).status == 401


def test_who_is_in_no_group_and_has_no_default_does_not_come_in(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    place, browser = enter(world, idp, set_up(admin, idp, default_role=None), groups=["guests"])
    assert place == f"{PAGE}/login#sso=role"
    assert "netpulse_refresh" not in browser.cookies


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"iss": "https://evil.example"},
        {"nonce": "another"},
        {"exp": int(time.time()) - 600},
        {"email_verified": False},
        {"email": None},
        {"sub": ""},
        {"aud": ["netpulse", "another"], "azp": "another"},
    ],
)
def test_a_token_that_does_not_hold_lets_nobody_in(
    world: AuthWorld, admin: Person, idp: IdentityProvider, claims: dict[str, Any]
) -> None:
    place, browser = enter(world, idp, set_up(admin, idp), **claims)
    assert place == f"{PAGE}/login#sso=token"
    assert "netpulse_refresh" not in browser.cookies


def test_a_token_signed_by_somebody_else_lets_nobody_in(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    idp.signs_with = "evil"
    place, _ = enter(world, idp, set_up(admin, idp))
    assert place == f"{PAGE}/login#sso=token"


def test_a_login_that_somebody_else_began_is_not_finished_here(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    provider = set_up(admin, idp)
    attacker, victim = Browser(world), Browser(world)
    url = attacker.start(provider_id=provider["id"]).data["redirect_url"]
    code, state = idp.log_in(url, sub="attacker", email="attacker@evil.example")
    assert victim.come_back(code, state) == f"{PAGE}/login#sso=journey"
    assert idp.asked == []


def test_a_journey_ends_once_and_in_time(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    provider = set_up(admin, idp)
    browser = Browser(world)
    url = browser.start(provider_id=provider["id"]).data["redirect_url"]
    state_cookie = browser.cookies["netpulse_sso"]
    told = {"sub": "one", "email": "one@kilimo.example"}
    code, state = idp.log_in(url, **told)
    assert browser.come_back(code, state) == f"{PAGE}/"
    browser.cookies["netpulse_sso"] = state_cookie
    assert browser.come_back(code, state).endswith("#sso=journey")
    url = browser.start(provider_id=provider["id"]).data["redirect_url"]
    code, state = idp.log_in(url, **told)
    world.clock.advance(timedelta(minutes=10))
    assert browser.come_back(code, state).endswith("#sso=journey")


def test_a_provider_opens_its_own_organization_and_no_other(
    world: AuthWorld, admin: Person, stranger: Person, idp: IdentityProvider
) -> None:
    """Whoever runs a provider may name any address: here that of another organisation's admin."""
    _, browser = enter(world, idp, set_up(admin, idp), email=stranger.email)
    headers = browser.person()
    me = world.call("GET", "/me", headers=headers).data
    assert me["user"]["id"] == stranger.id
    assert [one["organization_id"] for one in me["memberships"]] == [str(admin.organization_id)]
    body = {"organization_id": str(stranger.organization_id)}
    moved = world.call("POST", "/me/organization", headers=headers, body=body)
    assert (moved.status, moved.code) == (403, "SESSION_CONFINED")
    sessions = world.call("GET", "/me/sessions", headers=headers).data
    assert len(sessions) == 1
    world.call("POST", "/auth/logout", headers=headers, query={"everywhere": "true"})
    assert stranger.call("GET", "/me").status == 200


def test_an_enforced_provider_is_the_only_door(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    operator = admin.lets_in("operator")
    provider = set_up(admin, idp, enforced=True)
    refused = world.log_in(operator.email)
    assert (refused.status, refused.code) == (401, "SSO_REQUIRED")
    assert world.log_in(operator.email, "wrong").code == "INVALID_CREDENTIALS"
    assert operator.refresh().status == 401
    _, browser = enter(world, idp, provider, email=operator.email, groups=["noc"])
    assert world.call("GET", "/me", headers=browser.person()).data["user"]["id"] == operator.id


def test_an_admin_with_a_second_factor_comes_in_when_the_provider_is_broken(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    app = App(admin)
    app.confirmed()
    set_up(admin, idp, enforced=True)
    asked = world.log_in(admin.email)
    assert asked.code == "SECOND_FACTOR_NEEDED"
    shown = asked.json["error"]["details"]["challenge"]
    body = {"challenge": shown, "code": app.code()}
    assert world.call("POST", "/auth/login/second-factor", body=body).status == 200


def test_a_forgotten_provider_s_sessions_end_at_their_refresh(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    provider = set_up(admin, idp)
    _, browser = enter(world, idp, provider)
    assert admin.call("DELETE", f"/identity-providers/{provider['id']}").status == 200
    answer = world.call(
        "POST",
        "/auth/refresh",
        headers=BROWSER,
        cookies=[f"netpulse_refresh={browser.cookies['netpulse_refresh']}"],
    )
    assert answer.status == 401


def test_an_address_leads_to_its_domain_s_providers_and_tells_no_more(
    world: AuthWorld, admin: Person, stranger: Person, idp: IdentityProvider
) -> None:
    domain = f"{uuid4().hex}.example"
    first = set_up(admin, idp, email_domains=[domain])
    browser = Browser(world)
    one = browser.start(email=f"anybody@{domain}").data
    assert one["redirect_url"].startswith(f"{idp.issuer}/authorize?")
    world.clock.advance(timedelta(seconds=1))
    set_up(stranger, idp, name="Okta", email_domains=[domain])
    two = browser.start(email=f"anybody@{domain}").data
    assert two["redirect_url"] is None
    assert [choice["name"] for choice in two["choices"]] == ["Keycloak", "Okta"]
    none = browser.start(email="anybody@elsewhere.example").data
    assert none == {"redirect_url": None, "choices": []}
    admin.call("PATCH", f"/identity-providers/{first['id']}", body={"enabled": False})
    assert browser.start(provider_id=first["id"]).status == 404


def test_an_inactive_member_stays_out(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    viewer = admin.lets_in("viewer")
    admin.call("PATCH", f"/users/{viewer.id}", body={"is_active": False})
    place, _ = enter(world, idp, set_up(admin, idp), email=viewer.email)
    assert place == f"{PAGE}/login#sso=inactive"


def test_the_provider_does_not_demote_the_last_admin(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    _, browser = enter(world, idp, set_up(admin, idp), email=admin.email, groups=["noc"])
    assert world.call("GET", "/me", headers=browser.person()).data["role"] == "admin"


def test_the_secret_is_sealed_and_never_told(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    provider = set_up(admin, idp)
    path = f"/identity-providers/{provider['id']}"
    admin.call("PATCH", path, body={"client_secret": "an0ther-s3cret"})
    said = [
        admin.call("GET", "/identity-providers").text,
        admin.call("GET", path).text,
        admin.call("GET", "/audit-log").text,
    ]
    assert all("s3cret" not in text for text in said)
    with world.database.transaction(admin.organization_id) as transaction:
        (row,) = transaction.rows(
            "SELECT sealed_secret FROM netpulse.identity_providers WHERE id = %s", (provider["id"],)
        )
    assert row["sealed_secret"]
    assert b"s3cret" not in row["sealed_secret"]


def test_only_who_changes_the_organization_sets_providers_up(
    admin: Person, stranger: Person, idp: IdentityProvider
) -> None:
    provider = set_up(admin, idp)
    path = f"/identity-providers/{provider['id']}"
    assert admin.lets_in("operator").call("GET", "/identity-providers").status == 403
    for method, more in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test")):
        answer = stranger.call(method, path + more, body={} if method == "PATCH" else None)
        assert (answer.status, answer.code) == (404, "IDENTITY_PROVIDER_NOT_FOUND")
    assert admin.call("POST", f"{path}/test").status == 200


def test_an_issuer_in_our_own_network_is_refused(admin: Person) -> None:
    body = {"name": "x", "client_id": "c", "issuer": "http://169.254.170.2/v2"}
    answer = admin.call("POST", "/identity-providers", body=body)
    assert (answer.status, answer.code) == (422, "INVALID_INPUT")


def test_a_provider_that_is_away_is_said_to_be(
    world: AuthWorld, admin: Person, idp: IdentityProvider
) -> None:
    provider = set_up(admin, idp, issuer="http://127.0.0.1:9")
    answer = world.call("POST", "/auth/sso/start", body={"provider_id": provider["id"]})
    assert (answer.status, answer.code) == (502, "EXTERNAL_SERVICE_ERROR")
