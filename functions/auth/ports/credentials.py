"""What proves who somebody is, and where it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from netpulse.ids import OrganizationId, UserId

    from functions.auth.domain.claims import Issuer
    from functions.auth.domain.recovery import Mail
    from functions.auth.domain.session import RefreshToken, Session
    from functions.auth.domain.throttle import Bucket


class Sessions(Protocol):
    """Sessions and their refresh tokens."""

    def start(self, session: Session, token: RefreshToken) -> None:
        """Store a new session and its first refresh token."""
        ...

    def token(self, digest: str) -> RefreshToken | None:
        """Return a refresh token, or None."""
        ...

    def find(self, user_id: UserId, session_id: str) -> Session | None:
        """Return a session, or None."""
        ...

    def of(self, user_id: UserId) -> list[Session]:
        """Return a person's sessions that were not revoked."""
        ...

    def rotate(
        self, old: RefreshToken, successor: RefreshToken, *, sealed: bytes, at: datetime
    ) -> bool:
        """Replace a token that nobody used and store its successor; False: someone was faster."""
        ...

    def move(self, session: Session, organization_id: OrganizationId) -> None:
        """Let a session go on in another organisation."""
        ...

    def revoke(self, session: Session, *, at: datetime) -> None:
        """End a session and deny every access token of it."""
        ...


class Tries(Protocol):
    """How often passwords were tried, and from where people come in."""

    def is_known(self, email: str, address: str, *, now: datetime) -> bool:
        """Return whether the person came in from an address not long ago."""
        ...

    def count(self, bucket: Bucket) -> int:
        """Count one more try and return how many there are."""
        ...

    def succeed(self, bucket: Bucket, email: str, address: str, *, now: datetime) -> None:
        """Forget a bucket's tries and know the address from now on."""
        ...


class Hasher(Protocol):
    """Passwords at rest."""

    def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        ...

    def verify(self, hashed: str | None, password: str) -> bool:
        """Return whether the password is right; None takes as long and is never right."""
        ...

    def is_outdated(self, hashed: str) -> bool:
        """Return whether the hash was made with other parameters."""
        ...


class Signer(Protocol):
    """Our own signature."""

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return a signed token."""
        ...

    def public_keys(self) -> list[dict[str, str]]:
        """Return the keys that verify our tokens, as JWKs."""
        ...


class PublicKeys(Protocol):
    """Issuers' keys."""

    def find(self, issuer: Issuer, key_id: str) -> Any | None:
        """Return an issuer's RSA key of that id, or None; raise UnavailableError."""
        ...


class Mails(Protocol):
    """Asks for mails to people about their login; never waits for them."""

    def ask_for_reset(self, email: str) -> None:
        """Ask that a person is sent a link; no secret travels in the message."""
        ...

    def ask_for_notice(self, email: str) -> None:
        """Ask that a person is told of their new password."""
        ...


class Mailer(Protocol):
    """Hands mails to a provider."""

    def send(self, mail: Mail) -> None:
        """Send a mail; raise ExternalServiceError when it is not accepted."""
        ...


class Random(Protocol):
    """Where secrets come from."""

    def __call__(self, size: int, /) -> bytes:
        """Return random bytes."""
        ...
