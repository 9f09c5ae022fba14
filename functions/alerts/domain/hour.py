"""Hours of a series, and where in the week they lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

HOUR = timedelta(hours=1)
DAY_HOURS, WEEK_HOURS = 24, 168


@dataclass(frozen=True, slots=True)
class Hour:
    """What an hour's values came to."""

    begin: datetime
    low: float
    mean: float
    high: float


def whole_hour(at: datetime) -> datetime:
    """Return when the hour of an instant began (UTC's, as rollups have it)."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def hour_of_week(at: datetime, zone: tzinfo) -> int:
    """Return the hour of the week on the wall, 0 from Monday 00:00.

    Hours begin where rollups' do, which is not where the wall's do in zones of half hours.
    """
    wall = whole_hour(at).astimezone(zone)
    return wall.weekday() * DAY_HOURS + wall.hour
