"""Letters of all the world: which font has them, and the order they are drawn in."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

if TYPE_CHECKING:
    from collections.abc import Callable

BODY, BOLD, WORLD = "NetPulse", "NetPulse-Bold", "NetPulse-World"
_WORLD_FILE = Path(__file__).parent / "fonts" / "World.ttf"
_REPLACEMENT = "?"
# letters that join their neighbours
_ARABIC = range(0x0600, 0x0780)
_FROM_THE_RIGHT = frozenset({"R", "AL"})


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


@cache
def register_world() -> frozenset[int]:
    """Register the font of all the world, read only when somebody's name needs it."""
    font = TTFont(WORLD, str(_WORLD_FILE))
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(WORLD, normal=WORLD, bold=WORLD, italic=WORLD, boldItalic=WORLD)
    return frozenset(font.face.charToGlyph)


@lru_cache(maxsize=65_536)
def face_of(text: str, font: str) -> str:
    """Return the font that a drawable text is drawn in where another is wanted."""
    if text.isascii() or all(ord(each) in register_fonts() for each in text):
        return font
    register_world()
    return WORLD


def drawable(text: str) -> str:
    """Return a text without what no font has letters for, its letters joined as they are written.

    A letter loses its accents before it is given up for a question mark.
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    if any(ord(each) in _ARABIC for each in text):
        # imported late: most reports have no such name
        from arabic_reshaper import reshape  # noqa: PLC0415

        text = str(reshape(text))
    strange = {each for each in text if ord(each) not in register_fonts() and each.isprintable()}
    # all of a text is drawn in one font
    known = register_fonts
    if strange and any(ord(each) in register_world() for each in strange):
        known = register_world
    return "".join(_drawn(each, known) for each in text)


@lru_cache(maxsize=4096)
def _drawn(character: str, known: Callable[[], frozenset[int]]) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if ord(character) in known() and category != "Cf":
        return character
    if category == "Zs":
        return " "
    parts = unicodedata.normalize("NFKD", character)
    kept = "".join(each for each in parts if ord(each) in known())
    # what is invisible by nature (joiners, marks, directions) leaves no trace
    return kept or ("" if category in {"Cf", "Mn", "Me"} else _REPLACEMENT)


def in_order(line: str) -> str:
    """Return a line's letters from left to right, whichever way its words are read."""
    if line.isascii():
        return line
    ways = [unicodedata.bidirectional(each) for each in line]
    from_right = sum(way in _FROM_THE_RIGHT for way in ways)
    if not from_right:
        return line
    from bidi import get_display  # noqa: PLC0415 - as above

    # an English sentence about a device with an Arabic name is an English sentence
    return str(get_display(line, base_dir="R" if from_right > ways.count("L") else "L"))
