"""How soon a password is guessed, by zxcvbn: leaked ones, words, names, dates, keyboard runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_LONGEST = 128


def guesses_log10(password: str, known: Collection[str]) -> float:
    """Return how many tries a good guesser needs, as a power of ten.

    Imported late: its lists of words are 0.5 MB, for who chooses a password only.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415

    found = zxcvbn(password, user_inputs=list(known), max_length=_LONGEST)
    return float(found["guesses_log10"])
