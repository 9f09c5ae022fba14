"""Instants as people write them in a query: ISO 8601 with an offset, or relative to now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_RELATIVE = re.compile(r"(?:now)?(?:([+-])(\d{1,6})([smhdw]))?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
# `+` in a query string that was not escaped arrives as a space
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")


def parse_instant(text: str, now: datetime) -> datetime:
    """Return the instant of `2026-03-02T12:00:00Z`, `now`, `-1h` or `now-7d`; raise ValueError."""
    text = text.strip()
    relative = _RELATIVE.fullmatch(text)
    if relative and text:
        sign, count, unit = relative.groups()
        if count is None:
            return now
        distance = timedelta(**{_UNITS[unit]: int(count)})
        try:
            return now - distance if sign == "-" else now + distance
        except OverflowError as error:
            raise ValueError("too far from now") from error
    instant = datetime.fromisoformat(_LOST_PLUS.sub("+", text))
    if instant.tzinfo is None:
        raise ValueError("the offset from UTC is missing")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("too far from now") from error
