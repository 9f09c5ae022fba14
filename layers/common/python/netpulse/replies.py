"""Links in messages by which whoever was woken takes alerts on, without logging in."""

from __future__ import annotations

import hashlib
import secrets

# Short, for it stands in an SMS.
PATH = "/a"
# 12 of 57 letters and digits that are not mistaken for one another: 70 bits.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LENGTH = 12


def new_code() -> str:
    """Return a code that nobody guesses."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def hash_of(code: str) -> bytes:
    """Return what is kept of a code."""
    return hashlib.sha256(code.encode()).digest()
