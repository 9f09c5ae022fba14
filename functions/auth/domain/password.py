"""What a password may be: NIST SP 800-63B-4, without composition rules."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    # how many tries a good guesser needs, as a power of ten; `known` are words it begins with
    Guesses = Callable[[str, Collection[str]], float]

# 15 where the password is all that is asked for (3.1.1.2); it is for everybody, so that taking a
# second factor away leaves no weak password behind.
MIN_LENGTH, MAX_LENGTH = 15, 128
# Out of reach of guessing through the login, and of a stolen argon2id hash for long.
MIN_GUESSES_LOG10 = 10.0


class Weakness(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "PASSWORD_TOO_SHORT"
    TOO_LONG = "PASSWORD_TOO_LONG"
    TOO_COMMON = "PASSWORD_TOO_COMMON"
    TOO_PERSONAL = "PASSWORD_TOO_PERSONAL"


EXPLANATIONS = {
    Weakness.TOO_SHORT: f"At least {MIN_LENGTH} characters; a few words are fine",
    Weakness.TOO_LONG: f"At most {MAX_LENGTH} characters",
    Weakness.TOO_COMMON: (
        "This is one of the first passwords that others would guess; add a few unrelated words"
    ),
    Weakness.TOO_PERSONAL: (
        "This is your name, address or organisation with little added; "
        "add a few words that have nothing to do with you"
    ),
}


def normalized(password: str) -> str:
    """Return the password as it is hashed: NFKC, so that every keyboard types the same one."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, guesses: Guesses, *, personal: Collection[str] = ()) -> Weakness | None:
    """Return why a password is refused, or None; `personal` are words known of the person."""
    plain = normalized(password)
    if len(plain) < MIN_LENGTH:
        return Weakness.TOO_SHORT
    if len(plain) > MAX_LENGTH:
        return Weakness.TOO_LONG
    if guesses(plain, ()) < MIN_GUESSES_LOG10:
        return Weakness.TOO_COMMON
    if guesses(plain, sorted(personal)) < MIN_GUESSES_LOG10:
        return Weakness.TOO_PERSONAL
    return None


def personal_words(email: str, *names: str) -> set[str]:
    """Return what an attacker who knows these would try first."""
    local, _, domain = email.partition("@")
    words = {email, local, domain, domain.partition(".")[0]}
    for name in names:
        words |= {name, name.replace(" ", ""), *name.split()}
    return {word.casefold() for word in words if word}
