"""Instants as people write them in a query: ISO 8601 with an offset, or relative to now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_RELATIVE = re.compile(r"(?:now)?(?:([+-])(\d{1,6})([smhdw]))?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
# `+` in a query string that was not escaped arrives as a space
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")


class NotAnInstantError(ValueError):
    """The text names no instant."""


def parse_instant(text: str, now: datetime) -> datetime:
    """Return the instant `2026-03-02T12:00:00Z`, `now`, `-1h` or `now-7d` names.

    Raises NotAnInstantError.
    """
    text = text.strip()
    try:
        relative = _RELATIVE.fullmatch(text)
        if relative and text:
            return _from_now(now, *relative.groups())
        instant = datetime.fromisoformat(_LOST_PLUS.sub("+", text))
        if instant.tzinfo is None:
            raise NotAnInstantError("the offset from UTC is missing")
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise NotAnInstantError("too far from now") from error
    except ValueError as error:
        raise NotAnInstantError(str(error)) from error


def _from_now(now: datetime, sign: str | None, count: str | None, unit: str | None) -> datetime:
    if count is None or unit is None:
        return now
    distance = timedelta(**{_UNITS[unit]: int(count)})
    return now - distance if sign == "-" else now + distance
