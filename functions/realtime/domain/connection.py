"""An open socket, and the one-time ticket that opens it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from functions.realtime.domain.topics import ALL_TOPICS, Topic, visible

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from netpulse.ids import OrganizationId
    from netpulse.permissions import Permission

TICKET_LIFETIME = timedelta(seconds=30)
# API Gateway cuts every socket after two hours.
LONGEST_CONNECTION = timedelta(hours=2)
# An API key has no session whose end would close its sockets, so they must renew themselves.
API_KEY_CONNECTION = timedelta(minutes=15)


class Refusal(StrEnum):
    """Why a socket was not opened."""

    UNKNOWN_TICKET = "unknown_ticket"
    EXPIRED_TICKET = "expired_ticket"
    FOREIGN_ORIGIN = "foreign_origin"
    SESSION_ENDED = "session_ended"
    OTHER_CALLER = "other_caller"


@dataclass(frozen=True)
class Caller:
    """Who a ticket was given to, as they stood at that moment."""

    organization_id: OrganizationId
    permissions: frozenset[Permission]
    user_id: UUID | None = None
    session_id: str | None = None
    token_id: str | None = None
    token_issued_at: int | None = None
    token_expires_at: int | None = None


@dataclass(frozen=True)
class Ticket:
    """The right to open one socket, soon, from the same origin."""

    digest: str
    caller: Caller
    origin: str
    expires_at: datetime

    def refusal(
        self, *, origin: str, allowed_origins: Collection[str], now: datetime
    ) -> Refusal | None:
        """Return why the ticket opens no socket for this origin now, or None.

        Requests without an origin do not come from a web page: nobody else's cookie or login is
        at stake there. What was asked for by a page can only be used by a page of that origin.
        """
        if self.expires_at <= now:
            return Refusal.EXPIRED_TICKET
        if origin and origin not in allowed_origins:
            return Refusal.FOREIGN_ORIGIN
        if self.origin and origin != self.origin:
            return Refusal.FOREIGN_ORIGIN
        return None


@dataclass(frozen=True)
class Connection:
    """An open socket: whose it is, what it listens to, and until when."""

    id: str
    organization_id: OrganizationId
    permissions: frozenset[Permission]
    expires_at: datetime
    user_id: UUID | None = None
    session_id: str | None = None
    origin: str = ""
    topics: frozenset[Topic] = ALL_TOPICS

    @property
    def sees(self) -> frozenset[Topic]:
        """What the socket is told of: what it listens to and may know."""
        return visible(self.permissions, self.topics)

    def has_expired(self, now: datetime) -> bool:
        """Return whether the right to listen has ended, whatever the table's TTL says."""
        return self.expires_at <= now

    def belongs_to(self, user_id: UUID, session_id: str | None) -> bool:
        """Return whether the socket is of a user's session, or of any session when it is None."""
        return self.user_id == user_id and session_id in (None, self.session_id)

    def is_of(self, caller: Caller) -> bool:
        """Return whether the socket was opened by this caller, in this session or another."""
        mine = (self.organization_id, self.user_id)
        return mine == (caller.organization_id, caller.user_id)

    def renewed(self, caller: Caller, now: datetime) -> Connection:
        """Return the connection with its caller's newer permissions and expiry."""
        return replace(self, permissions=caller.permissions, expires_at=_ends(caller, now))


def digest_of(secret: str) -> str:
    """Return what is stored of a ticket. It has 256 random bits, so one SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opened(connection_id: str, caller: Caller, *, origin: str, now: datetime) -> Connection:
    """Return the connection that a caller's ticket opens."""
    return Connection(
        id=connection_id,
        organization_id=caller.organization_id,
        permissions=caller.permissions,
        expires_at=_ends(caller, now),
        user_id=caller.user_id,
        session_id=caller.session_id,
        origin=origin,
    )


def _ends(caller: Caller, now: datetime) -> datetime:
    if caller.token_expires_at is None:
        return now + API_KEY_CONNECTION
    token_ends = datetime.fromtimestamp(caller.token_expires_at, tz=now.tzinfo)
    return min(token_ends, now + LONGEST_CONNECTION)
