"""Maintenance windows: once or again and again, by the clock of a wall in a time zone."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from functions.alerts.domain.rule import Scope

# Whoever looks further ahead than this has another question.
_HORIZON = timedelta(days=5 * 366)


class Frequency(StrEnum):
    """How often a window comes again."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """When a window comes again."""

    frequency: Frequency
    # every so many days, weeks or months
    interval: int = 1
    # weekly: 0 is Monday; none: the weekday it began on
    weekdays: frozenset[int] = frozenset()
    # monthly: the last day of shorter months stands for it; none: the day it began on
    month_day: int | None = None
    # the last day it may begin on
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Window:
    """Devices that are worked on: nobody is told of their alerts, and no outage counts."""

    id: UUID
    name: str
    scope: Scope
    time_zone: str
    # the wall's clock, without a zone of its own
    starts_local: datetime
    duration: timedelta
    recurrence: Recurrence | None = None
    with_children: bool = True
    comment: str = ""
    is_enabled: bool = True
    created_by: UUID | None = None
    created_by_name: str = ""

    def occurrences(self, after: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Return when it begins and ends, for all that end after an instant, in time."""
        zone = ZoneInfo(self.time_zone)
        for begin in self._begins(after.astimezone(zone).replace(tzinfo=None)):
            starts_at, ends_at = instant_of(begin, zone), instant_of(begin + self.duration, zone)
            if ends_at <= starts_at:
                # spring leaves out all of it: it comes as long after the change
                ends_at = starts_at + self.duration
            if after < ends_at:
                yield starts_at, ends_at

    def active(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Return the occurrence that lasts at an instant."""
        if not self.is_enabled:
            return None
        found = next(self.occurrences(now), None)
        return found if found and found[0] <= now else None

    def next_change(self, now: datetime) -> datetime | None:
        """Return when it begins or ends next; None: never again."""
        if not self.is_enabled:
            return None
        found = next(self.occurrences(now), None)
        return None if found is None else found[0] if found[0] > now else found[1]

    def upcoming(self, now: datetime, *, count: int) -> list[tuple[datetime, datetime]]:
        """Return the occurrence that lasts, if any, and the next ones."""
        return list(islice(self.occurrences(now), count)) if self.is_enabled else []

    def _begins(self, after: datetime) -> Iterator[datetime]:
        if self.recurrence is None:
            yield self.starts_local
            return
        # those that began before may still last
        first = max(self.starts_local, after - self.duration - timedelta(days=1))
        # days never end: the horizon ends the looking
        for day in _days(  # pragma: no branch
            self.recurrence, self.starts_local.date(), first.date()
        ):
            if self.recurrence.until is not None and day > self.recurrence.until:
                return
            if day - after.date() > _HORIZON:
                return
            yield datetime.combine(day, self.starts_local.time())


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall clock's time.

    A time that daylight saving leaves out is as late after the change as it would have been; one
    that comes twice is the first of both (RFC 5545, 3.3.5).
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _days(recurrence: Recurrence, start: date, first: date) -> Iterator[date]:
    """Return the days it begins on, from a day on."""
    match recurrence.frequency:
        case Frequency.DAILY:
            steps = max(0, -((start - first).days // recurrence.interval))
            day = start + timedelta(days=steps * recurrence.interval)
            while True:
                yield day
                day += timedelta(days=recurrence.interval)
        case Frequency.WEEKLY:
            yield from _weekly(recurrence, start, first)
        case Frequency.MONTHLY:
            yield from _monthly(recurrence, start, first)
        case _:
            assert_never(recurrence.frequency)


def _weekly(recurrence: Recurrence, start: date, first: date) -> Iterator[date]:
    weekdays = sorted(recurrence.weekdays or {start.weekday()})
    monday = start - timedelta(days=start.weekday())
    weeks = max(0, (first - monday).days // 7 // recurrence.interval)
    week = monday + timedelta(weeks=weeks * recurrence.interval)
    while True:
        for weekday in weekdays:
            day = week + timedelta(days=weekday)
            if day >= max(start, first):
                yield day
        week += timedelta(weeks=recurrence.interval)


def _monthly(recurrence: Recurrence, start: date, first: date) -> Iterator[date]:
    wanted = recurrence.month_day or start.day
    month = start.year * 12 + start.month - 1
    ahead = max(0, first.year * 12 + first.month - 1 - month)
    month += ahead // recurrence.interval * recurrence.interval
    while True:
        year, index = divmod(month, 12)
        day = date(year, index + 1, min(wanted, monthrange(year, index + 1)[1]))
        if day >= max(start, first):
            yield day
        month += recurrence.interval
