"""How soon somebody must be on an alert, and how soon it must be over: within business hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from functions.alerts.domain.maintenance import instant_of
from functions.alerts.domain.matchers import Labels, Matcher, all_match
from functions.alerts.domain.texts import span

PERCENTS = (50, 75, 100)
# Hours that are open for a minute a week would take longer than anybody waits.
_MOST_DAYS = 3700


class Aim(StrEnum):
    """What is to be done in time."""

    RESPOND = "respond"
    RESTORE = "restore"


@dataclass(frozen=True, kw_only=True)
class BusinessHours:
    """The hours that count, by the clock of a wall."""

    time_zone: str
    # 0 is Monday
    weekdays: frozenset[int]
    from_time: time
    # midnight: the end of the day
    to_time: time

    def after(self, start: datetime, length: timedelta) -> datetime:
        """Return when so much of the hours has gone by since an instant."""
        end = start
        for begin, end in self._open(start):
            if end - begin >= length:
                return begin + length
            length -= end - begin
        return end

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much of the hours lies between two instants."""
        whole = timedelta(0)
        for begin, close in self._open(start):
            if begin >= end:
                break
            whole += min(close, end) - begin
        return whole

    def _open(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Return when the hours begin and end from an instant on, in time."""
        zone = ZoneInfo(self.time_zone)
        first = start.astimezone(zone).date()
        for day in (first + timedelta(days=n) for n in range(_MOST_DAYS)):
            if day.weekday() in self.weekdays:
                begin = instant_of(datetime.combine(day, self.from_time), zone)
                end_day = day + timedelta(days=1) if self.to_time == time(0) else day
                end = instant_of(datetime.combine(end_day, self.to_time), zone)
                if max(begin, start) < end:
                    yield max(begin, start), end


@dataclass(frozen=True, kw_only=True)
class ServiceLevel:
    """What was promised for some alerts."""

    id: UUID
    name: str
    matchers: tuple[Matcher, ...] = ()
    priority: int = 100
    respond_within: timedelta | None = None
    restore_within: timedelta | None = None
    hours: BusinessHours | None = None
    channel_ids: tuple[UUID, ...] = ()
    is_enabled: bool = True

    def within(self, aim: Aim) -> timedelta | None:
        """Return how long an aim may take; None: it was not promised."""
        return self.respond_within if aim is Aim.RESPOND else self.restore_within

    def after(self, since: datetime, length: timedelta) -> datetime:
        """Return when so much time that counts has gone by since an instant."""
        return self.hours.after(since, length) if self.hours else since + length

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much time that counts lies between two instants."""
        if self.hours:
            return self.hours.between(start, end)
        return max(end - start, timedelta(0))

    def words(self, aim: Aim, percent: int) -> str:
        """Return what a warning says."""
        whole = self.within(aim) or timedelta(0)
        todo = "taken on" if aim is Aim.RESPOND else "restored"
        if percent == PERCENTS[-1]:
            return f"{self.name}: not {todo} within {span(whole)}"
        return f"{self.name}: {percent} % of {span(whole)} to be {todo} are gone"


def level_for(labels: Labels, levels: Iterable[ServiceLevel]) -> ServiceLevel | None:
    """Return what was promised for an alert: of those that match the one of lowest priority."""
    matching = [each for each in levels if each.is_enabled and all_match(each.matchers, labels)]
    return min(matching, key=lambda each: (each.priority, each.name), default=None)
