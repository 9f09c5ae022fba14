"""What proves who somebody is, and where it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netpulse.ids import OrganizationId, UserId

    from functions.auth.domain.claims import Issuer
    from functions.auth.domain.mails import Mail, Notice
    from functions.auth.domain.second_factor import Challenge, SecondFactor
    from functions.auth.domain.session import RefreshToken, Session
    from functions.auth.domain.single_sign_on import Journey, Provider
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


class Ring(Protocol):
    """The keys that sign tokens, as their rotation sees them."""

    def read(self) -> list[dict[str, str]]:
        """Return the keys, the newest last."""
        ...

    def write(self, ring: list[dict[str, str]]) -> None:
        """Store the keys and publish what verifies with them."""
        ...


class PublicKeys(Protocol):
    """Issuers' keys."""

    def find(self, issuer: Issuer, key_id: str) -> Any | None:
        """Return an issuer's RSA key of that id, or None; raise UnavailableError."""
        ...


class Codes(Protocol):
    """Codes of authenticator apps."""

    def new_secret(self) -> str:
        """Return a new shared secret in base32."""
        ...

    def uri(self, secret: str, *, account: str) -> str:
        """Return the otpauth URI that apps read from a QR code."""
        ...

    def matching_step(self, secret: str, code: str, *, at: datetime, after: int) -> int | None:
        """Return the time step a code belongs to, later than `after`; None for a wrong code."""
        ...


class Passkeys(Protocol):
    """Keys and passkeys."""

    def registration(
        self, user_id: bytes, email: str, nonce: bytes, *, known: Sequence[bytes]
    ) -> dict[str, Any]:
        """Return what the browser's `navigator.credentials.create` is given."""
        ...

    def registered(self, credential: dict[str, Any], nonce: bytes) -> tuple[bytes, bytes, int]:
        """Return a new key's id, public key and counter; raise KeyRefusedError."""
        ...

    def request(self, nonce: bytes, *, known: Sequence[bytes]) -> dict[str, Any]:
        """Return what the browser's `navigator.credentials.get` is given."""
        ...

    def credential_id(self, credential: dict[str, Any]) -> bytes:
        """Return the id of the key that a browser's credential names; raise WrongLoginError."""
        ...

    def signed(self, credential: dict[str, Any], nonce: bytes, factor: SecondFactor) -> int:
        """Return the key's new counter; raise WrongLoginError, also for a copied key's counter."""
        ...


class Challenges(Protocol):
    """People between the password and the second factor."""

    def save(self, challenge: Challenge) -> None:
        """Store a challenge."""
        ...

    def attempt(self, digest: str, *, at: datetime) -> Challenge | None:
        """Count one answer to a challenge and return it; None when it is over or used up."""
        ...

    def finish(self, digest: str) -> bool:
        """Take a challenge out; of several who try at once, one gets True."""
        ...


class Journeys(Protocol):
    """People on the way to an identity provider."""

    def save(self, journey: Journey) -> None:
        """Store a journey that begins."""
        ...

    def finish(self, digest: str, *, at: datetime) -> Journey | None:
        """Take a journey out; None when there is none, or it took too long."""
        ...


class Oidc(Protocol):
    """Speaks with OpenID Connect providers."""

    def authorization_endpoint(self, issuer: str) -> str:
        """Return where people log in; raise ExternalServiceError."""
        ...

    def claims(
        self, provider: Provider, secret: str | None, journey: Journey, code: str, redirect_uri: str
    ) -> dict[str, Any]:
        """Return the verified claims of the id token that a code brings.

        Raises ExternalServiceError when the provider fails, UnbelievableError when it is not to be
        believed.
        """
        ...


class Mails(Protocol):
    """Asks for mails to people about their login; never waits for them."""

    def ask_for_reset(self, email: str) -> None:
        """Ask that a person is sent a link; no secret travels in the message."""
        ...

    def ask_for_notice(self, user_id: UserId, notice: Notice) -> None:
        """Ask that a person is told what was just done; it is done, whether they can be told."""
        ...

    def ask_for_invitation(
        self, organization_id: OrganizationId, user_id: UserId, *, by: UserId | None
    ) -> None:
        """Ask that a new member is told how to come in; they are one, whether they can be told."""
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
