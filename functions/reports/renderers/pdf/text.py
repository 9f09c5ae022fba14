"""Words and numbers as people read them, in letters that the font has."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from functions.reports.domain.words import TIED, UNITS

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

BODY, BOLD = "NetPulse", "NetPulse-Bold"
_REPLACEMENT = "?"


@cache
def register_fonts() -> frozenset[int]:
    """Register the fonts that reportlab ships; return the characters they have."""
    faces = []
    for name, file in ((BODY, "Vera.ttf"), (BOLD, "VeraBd.ttf")):
        font = TTFont(name, file)
        pdfmetrics.registerFont(font)
        faces.append(frozenset(font.face.charToGlyph))
    pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)
    return faces[0] & faces[1]


def drawable(text: str) -> str:
    """Return a text without what the font has no letters for.

    A letter loses its accents before it is given up for a question mark.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_drawn, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=4096)
def _drawn(character: str) -> str:
    known = register_fonts()
    if ord(character) in known and unicodedata.category(character) != "Cc":
        return character
    if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    kept = "".join(each for each in unicodedata.normalize("NFKD", character) if ord(each) in known)
    # what is invisible by nature (joiners, marks, directions) leaves no trace
    return kept or ("" if unicodedata.category(character) in {"Cf", "Mn", "Me"} else _REPLACEMENT)


# tables ask for the same texts again and again
@lru_cache(maxsize=65_536)
def width(text: str, font: str, size: float) -> float:
    """Return how wide a text is drawn."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, font, size))


def cut(text: str, font: str, size: float, room: float) -> str:
    """Return a text cut to a width, with an ellipsis where something is missing."""
    if width(text, font, size) <= room:
        return text
    while text and width(f"{text}…", font, size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    """Return the lines a text is drawn in; a word that is too long is broken."""
    if width(text, font, size) <= room:
        return [text]
    lines, line = [], ""
    for word in filter(None, text.split(" ")):
        longer = f"{line} {word}" if line else word
        if width(longer, font, size) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        pieces = _broken(word, font, size, room)
        lines += pieces[:-1]
        line = pieces[-1]
    return [*lines, line]


def _broken(word: str, font: str, size: float, room: float) -> list[str]:
    pieces, piece = [], ""
    for character in word:
        if piece and width(piece + character, font, size) > room:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]


def clock(seconds: float) -> str:
    """Return a length of time to the second as tables show it: `1 d 03:12:05`."""
    days, left = divmod(round(seconds), 86_400)
    time = f"{left // 3600:02d}:{left // 60 % 60:02d}:{left % 60:02d}"
    return f"{days}{TIED}d{TIED}{time}" if days else time


def length(seconds: int) -> str:
    """Return a round length of time by its largest unit: `6 h`."""
    unit, size = next((unit, size) for unit, size in UNITS if seconds % size == 0)
    return f"{seconds // size}{TIED}{unit}"


def amount(value: float, unit: str = "") -> str:
    """Return a measured value with about four digits, thousands as k, M, G."""
    if unit == "ratio":
        return f"{value * 100:.3g}{TIED}%"
    for limit, prefix in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            scale = 1e3 if prefix == "k" else limit
            return f"{value / scale:.4g}{TIED}{prefix}{unit}"
    shown = f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"  # noqa: PLR2004 - four digits
    return f"{shown}{TIED}{unit}" if unit else shown


def day(value: date) -> str:
    """Return a day: `2 Mar 2026`."""
    return f"{value.day}{TIED}{value:%b}{TIED}{value:%Y}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Return an instant to the second on the clock of a time zone."""
    local = value.astimezone(zone)
    return f"{day(local.date())} {local:%H:%M:%S}"
