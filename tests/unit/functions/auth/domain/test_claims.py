from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from netpulse.ids import OrganizationId, UserId
from netpulse.permissions import PERMISSIONS, Role

from functions.auth.domain.claims import Issuer, Outcome, access_claims, context_of, judge
from functions.auth.domain.people import Grant
from functions.auth.domain.session import ACCESS_LIFETIME, SESSION_LIFETIME, Client, Session
from tests.support.clock import NOON

ISSUER = Issuer(issuer="https://np.example", client_ids=frozenset({"netpulse-api"}))
SESSION = Session(
    id="origin",
    user_id=UserId(UUID(int=1)),
    organization_id=OrganizationId(UUID(int=2)),
    client=Client.API,
    started_at=NOON - timedelta(hours=1),
    ends_at=NOON + SESSION_LIFETIME,
)


def a_grant(role: Role) -> Grant:
    return Grant(role=role, role_id=None, permissions=PERMISSIONS[role])


def claims(role: Role = Role.OPERATOR, **changed: Any) -> dict[str, Any]:
    made = access_claims(
        SESSION,
        issuer=ISSUER.issuer,
        username="a@b.example",
        grant=a_grant(role),
        token_id="t",
        now=NOON,
    )
    return {name: value for name, value in {**made, **changed}.items() if value is not ...}


def test_a_token_has_cognitos_claims_and_the_blueprints() -> None:
    assert claims() == {
        "iss": "https://np.example",
        "sub": str(SESSION.user_id),
        "token_use": "access",
        "client_id": "netpulse-api",
        "scope": "monitoring alerts reports",
        "username": "a@b.example",
        "cognito:groups": ["operator"],
        "jti": "t",
        "origin_jti": "origin",
        "auth_time": int((NOON - timedelta(hours=1)).timestamp()),
        "iat": int(NOON.timestamp()),
        "exp": int((NOON + timedelta(minutes=15)).timestamp()),
        "org": str(SESSION.organization_id),
        "permissions": sorted(claims()["permissions"]),
        "scopes": ["monitoring", "alerts", "reports"],
    }


def test_admins_may_everything_as_the_blueprint_writes_it() -> None:
    assert claims(Role.ADMIN)["permissions"] == ["*"]


def test_our_own_token_is_believed() -> None:
    assert judge(claims(), ISSUER, now=NOON) is Outcome.OK


def test_a_token_is_over_at_its_end() -> None:
    assert judge(claims(), ISSUER, now=NOON + ACCESS_LIFETIME) is Outcome.EXPIRED


def test_clocks_may_differ_by_half_a_minute() -> None:
    assert judge(claims(), ISSUER, now=NOON - timedelta(seconds=30)) is Outcome.OK
    assert judge(claims(), ISSUER, now=NOON - timedelta(seconds=31)) is Outcome.INVALID


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://NP.example"},
        {"iss": "https://np.example/"},
        {"token_use": "id"},
        {"token_use": ...},
        {"client_id": "another"},
        {"client_id": ...},
        {"aud": "another"},
        {"exp": ...},
        {"exp": "9999999999"},
        {"exp": True},
        {"iat": ...},
        {"nbf": int(NOON.timestamp()) + 3600},
        {"nbf": "soon"},
        {"jti": ...},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 257},
        {"origin_jti": ["x"]},
        {"sub": ...},
        {"sub": "admin"},
        {"sub": 1},
        {"org": ...},
        {"org": "' OR 1=1"},
        {"org": str(UUID(int=2)).upper() + " "},
    ],
)
def test_a_token_that_lacks_something_or_is_for_somebody_else_is_not_believed(
    changed: dict[str, Any],
) -> None:
    assert judge(claims(**changed), ISSUER, now=NOON) is Outcome.INVALID


def test_a_cognito_token_names_its_organization_in_a_custom_claim() -> None:
    pool = Issuer(issuer="https://pool", client_ids=frozenset({"app"}), jwks_uri="x", cognito=True)
    token = claims(iss="https://pool", client_id="app", org=..., origin_jti=...) | {
        "custom:organization_id": str(UUID(int=9))
    }
    assert judge(token, pool, now=NOON) is Outcome.OK
    context = context_of(token, pool)
    assert context["org"] == str(UUID(int=9))
    assert context["origin_jti"] == context["jti"] == "t"


def test_handlers_are_told_only_strings() -> None:
    context = context_of(claims(), ISSUER)
    assert all(isinstance(value, str) for value in context.values())
    assert context.keys() == {"sub", "org", "jti", "origin_jti", "iat", "exp", "username"}
