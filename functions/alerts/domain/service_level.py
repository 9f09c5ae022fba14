"""How soon somebody must be on an alert, and how soon it must be over: within business hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
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
        zone = ZoneInfo(self.time_zone)
        day = start.astimezone(zone).date()
        for _ in range(_MOST_DAYS):
            if day.weekday() in self.weekdays:
                begin = instant_of(datetime.combine(day, self.from_time), zone)
                end_day = day + timedelta(days=1) if self.to_time == time(0) else day
                end = instant_of(datetime.combine(end_day, self.to_time), zone)
                begin = max(begin, start)
                if begin < end:
                    if end - begin >= length:
                        return begin + length
                    length -= end - begin
            day += timedelta(days=1)
        return datetime.combine(day, time(0), tzinfo=UTC)


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

    def due_at(self, aim: Aim, since: datetime, *, percent: int = 100) -> datetime | None:
        """Return when so much of an aim's time is gone."""
        whole = self.within(aim)
        if whole is None:
            return None
        part = whole * percent / 100
        return self.hours.after(since, part) if self.hours else since + part

    def marks(self, since: datetime, aims: Iterable[Aim] = tuple(Aim)) -> dict[str, datetime]:
        """Return when people are warned, by `aim:percent`."""
        return {
            f"{aim}:{percent}": at
            for aim in aims
            for percent in PERCENTS
            if (at := self.due_at(aim, since, percent=percent)) is not None
        }

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
