"""Sessions, and what becomes of a refresh token that is shown."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import OrganizationId, UserId

ACCESS_LIFETIME = timedelta(minutes=15)
# A refresh token that is not used for so long is over; so is a session, used or not, after the
# longer one.
IDLE_LIFETIME = timedelta(days=14)
SESSION_LIFETIME = timedelta(days=30)
# Two tabs, or a retry after a lost answer, may show the same token within this time.
GRACE = timedelta(seconds=10)
TOKEN_BYTES = 32


class Client(StrEnum):
    """How a client keeps its refresh token; the `client_id` of its access tokens."""

    BROWSER = "netpulse-web"
    API = "netpulse-api"


@dataclass(frozen=True, kw_only=True)
class Session:
    """A login and everything that was refreshed from it; its id is the tokens' `origin_jti`."""

    id: str
    user_id: UserId
    organization_id: OrganizationId
    client: Client
    started_at: datetime
    ends_at: datetime
    # begun by an identity provider, and so for its organisation alone
    provider_id: UUID | None = None
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Return whether the session still gives access tokens."""
        return self.revoked_at is None and now < self.ends_at


@dataclass(frozen=True, kw_only=True)
class RefreshToken:
    """A refresh token as it is stored: never itself, only its digest."""

    digest: str
    session_id: str
    user_id: UserId
    expires_at: datetime
    used_at: datetime | None = None
    # the token that replaced it, readable only with this token in hand
    sealed_successor: bytes | None = None


class Exchange(StrEnum):
    """What a shown refresh token brings."""

    ROTATED = "rotated"
    # shown again within the grace: the same successor, not a second branch
    REPEATED = "repeated"
    # shown again later: someone has a copy, the whole family ends
    REUSED = "reused"
    EXPIRED = "expired"
    ENDED = "session ended"
    # a browser's token in a body, or the other way round
    FOREIGN = "another client's"


def judge(token: RefreshToken, session: Session, *, client: Client, now: datetime) -> Exchange:
    """Return what showing `token` brings."""
    if not session.is_open(now):
        return Exchange.ENDED
    if session.client is not client:
        return Exchange.FOREIGN
    if token.used_at is not None:
        return Exchange.REPEATED if now - token.used_at <= GRACE else Exchange.REUSED
    return Exchange.ROTATED if now < token.expires_at else Exchange.EXPIRED


def encoded(secret: bytes) -> str:
    """Return a token's random bytes as clients keep them."""
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def decoded(text: str) -> bytes | None:
    """Return a token's bytes, or None for what cannot be one."""
    try:
        secret = base64.urlsafe_b64decode(text.encode("ascii") + b"=")
    except ValueError:
        return None
    return secret if len(secret) == TOKEN_BYTES else None


def digest_of(secret: bytes) -> str:
    """Return what is stored of a token. It has 256 random bits, so one SHA-256 is enough."""
    return hashlib.sha256(secret).hexdigest()


def sealed(successor: bytes, *, by: bytes) -> bytes:
    """Return the successor masked by its predecessor, or a masked successor unmasked.

    The mask is a one-time pad: a token is replaced once. Who reads the table alone learns nothing.
    """
    mask = hashlib.sha256(b"netpulse refresh successor" + by).digest()
    return bytes(left ^ right for left, right in zip(successor, mask, strict=True))
