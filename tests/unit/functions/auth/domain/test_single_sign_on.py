from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from netpulse.ids import OrganizationId
from netpulse.permissions import Role

from functions.auth.domain.single_sign_on import (
    GroupRole,
    Journey,
    Provider,
    Stranger,
    UnbelievableError,
    authorization_url,
    code_challenge,
    role_for,
    stranger_of,
)
from tests.support.clock import NOON

CLAIMS = {"sub": "42", "email": " Amina@Kilimo.example ", "nonce": "n", "name": "Amina"}


def provider(**changes: Any) -> Provider:
    given: dict[str, Any] = {
        "id": UUID(int=1),
        "organization_id": OrganizationId(UUID(int=2)),
        "name": "IdP",
        "issuer": "https://idp.example",
        "client_id": "netpulse",
        "sealed_secret": None,
        "scopes": "openid email",
        "group_claim": "groups",
        "group_roles": (
            GroupRole(group="noc", role=Role.OPERATOR),
            GroupRole(group="all", role=Role.VIEWER),
        ),
        "default_role": None,
        "email_domains": (),
        "enabled": True,
        "enforced": False,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Provider(**given | changes)


def test_the_challenge_is_the_one_of_the_standard() -> None:
    # RFC 7636, appendix B
    assert code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


@pytest.mark.parametrize("endpoint", ["https://idp.example/auth", "https://idp.example/a?t=1"])
def test_the_first_request_names_the_login_and_hides_the_verifier(endpoint: str) -> None:
    journey = Journey(
        digest="d",
        provider_id=UUID(int=1),
        nonce="n",
        verifier="v" * 43,
        expires_at=NOON + timedelta(minutes=10),
    )
    url = authorization_url(
        endpoint, provider(), journey, state="s", redirect_uri="https://np.example/back"
    )
    assert url.startswith(endpoint)
    query = parse_qs(urlsplit(url).query)
    assert query["code_challenge"] == [code_challenge("v" * 43)]
    assert (query["state"], query["nonce"]) == (["s"], ["n"])
    assert "v" * 43 not in url


@pytest.mark.parametrize(
    ("changes", "stranger"),
    [
        ({}, Stranger("42", "amina@kilimo.example", "Amina", ())),
        ({"name": None}, Stranger("42", "amina@kilimo.example", " Amina", ())),
        ({"groups": ["a", 1]}, Stranger("42", "amina@kilimo.example", "Amina", ("a", "1"))),
        ({"groups": "a"}, Stranger("42", "amina@kilimo.example", "Amina", ("a",))),
        ({"aud": ["x", "netpulse"], "azp": "netpulse"}, None),
        ({"aud": ["netpulse"]}, None),
        ({"email_verified": True}, None),
    ],
)
def test_a_token_tells_who_came_back(changes: dict[str, Any], stranger: Stranger | None) -> None:
    found = stranger_of({**CLAIMS, **changes}, provider(), nonce="n")
    assert found == (stranger or Stranger("42", "amina@kilimo.example", "Amina", ()))


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": ["netpulse", "x"]},
        {"aud": ["netpulse", "x"], "azp": "x"},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": 42},
        {"email": None},
        {"email": "amina"},
        {"email_verified": False},
        {"email_verified": "false"},
    ],
)
def test_a_token_that_does_not_hold_is_not_believed(changes: dict[str, Any]) -> None:
    with pytest.raises(UnbelievableError):
        stranger_of({**CLAIMS, **changes}, provider(), nonce="n")


def test_the_first_group_that_fits_gives_the_role() -> None:
    assert role_for(provider(), ["all", "noc"]) == GroupRole(group="noc", role=Role.OPERATOR)
    assert role_for(provider(), ["sales"]) is None
    anybody = provider(default_role=Role.VIEWER)
    assert role_for(anybody, ["sales"]) == GroupRole(group="", role=Role.VIEWER)
