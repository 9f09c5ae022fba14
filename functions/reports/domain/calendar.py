"""Days and periods as the people of a time zone count them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


class NamedPeriod(StrEnum):
    """Periods people ask for by name; all but `today` and `this_month` are whole and over."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7_DAYS = "last_7_days"
    LAST_WEEK = "last_week"
    LAST_30_DAYS = "last_30_days"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    LAST_QUARTER = "last_quarter"
    LAST_YEAR = "last_year"


@dataclass(frozen=True)
class Day:
    """A day of the calendar and the instants it lies between; not always 24 hours apart."""

    date: date
    begin: datetime
    end: datetime


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant a day begins in a time zone.

    Where clocks go forward at midnight, the day begins at that change.
    """
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def bounds(period: NamedPeriod, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants a named period lies between, as seen from now."""
    today = now.astimezone(zone).date()
    first, last = _dates(period, today)
    return midnight(first, zone), now if last is None else midnight(last, zone)


def _dates(period: NamedPeriod, today: date) -> tuple[date, date | None]:
    month = today.replace(day=1)
    monday = today - today.weekday() * _DAY
    quarter = month.replace(month=3 * ((month.month - 1) // 3) + 1)
    year = month.replace(month=1)
    return {
        NamedPeriod.TODAY: (today, None),
        NamedPeriod.YESTERDAY: (today - _DAY, today),
        NamedPeriod.LAST_7_DAYS: (today - 7 * _DAY, today),
        NamedPeriod.LAST_WEEK: (monday - 7 * _DAY, monday),
        NamedPeriod.LAST_30_DAYS: (today - 30 * _DAY, today),
        NamedPeriod.THIS_MONTH: (month, None),
        NamedPeriod.LAST_MONTH: ((month - _DAY).replace(day=1), month),
        NamedPeriod.LAST_QUARTER: (_three_months_before(quarter), quarter),
        NamedPeriod.LAST_YEAR: (year.replace(year=year.year - 1), year),
    }[period]


def _three_months_before(first: date) -> date:
    for _ in range(3):
        first = (first - _DAY).replace(day=1)
    return first


def days_between(begin: datetime, end: datetime, zone: ZoneInfo) -> list[Day]:
    """Return the days from one instant to another, the first and last cut to them."""
    days = []
    day = begin.astimezone(zone).date()
    while (starts := midnight(day, zone)) < end:
        ends = midnight(day + _DAY, zone)
        # a zone that crossed the date line has days of no length
        if ends > begin and ends > starts:
            days.append(Day(day, max(starts, begin), min(ends, end)))
        day += _DAY
    return days


def dates_shown(begin: datetime, end: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day that a stretch of time touches."""
    last = end - timedelta(microseconds=1)
    return begin.astimezone(zone).date(), max(begin, last).astimezone(zone).date()
