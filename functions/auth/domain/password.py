"""What a password may be: NIST SP 800-63B-4, without composition rules."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

MIN_LENGTH, MAX_LENGTH = 12, 128
_MAX_UNIT = 4
_EDGES = re.compile(r"^[^a-z]+|[^a-z]+$")


class Weakness(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "PASSWORD_TOO_SHORT"
    TOO_LONG = "PASSWORD_TOO_LONG"
    TOO_COMMON = "PASSWORD_TOO_COMMON"
    TOO_PERSONAL = "PASSWORD_TOO_PERSONAL"


EXPLANATIONS = {
    Weakness.TOO_SHORT: f"At least {MIN_LENGTH} characters",
    Weakness.TOO_LONG: f"At most {MAX_LENGTH} characters",
    Weakness.TOO_COMMON: "This is one of the first passwords that others would guess",
    Weakness.TOO_PERSONAL: "This is your name, address or organisation with little added",
}


def normalized(password: str) -> str:
    """Return the password as it is hashed: NFKC, so that every keyboard types the same one."""
    return unicodedata.normalize("NFKC", password)


def weakness(
    password: str, *, blocklist: Collection[str], personal: Collection[str] = ()
) -> Weakness | None:
    """Return why a password is refused, or None; `personal` are words known of the person."""
    length = len(normalized(password))
    if length < MIN_LENGTH:
        return Weakness.TOO_SHORT
    if length > MAX_LENGTH:
        return Weakness.TOO_LONG
    plain = normalized(password).casefold()
    core = _EDGES.sub("", plain)
    if plain in blocklist or core in blocklist or _repeats(plain) or _runs(plain):
        return Weakness.TOO_COMMON
    words = {word.casefold() for word in personal if word}
    if plain in words or core in words:
        return Weakness.TOO_PERSONAL
    return None


def personal_words(email: str, *names: str) -> set[str]:
    """Return what an attacker who knows these would try first."""
    local, _, domain = email.partition("@")
    words = {email, local, domain, domain.partition(".")[0]}
    for name in names:
        words |= {name, name.replace(" ", ""), *name.split()}
    return {word.casefold() for word in words if word}


def _repeats(text: str) -> bool:
    """Whether a text is one short piece over and over, as in `abcabcabcabc`."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, _MAX_UNIT + 1))


def _runs(text: str) -> bool:
    """Whether each character follows the one before, as in `abcdefghijkl` or `987654321098`."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    digits = text.isdecimal() and steps in ({1}, {9})
    plain_steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return digits or plain_steps in ({1}, {-1})
