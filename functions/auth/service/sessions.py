"""Sessions: begun by a login, carried on by refresh tokens, ended by people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import UnavailableError
from netpulse.events import SessionRevoked
from netpulse.observability import logger

from functions.auth.domain import session as rules
from functions.auth.domain.errors import SessionOverError
from functions.auth.domain.session import Client, Exchange, RefreshToken, Session

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId, UserId

    from functions.auth.ports import Random, Sessions, Work

_ATTEMPTS = 3


@dataclass(frozen=True)
class Opened:
    """A session and the refresh token that carries it on."""

    session: Session
    refresh_token: str


class SessionService:
    """Begins, carries on and ends sessions."""

    def __init__(self, sessions: Sessions, work: Work, random: Random, clock: Clock) -> None:
        self._sessions = sessions
        self._work = work
        self._random = random
        self._clock = clock

    def begin(
        self,
        user_id: UserId,
        organization_id: OrganizationId,
        client: Client,
        *,
        provider_id: UUID | None = None,
    ) -> Opened:
        """Begin a session."""
        now = self._clock.now()
        session = Session(
            id=str(uuid4()),
            user_id=user_id,
            organization_id=organization_id,
            client=client,
            started_at=now,
            ends_at=now + rules.SESSION_LIFETIME,
            provider_id=provider_id,
        )
        secret = self._random(rules.TOKEN_BYTES)
        self._sessions.start(session, self._token(session, secret, now))
        return Opened(session, rules.encoded(secret))

    def refresh(self, shown: str, client: Client) -> Opened:
        """Exchange a refresh token for its successor; raise SessionOverError.

        A token shown again after the grace was copied: its whole session ends.
        """
        now = self._clock.now()
        for _ in range(_ATTEMPTS):
            secret, token, session = self._shown(shown)
            exchange = rules.judge(token, session, client=client, now=now)
            if exchange is not Exchange.ROTATED:
                return self._answer(exchange, secret, token, session)
            if successor := self._rotate(secret, token, session, now):
                return Opened(session, rules.encoded(successor))
            # another request with the same token was faster, or is at it: look again
        raise UnavailableError("The session is being refreshed elsewhere; try again shortly")

    def _answer(
        self, exchange: Exchange, secret: bytes, token: RefreshToken, session: Session
    ) -> Opened:
        if exchange is Exchange.REPEATED and token.sealed_successor is not None:
            return Opened(session, rules.encoded(rules.sealed(token.sealed_successor, by=secret)))
        logger.warning(
            "refresh refused", extra={"session_id": session.id, "exchange": exchange.value}
        )
        if exchange is Exchange.REUSED:
            self.end(session)
        raise SessionOverError

    def of_refresh_token(self, shown: str) -> Session | None:
        """Return the open session of a refresh token, or None."""
        try:
            _, _, session = self._shown(shown)
        except SessionOverError:
            return None
        return session if session.is_open(self._clock.now()) else None

    def find(self, user_id: UserId, session_id: str) -> Session | None:
        """Return a person's open session, or None."""
        session = self._sessions.find(user_id, session_id)
        return session if session is not None and session.is_open(self._clock.now()) else None

    def beside(self, own: Session) -> list[Session]:
        """Return the open sessions that one may see and end, the newest first.

        All of the person's; of a provider's, only those it began.
        """
        now = self._clock.now()
        found = [
            session
            for session in self._sessions.of(own.user_id)
            if session.is_open(now) and own.provider_id in (None, session.provider_id)
        ]
        return sorted(found, key=lambda session: session.started_at, reverse=True)

    def move(self, session: Session, organization_id: OrganizationId) -> Session:
        """Let a session go on in another organisation."""
        self._sessions.move(session, organization_id)
        return replace(session, organization_id=organization_id)

    def end(self, session: Session) -> None:
        """End a session: its refresh tokens, its access tokens and its WebSockets."""
        self._sessions.revoke(session, at=self._clock.now())
        self._announce([session])

    def end_all(self, user_id: UserId, *, except_id: str | None = None) -> int:
        """End a person's sessions, all but one perhaps; return how many."""
        ended = [session for session in self._sessions.of(user_id) if session.id != except_id]
        for session in ended:
            self._sessions.revoke(session, at=self._clock.now())
        self._announce(ended)
        return len(ended)

    def end_beside(self, own: Session) -> None:
        """End the sessions that one may see, its own among them."""
        ended = self.beside(own)
        for session in ended:
            self._sessions.revoke(session, at=self._clock.now())
        self._announce(ended)

    def _announce(self, ended: Iterable[Session]) -> None:
        by_organization: dict[OrganizationId, list[Session]] = {}
        for session in ended:
            by_organization.setdefault(session.organization_id, []).append(session)
        for organization_id, sessions in by_organization.items():
            with self._work(organization_id) as work:
                for session in sessions:
                    work.outbox.add(SessionRevoked(user_id=session.user_id, session_id=session.id))

    def _shown(self, shown: str) -> tuple[bytes, RefreshToken, Session]:
        secret = rules.decoded(shown)
        token = self._sessions.token(rules.digest_of(secret)) if secret else None
        session = self._sessions.find(token.user_id, token.session_id) if token else None
        if secret is None or token is None or session is None:
            raise SessionOverError
        return secret, token, session

    def _rotate(
        self, secret: bytes, token: RefreshToken, session: Session, now: datetime
    ) -> bytes | None:
        successor = self._random(rules.TOKEN_BYTES)
        won = self._sessions.rotate(
            token,
            self._token(session, successor, now),
            sealed=rules.sealed(successor, by=secret),
            at=now,
        )
        return successor if won else None

    def _token(self, session: Session, secret: bytes, now: datetime) -> RefreshToken:
        return RefreshToken(
            digest=rules.digest_of(secret),
            session_id=session.id,
            user_id=session.user_id,
            expires_at=min(now + rules.IDLE_LIFETIME, session.ends_at),
        )
