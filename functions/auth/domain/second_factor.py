"""What a person proves besides the password."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import OrganizationId, UserId

    from functions.auth.domain.session import Client

# Between the password and the second factor.
CHALLENGE_LIFETIME = timedelta(minutes=5)
MOST_CODES = 5
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10


class FactorKind(StrEnum):
    """Kinds of second factors."""

    TOTP = "totp"
    WEBAUTHN = "webauthn"


@dataclass(frozen=True, kw_only=True)
class SecondFactor:
    """An authenticator app, or a key or passkey, of one person."""

    id: UUID
    user_id: UserId
    kind: FactorKind
    name: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_used_at: datetime | None = None
    sealed_secret: bytes | None = None
    last_step: int = 0
    credential_id: bytes | None = None
    public_key: bytes | None = None
    sign_count: int = 0


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """Somebody who still has to prove something, after the password or a new passkey's start."""

    digest: str
    user_id: UserId
    organization_id: OrganizationId
    client: Client
    expires_at: datetime
    # what a passkey must sign
    nonce: bytes = b""


def new_recovery_codes(random: Callable[[int], bytes]) -> list[str]:
    """Return codes to keep on paper, 80 random bits each, as `abcd-efgh-ijkl-mnop`."""
    return [_grouped(random(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]


def hashed_recovery_code(code: str) -> bytes:
    """Return what is stored of a recovery code, however it was typed."""
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(plain.encode()).digest()


def _grouped(secret: bytes) -> str:
    text = base64.b32encode(secret).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
