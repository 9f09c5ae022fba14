"""When a schedule is due: by the clock on the wall of its time zone."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = timedelta(days=1)


class Cadence(StrEnum):
    """How often."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """Every day, a day of every week (0 is Monday) or of every month, at a local time.

    A month too short for `day_of_month` has its turn on its last day.
    """

    cadence: Cadence
    at: time
    time_zone: str
    weekday: int = 0
    day_of_month: int = 1


def next_run(rule: Recurrence, after: datetime) -> datetime:
    """Return the first instant after another at which the rule is due.

    A time that clocks skip is taken as much later as they skip; of a time that comes twice the
    first is taken. So there is always exactly one run a day, week or month.
    """
    zone = ZoneInfo(rule.time_zone)
    # an instant's run may belong to the day before, by the same skip
    days = _days(rule, after.astimezone(zone).date() - _DAY)
    at = rule.at.replace(fold=0)
    runs = (datetime.combine(day, at, tzinfo=zone).astimezone(UTC) for day in days)
    return next(run for run in runs if run > after)


def _days(rule: Recurrence, first: date) -> Iterator[date]:
    match rule.cadence:
        case Cadence.DAILY:
            return _every(first, 1)
        case Cadence.WEEKLY:
            return _every(first + (rule.weekday - first.weekday()) % 7 * _DAY, 7)
        case Cadence.MONTHLY:
            return _monthly(first, rule.day_of_month)
        case _:
            assert_never(rule.cadence)


def _every(first: date, days: int) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += days * _DAY


def _monthly(first: date, day_of_month: int) -> Iterator[date]:
    month = first.replace(day=1)
    while True:
        length = monthrange(month.year, month.month)[1]
        yield month.replace(day=min(day_of_month, length))
        month = (month + 31 * _DAY).replace(day=1)
