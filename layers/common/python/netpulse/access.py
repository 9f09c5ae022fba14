"""Is this caller still who the authorizer says, and may they ask again so soon?

The authorizer's answer (signature, claims) may be cached for long; what can change in seconds is
checked here, in the handler's process, against state at most five seconds old.
"""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from netpulse import aws
from netpulse.errors import (
    RateLimitedError,
    TokenExpiredError,
    UnauthenticatedError,
    UnavailableError,
)
from netpulse.ids import ApiKeyId, OrganizationId, UserId
from netpulse.permissions import Role, permissions_of
from netpulse.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netpulse.clock import Clock
    from netpulse.db import Database
    from netpulse.settings import RateLimit

API_KEY_PREFIX = "npk_"
_FRESH_S = 5.0
_CLAIMS = frozenset({"sub", "org", "jti", "origin_jti", "iat", "exp"})
_MAX_REMEMBERED = 10_000


class Access(Protocol):
    """Tells who is asking, and counts how often."""

    def principal(self, authorizer: Mapping[str, Any], headers: Mapping[str, str]) -> Principal:
        """Return the caller; raise UnauthenticatedError or TokenExpiredError."""
        ...

    def count(self, caller: str, *, limit_name: str, endpoint: str) -> None:
        """Count one request of `caller`; raise RateLimitedError when it is one too many."""
        ...


def hashed_api_key(key: str) -> bytes:
    """Return what is stored of an API key. It has 256 random bits, so one SHA-256 is enough."""
    return hashlib.sha256(key.encode()).digest()


def api_key_in(headers: Mapping[str, str]) -> str | None:
    """Return the API key of a request.

    `X-API-Key: npk_…`, `Authorization: Bearer npk_…`, or Basic with the key as the password (any
    user name), for programs that can do no other, such as Grafana's data sources.
    """
    key = headers.get("x-api-key", "")
    if not key:
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        given = {"bearer": credentials.strip(), "basic": _password(credentials)}
        key = given.get(scheme.lower(), "")
    return key if key.startswith(API_KEY_PREFIX) else None


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


class SessionState(Protocol):
    """What became of sessions since their tokens were signed."""

    def revoked(self, *, token_id: str, session_id: str, user_id: str, issued_at: int) -> bool:
        """Return whether the token, its session or all of the user's tokens were revoked."""
        ...


class DynamoSessionState:
    """The denylist in DynamoDB: items `denied#<jti or origin_jti>` and `valid_after#<user id>`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def revoked(self, *, token_id: str, session_id: str, user_id: str, issued_at: int) -> bool:
        """Return whether the token, its session or all of the user's tokens were revoked."""
        keys = {f"denied#{token_id}", f"denied#{session_id}", f"valid_after#{user_id}"}
        answer = aws.client("dynamodb").batch_get_item(
            RequestItems={
                self._table_name: {
                    "Keys": [{"pk": {"S": key}, "sk": {"S": "-"}} for key in sorted(keys)],
                    "ConsistentRead": True,
                }
            }
        )
        if answer.get("UnprocessedKeys"):
            # a throttled table must not let revoked sessions in
            raise UnavailableError("Sessions cannot be checked right now")
        items = answer["Responses"].get(self._table_name, [])
        # TTL deletes lag by up to two days; a denial that outlives its token harms nobody
        return any(
            issued_at < int(item["issued_before"]["N"]) if "issued_before" in item else True
            for item in items
        )


def _token_key(claims: Mapping[str, Any]) -> str:
    """Return what a token's caller is remembered by: who they are, and where, not the id alone."""
    return ":".join(("token", *(str(claims[name]) for name in ("jti", "sub", "org"))))


@dataclass(frozen=True)
class _Remembered:
    at: float
    principal: Principal


class CheckedAccess:
    """Access as production checks it: PostgreSQL for roles and keys, DynamoDB for the rest."""

    def __init__(
        self,
        database: Database,
        sessions: SessionState,
        clock: Clock,
        *,
        counts_table: str,
        limits: Mapping[str, RateLimit],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._clock = clock
        self._counts_table = counts_table
        self._limits = limits
        self._monotonic = monotonic
        self._remembered: dict[str, _Remembered] = {}

    def principal(self, authorizer: Mapping[str, Any], headers: Mapping[str, str]) -> Principal:
        """Return the caller; raise UnauthenticatedError or TokenExpiredError."""
        if key := api_key_in(headers):
            digest = hashed_api_key(key)
            return self._fresh(f"key:{digest.hex()}") or self._by_api_key(digest)
        outcome = authorizer.get("outcome", "none")
        if outcome == "expired":
            raise TokenExpiredError("The access token has expired")
        if outcome == "unavailable":
            raise UnavailableError("Tokens cannot be checked right now; try again shortly")
        if outcome == "none":
            raise UnauthenticatedError("Send an access token or an API key")
        if outcome != "ok" or not authorizer.keys() >= _CLAIMS:
            raise UnauthenticatedError("The access token is not valid")
        if int(authorizer["exp"]) <= self._clock.now().timestamp():
            raise TokenExpiredError("The access token has expired")
        return self._fresh(_token_key(authorizer)) or self._by_token(authorizer)

    def count(self, caller: str, *, limit_name: str, endpoint: str) -> None:
        """Count one request of `caller`; raise RateLimitedError when it is one too many."""
        limit = self._limits[limit_name]
        now = int(self._clock.now().timestamp())
        window = now - now % limit.window_s
        ends = window + limit.window_s
        answer = aws.client("dynamodb").update_item(
            TableName=self._counts_table,
            Key={"pk": {"S": f"{caller}:{endpoint}:{window}"}},
            UpdateExpression="ADD requests :one SET expires_at = :ends",
            ExpressionAttributeValues={":one": {"N": "1"}, ":ends": {"N": str(ends + 60)}},
            ReturnValues="UPDATED_NEW",
        )
        if int(answer["Attributes"]["requests"]["N"]) > limit.requests:
            raise RateLimitedError(
                f"At most {limit.requests} requests in {limit.window_s} s here",
                retry_after_s=max(1, ends - now),
            )

    def _fresh(self, key: str) -> Principal | None:
        found = self._remembered.get(key)
        if found and self._monotonic() - found.at < _FRESH_S:
            return found.principal
        return None

    def _remember(self, key: str, principal: Principal) -> Principal:
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = _Remembered(self._monotonic(), principal)
        return principal

    def _by_api_key(self, digest: bytes) -> Principal:
        with self._database.transaction(None) as transaction:
            row = transaction.row("SELECT * FROM netpulse.api_key_access(%s)", (digest,))
            if row is not None:
                transaction.run("SELECT netpulse.touch_api_key(%s)", (row["api_key_id"],))
        if row is None:
            raise UnauthenticatedError("The API key is unknown, expired or revoked")
        role = Role(row["role"])
        return self._remember(
            f"key:{digest.hex()}",
            Principal(
                organization_id=OrganizationId(row["organization_id"]),
                role=role,
                permissions=permissions_of(role, row["permissions"]),
                name=row["name"],
                api_key_id=ApiKeyId(row["api_key_id"]),
            ),
        )

    def _by_token(self, claims: Mapping[str, Any]) -> Principal:
        if self._sessions.revoked(
            token_id=claims["jti"],
            session_id=claims["origin_jti"],
            user_id=claims["sub"],
            issued_at=int(claims["iat"]),
        ):
            raise UnauthenticatedError("The session was ended; log in again")
        user_id, organization_id = UserId(UUID(claims["sub"])), OrganizationId(UUID(claims["org"]))
        with self._database.transaction(None) as transaction:
            found = transaction.row(
                "SELECT * FROM netpulse.member_access(%s, %s)", (user_id, organization_id)
            )
        if found is None:
            raise UnauthenticatedError("You are no longer a member of this organisation")
        role = Role(found["role"])
        return self._remember(
            _token_key(claims),
            Principal(
                organization_id=organization_id,
                role=role,
                permissions=permissions_of(role, found["permissions"]),
                must_enroll=found["must_enroll"],
                name=claims.get("username", ""),
                user_id=user_id,
                session_id=claims["origin_jti"],
                token_id=claims["jti"],
                token_issued_at=int(claims["iat"]),
                token_expires_at=int(claims["exp"]),
            ),
        )
