"""SMS text: the GSM-7 alphabet, segments, and fitting a text into one message."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from itertools import accumulate

# GSM 03.38, basic table without the escape.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Reached by an escape: two septets each.
_EXTENDED = frozenset("\f^{}\\[~]|€")
_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',  # noqa: RUF001
        "–": "-", "—": "-", "−": "-", "…": "...", "•": "*", "·": ".", "×": "x",  # noqa: RUF001
        "→": "->", "≥": ">=", "≤": "<=", "°": " deg ", "µ": "u", "\u00a0": " ", "\t": " ", "`": "'",
    }
)  # fmt: skip
GSM7_SINGLE, GSM7_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67
_CUT = "..."
_LONGEST_TAIL = 75


class Alphabet(StrEnum):
    """How a text travels."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


def alphabet_of(text: str) -> Alphabet:
    """Return the cheaper alphabet that can carry a text: one strange letter makes it UCS-2."""
    return Alphabet.GSM7 if all(c in _BASIC or c in _EXTENDED for c in text) else Alphabet.UCS2


def length_of(text: str) -> int:
    """Return a text's length in its alphabet's units (septets, or 16-bit units)."""
    if alphabet_of(text) is Alphabet.GSM7:
        return sum(2 if c in _EXTENDED else 1 for c in text)
    return sum(2 if ord(c) > 0xFFFF else 1 for c in text)  # noqa: PLR2004 - beyond 16 bits


def segments_of(text: str) -> int:
    """Return how many messages a text is billed as.

    A character is never split between parts, so a part may be a unit short.
    """
    gsm = alphabet_of(text) is Alphabet.GSM7
    single, part = (GSM7_SINGLE, GSM7_PART) if gsm else (UCS2_SINGLE, UCS2_PART)
    if length_of(text) <= single:
        return 1
    parts, used = 1, 0
    for character in text:
        width = _width(character, gsm=gsm)
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return parts


def _width(character: str, *, gsm: bool) -> int:
    if gsm:
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1  # noqa: PLR2004 - beyond 16 bits


def simplified(text: str) -> str:
    """Return the text in GSM-7 where that only costs accents and typography, else as it is."""
    plain = "".join(_simple(c) for c in text.translate(_PLAIN))
    return plain if alphabet_of(plain) is Alphabet.GSM7 else text


def _simple(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    base = "".join(
        c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)
    )
    return base or character


def fitted(text: str, *, signature: str = "", tail: str = "") -> str:
    """Return the text cut to one GSM-7 message, or to two in UCS-2, where one says too little.

    `tail` stands whole at its end, unless it leaves too little room to say what is wrong; the
    `signature` before it where there is room.
    """
    end = f" {tail}" if 0 < len(tail) <= _LONGEST_TAIL else ""
    signed = _simply(f"{text} {signature}") if signature else _simply(text)
    if length_of(signed + end) <= _limit(signed):
        return signed + end
    shown = _simply(text)
    limit = _limit(shown) - length_of(end)
    if length_of(shown) <= limit:
        return shown + end
    gsm = alphabet_of(shown) is Alphabet.GSM7
    widths = accumulate(_width(character, gsm=gsm) for character in shown)
    kept = sum(width <= limit - len(_CUT) for width in widths)
    return shown[:kept].rstrip() + _CUT + end


def _simply(text: str) -> str:
    return simplified(" ".join(text.split()))


def _limit(text: str) -> int:
    return GSM7_SINGLE if alphabet_of(text) is Alphabet.GSM7 else 2 * UCS2_PART
