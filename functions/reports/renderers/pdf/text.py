"""Words and numbers as people read them, measured, cut and wrapped."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from reportlab.pdfbase import pdfmetrics

from functions.reports.domain.words import TIED, UNITS
from functions.reports.renderers.pdf.letters import face_of, register_fonts

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo


_JOINTS = "-._/:"


# tables ask for the same texts again and again
@lru_cache(maxsize=65_536)
def width(text: str, font: str, size: float) -> float:
    """Return how wide a text is drawn."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, face_of(text, font), size))


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
            # where a name has joints it is broken there, unless that leaves the line half empty
            joint = max(piece.rfind(each) for each in _JOINTS) + 1
            end = joint if joint > len(piece) / 2 else len(piece)
            pieces.append(piece[:end])
            piece = piece[end:]
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
    # four digits of what is a little below a thousand are a thousand
    size = abs(float(f"{value:.4g}"))
    for limit, prefix in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if size >= limit:
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
