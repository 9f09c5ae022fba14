"""One-time tickets: how a browser, which can send no header with a socket, proves who it is."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from netpulse.errors import ForbiddenError, UnauthenticatedError

from functions.realtime.domain.connection import (
    TICKET_LIFETIME,
    Caller,
    Refusal,
    Ticket,
    digest_of,
)
from functions.realtime.models import IssuedTicket

if TYPE_CHECKING:
    from collections.abc import Collection

    from netpulse.access import SessionState
    from netpulse.clock import Clock
    from netpulse.principal import Principal

    from functions.realtime.ports import Tickets

_SECRET_BYTES = 32


class RefusedError(UnauthenticatedError):
    """A ticket opens no socket here and now."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("The ticket is not valid (any more): ask for another")
        self.refusal = refusal


class TicketOffice:
    """Issues one-time tickets and takes them."""

    def __init__(
        self,
        tickets: Tickets,
        sessions: SessionState,
        clock: Clock,
        *,
        allowed_origins: Collection[str],
    ) -> None:
        self._tickets = tickets
        self._sessions = sessions
        self._clock = clock
        self._allowed_origins = allowed_origins

    def issue(self, principal: Principal, *, origin: str) -> IssuedTicket:
        """Return a ticket for the caller, to be used from the same origin."""
        if origin and origin not in self._allowed_origins:
            raise ForbiddenError("Pages of this origin may not open a socket")
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        expires_at = self._clock.now() + TICKET_LIFETIME
        self._tickets.save(
            Ticket(
                digest=digest_of(secret),
                caller=_caller(principal),
                origin=origin,
                expires_at=expires_at,
            )
        )
        return IssuedTicket(
            ticket=secret,
            expires_at=expires_at,
            expires_in_seconds=int(TICKET_LIFETIME.total_seconds()),
        )

    def take(self, secret: str, *, origin: str) -> Caller:
        """Burn a ticket and return whose it was; raise RefusedError if it is not good (here)."""
        ticket = self._tickets.burn(digest_of(secret))
        if ticket is None:
            raise RefusedError(Refusal.UNKNOWN_TICKET)
        refusal = ticket.refusal(
            origin=origin, allowed_origins=self._allowed_origins, now=self._clock.now()
        )
        if refusal:
            raise RefusedError(refusal)
        if self._session_ended(ticket.caller):
            raise RefusedError(Refusal.SESSION_ENDED)
        return ticket.caller

    def _session_ended(self, caller: Caller) -> bool:
        if caller.session_id is None or caller.token_id is None:
            return False
        return self._sessions.revoked(
            token_id=caller.token_id,
            session_id=caller.session_id,
            user_id=str(caller.user_id),
            issued_at=caller.token_issued_at or 0,
        )


def _caller(principal: Principal) -> Caller:
    return Caller(
        organization_id=principal.organization_id,
        permissions=principal.permissions,
        user_id=principal.user_id,
        session_id=principal.session_id,
        token_id=principal.token_id,
        token_issued_at=principal.token_issued_at,
        token_expires_at=principal.token_expires_at,
    )
