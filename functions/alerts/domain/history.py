"""Which years of alerts' history there are to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class Years:
    """Years (UTC) that must have room, and the first one that is kept."""

    first: int
    last: int
    kept_from: int


def years_of(now: datetime, *, kept: int) -> Years:
    """Return the years for an instant: the next one is there before it begins."""
    year = now.astimezone(UTC).year
    return Years(first=year, last=year + 1, kept_from=year - kept)
