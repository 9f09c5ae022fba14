"""argon2id, as OWASP's password storage cheat sheet sizes it: 19 MiB, two passes."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The hash of nothing anybody knows: comparing with it takes as long as with a real one.
DUMMY_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$HFlZf6Hvg8kN/Lv0L/BR2"
    "Q$3r9EH2QZObypGE5ZK1fF9+KhZozCjZW7UXzYx7ZTpso"
)


class Argon2Hasher:
    """Passwords at rest."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        return self._hasher.hash(password)

    def verify(self, hashed: str | None, password: str) -> bool:
        """Return whether the password is right; None takes as long and is never right."""
        try:
            return self._hasher.verify(hashed or DUMMY_HASH, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, hashed: str) -> bool:
        """Return whether the hash was made with other parameters."""
        return self._hasher.check_needs_rehash(hashed)
