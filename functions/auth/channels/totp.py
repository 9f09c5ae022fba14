"""Codes of authenticator apps (RFC 6238: SHA-1, 6 digits, 30 seconds), by pyotp."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import pyotp

if TYPE_CHECKING:
    from datetime import datetime

_STEP_S = 30
# One step of clock difference either way.
_WINDOW = (0, -1, 1)


class PyotpCodes:
    """Makes and checks codes."""

    def new_secret(self) -> str:
        """Return a new shared secret: 160 random bits in base32."""
        return pyotp.random_base32()

    def uri(self, secret: str, *, account: str) -> str:
        """Return the otpauth URI that apps read from a QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="NetPulse")

    def matching_step(self, secret: str, code: str, *, at: datetime, after: int) -> int | None:
        """Return the time step a code belongs to, later than `after`; None for a wrong code."""
        totp = pyotp.TOTP(secret)
        now = int(at.timestamp()) // _STEP_S
        for offset in _WINDOW:
            step = now + offset
            if step > after and hmac.compare_digest(totp.generate_otp(step), code):
                return step
        return None
