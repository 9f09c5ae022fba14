"""What our access tokens say, and which tokens of anybody are believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse.permissions import claims_of, scopes_of

from functions.auth.domain.session import ACCESS_LIFETIME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from functions.auth.domain.people import Grant
    from functions.auth.domain.session import Session

LEEWAY = timedelta(seconds=30)
REQUIRED = ("exp", "iat", "iss", "sub", "jti", "token_use")
_LONGEST_ID = 256


class Outcome(StrEnum):
    """What the authorizer found; netpulse.access turns all but the good ones into a 401."""

    OK = "ok"
    NONE = "none"
    INVALID = "invalid"
    EXPIRED = "expired"
    API_KEY = "api_key"
    # the issuer's keys cannot be had right now
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """An issuer whose access tokens are believed."""

    issuer: str
    client_ids: frozenset[str]
    # None: our own, whose keys we hold
    jwks_uri: str | None = None
    cognito: bool = False

    @property
    def organization_claim(self) -> str:
        """The claim that names the organisation."""
        return "custom:organization_id" if self.cognito else "org"


def access_claims(
    session: Session,
    *,
    issuer: str,
    username: str,
    grant: Grant,
    token_id: str,
    now: datetime,
) -> dict[str, Any]:
    """Return a token's claims: Cognito's shape with the blueprint's org, permissions, scopes."""
    issued_at = int(now.timestamp())
    return {
        "iss": issuer,
        "sub": str(session.user_id),
        "token_use": "access",
        "client_id": session.client.value,
        "scope": " ".join(scopes_of(grant.permissions)),
        "username": username,
        "cognito:groups": [grant.role.value],
        "jti": token_id,
        "origin_jti": session.id,
        "auth_time": int(session.started_at.timestamp()),
        "iat": issued_at,
        "exp": issued_at + int(ACCESS_LIFETIME.total_seconds()),
        "org": str(session.organization_id),
        "permissions": claims_of(grant.permissions),
        "scopes": scopes_of(grant.permissions),
    }


def judge(claims: Mapping[str, Any], issuer: Issuer, *, now: datetime) -> Outcome:
    """Return whether claims whose signature was verified are believed."""
    if not _is_whole(claims, issuer):
        return Outcome.INVALID
    instant, leeway = now.timestamp(), LEEWAY.total_seconds()
    if claims["iat"] > instant + leeway or claims.get("nbf", 0) > instant + leeway:
        return Outcome.INVALID
    # no leeway here: the handlers compare again with none
    return Outcome.OK if instant < claims["exp"] else Outcome.EXPIRED


def context_of(claims: Mapping[str, Any], issuer: Issuer) -> dict[str, str]:
    """Return what handlers are told of a believed token; API Gateway carries only strings."""
    return {
        "sub": claims["sub"],
        "org": claims[issuer.organization_claim],
        "jti": claims["jti"],
        "origin_jti": claims.get("origin_jti", claims["jti"]),
        "iat": str(int(claims["iat"])),
        "exp": str(int(claims["exp"])),
        "username": str(claims.get("username", ""))[:_LONGEST_ID],
    }


def _is_whole(claims: Mapping[str, Any], issuer: Issuer) -> bool:
    instants = [claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)]
    ids = [claims.get("jti"), claims.get("origin_jti", "-")]
    audience = claims.get("aud")
    return (
        claims.get("iss") == issuer.issuer
        and claims.get("token_use") == "access"
        and claims.get("client_id") in issuer.client_ids
        # Cognito's access tokens have no audience; one that has must be meant for us
        and (audience is None or audience in issuer.client_ids)
        and all(type(instant) in (int, float) for instant in instants)
        and all(isinstance(found, str) and 0 < len(found) <= _LONGEST_ID for found in ids)
        and _is_uuid(claims.get("sub"))
        and _is_uuid(claims.get(issuer.organization_claim))
    )


def _is_uuid(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
