"""Passwords: the rules, and hashing what passed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.domain.errors import WeakPasswordError
from functions.auth.domain.password import normalized, personal_words, weakness

if TYPE_CHECKING:
    from collections.abc import Collection

    from functions.auth.domain.password import Guesses
    from functions.auth.domain.people import User
    from functions.auth.ports import Hasher


class Passwords:
    """Accepts, hashes and compares passwords."""

    def __init__(self, hasher: Hasher, guesses: Guesses) -> None:
        self._hasher = hasher
        self._guesses = guesses

    def hashed(
        self, password: str, *, email: str, names: Collection[str] = (), field: str = "password"
    ) -> str:
        """Return what is stored of a new password; raise WeakPasswordError."""
        personal = personal_words(email, *names)
        if found := weakness(password, self._guesses, personal=personal):
            raise WeakPasswordError(found, field=field)
        return self._hasher.hash(normalized(password))

    def is_right(self, user: User | None, password: str) -> bool:
        """Return whether somebody's password is right; takes as long when there is nobody."""
        known = user.hashed_password if user is not None and user.is_active else None
        return self._hasher.verify(known or None, normalized(password))

    def renewed(self, user: User, password: str) -> str | None:
        """Return a new hash of a right password when the stored one is of an older kind."""
        if not self._hasher.is_outdated(user.hashed_password):
            return None
        return self._hasher.hash(normalized(password))
