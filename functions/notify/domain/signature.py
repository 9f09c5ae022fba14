"""How a webhook's receiver knows that a body is ours, and is new."""

from __future__ import annotations

import hashlib
import hmac


def signature_of(body: bytes, *, secret: str, timestamp: int) -> str:
    """Return `v1=<hex HMAC-SHA256 of "<timestamp>.<body>">`."""
    signed = f"{timestamp}.".encode() + body
    return f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
