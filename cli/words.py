"""Values as they are shown to people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

_BARS = "▁▂▃▄▅▆▇█"
_GAP = "·"
_NONE = "-"
# Control, format and private characters could move the cursor or turn text around.
_UNSEEN = {"Cc", "Cf", "Co", "Cs"}


def printable(text: str) -> str:
    """Return the text without what a terminal would obey instead of showing."""
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in _UNSEEN
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def shown(value: Any) -> str:
    """Return one value as a cell shows it; a dash for none."""
    match value:
        case None | "":
            return _NONE
        case bool():
            return "yes" if value else "no"
        case float():
            return number(value)
        case list() | tuple():
            return ", ".join(shown(each) for each in value) or _NONE
        case dict():
            return ", ".join(f"{key}={shown(each)}" for key, each in value.items()) or _NONE
        case _:
            return printable(str(value))


def number(value: float) -> str:
    """Return a number with as many digits as tell something."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4g}"  # noqa: PLR2004 - taste


def instant(text: str | None) -> str:
    """Return an instant of the API in this machine's time zone."""
    if not text:
        return shown(None)
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}"


def sparkline(values: Iterable[float | None], *, width: int) -> str:
    """Return a curve in one line of at most `width` characters; a dot where nothing was measured.

    When there are more values than characters, each shows the highest of its share: a short peak
    is not smoothed away.
    """
    given = list(values)
    columns = min(width, len(given))
    if not columns:
        return ""
    edges = [round(place * len(given) / columns) for place in range(columns + 1)]
    shares = [
        [value for value in given[begin:end] if value is not None] for begin, end in pairwise(edges)
    ]
    peaks = [max(share) if share else None for share in shares]
    known = [peak for peak in peaks if peak is not None]
    if not known:
        return _GAP * columns
    low, span = min(known), max(known) - min(known)
    return "".join(_GAP if peak is None else _bar(peak - low, span) for peak in peaks)


def _bar(height: float, span: float) -> str:
    return _BARS[0] if not span else _BARS[round(height / span * (len(_BARS) - 1))]
