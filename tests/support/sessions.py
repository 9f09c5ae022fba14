"""Sessions in memory, and a work that only collects facts."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from netpulse.events import Fact
    from netpulse.ids import OrganizationId, UserId

    from functions.auth.domain.session import RefreshToken, Session


class MemorySessions:
    """Sessions and their refresh tokens."""

    def __init__(self) -> None:
        self.sessions: dict[tuple[UserId, str], Session] = {}
        self.tokens: dict[str, RefreshToken] = {}

    def start(self, session: Session, token: RefreshToken) -> None:
        """Store a new session and its first refresh token."""
        self.sessions[session.user_id, session.id] = session
        self.tokens[token.digest] = token

    def token(self, digest: str) -> RefreshToken | None:
        """Return a refresh token, or None."""
        return self.tokens.get(digest)

    def find(self, user_id: UserId, session_id: str) -> Session | None:
        """Return a session, or None."""
        return self.sessions.get((user_id, session_id))

    def of(self, user_id: UserId) -> list[Session]:
        """Return a person's sessions that were not revoked."""
        return [
            session
            for (owner, _), session in self.sessions.items()
            if owner == user_id and session.revoked_at is None
        ]

    def rotate(
        self, old: RefreshToken, successor: RefreshToken, *, sealed: bytes, at: datetime
    ) -> bool:
        """Replace a token that nobody used and store its successor; False: someone was faster."""
        stored = self.tokens.get(old.digest)
        session = self.find(old.user_id, old.session_id)
        if stored is None or stored.used_at or session is None or session.revoked_at:
            return False
        self.tokens[old.digest] = replace(stored, used_at=at, sealed_successor=sealed)
        self.tokens[successor.digest] = successor
        return True

    def move(self, session: Session, organization_id: OrganizationId) -> None:
        """Let a session go on in another organisation."""
        key = (session.user_id, session.id)
        self.sessions[key] = replace(self.sessions[key], organization_id=organization_id)

    def revoke(self, session: Session, *, at: datetime) -> None:
        """End a session and deny every access token of it."""
        key = (session.user_id, session.id)
        self.sessions[key] = replace(self.sessions[key], revoked_at=at)


class CollectedFacts:
    """A work whose outbox remembers which organisation was told what."""

    def __init__(self) -> None:
        self.told: list[tuple[UUID | None, Fact]] = []
        self._organization_id: UUID | None = None

    @property
    def outbox(self) -> CollectedFacts:
        """Where facts are left."""
        return self

    def add(self, fact: Fact) -> None:
        """Remember a fact."""
        self.told.append((self._organization_id, fact))

    @contextmanager
    def __call__(self, organization_id: UUID | None) -> Iterator[Any]:
        """Open work."""
        self._organization_id = organization_id
        yield self
