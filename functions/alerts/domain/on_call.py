"""Who is on call: members who take turns by the clock of a wall, and who stands in for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from functions.alerts.domain.maintenance import instant_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who can be on call, and the channels that reach them."""

    name: str
    channel_ids: tuple[UUID, ...]
    user_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Members who take turns; on some weekdays and between some hours only, if that is said."""

    members: tuple[Member, ...]
    # the first hand-over, as a clock in the schedule's zone shows it
    starts_local: datetime
    turn_days: int = 7
    # 0 is Monday; none: every day
    weekdays: frozenset[int] = frozenset()
    # from one time of the day to another, over midnight if it is earlier; both or none
    from_time: time | None = None
    to_time: time | None = None

    def on_call(self, at: datetime, zone: ZoneInfo) -> Member | None:
        """Return whose turn it is at an instant; None: nobody's."""
        turn = self._turn(at, zone)
        if turn < 0 or not self._covers(at, zone):
            return None
        return self.members[turn % len(self.members)]

    def begins_at(self, zone: ZoneInfo) -> datetime:
        """Return the first hand-over's instant."""
        return self._hand_over(0, zone)

    def changes(self, begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Return the instants from one to another at which somebody else may be on call."""
        turn = max(0, self._turn(begin, zone))
        while (at := self._hand_over(turn, zone)) < end:
            yield at
            turn += 1
        day, last = begin.astimezone(zone).date() - _DAY, end.astimezone(zone).date()
        while day <= last:
            yield from self._hours(day, zone)
            day += _DAY

    def _hand_over(self, turn: int, zone: ZoneInfo) -> datetime:
        # at the same time of the day whatever daylight saving does
        return instant_of(self.starts_local + turn * self.turn_days * _DAY, zone)

    def _turn(self, at: datetime, zone: ZoneInfo) -> int:
        """Return how many hand-overs there were after the first; negative: before it."""
        local = at.astimezone(zone).replace(tzinfo=None)
        turn = (local - self.starts_local) // (self.turn_days * _DAY)
        # in autumn a clock shows an hour twice: what counts is the first time
        if self._hand_over(turn + 1, zone) <= at:
            return turn + 1
        return turn if self._hand_over(turn, zone) <= at else turn - 1

    def _covers(self, at: datetime, zone: ZoneInfo) -> bool:
        # a night began the day before
        today = at.astimezone(zone).date()
        spans = ((day, self._hours(day, zone)) for day in (today, today - _DAY))
        return any(
            begin <= at < end
            for day, (begin, end) in spans
            if not self.weekdays or day.weekday() in self.weekdays
        )

    def _hours(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return from when to when a day is covered."""
        first, last = self.from_time or time(0), self.to_time or time(0)
        until = day if first < last else day + _DAY
        begin, end = datetime.combine(day, first), datetime.combine(until, last)
        return instant_of(begin, zone), instant_of(end, zone)


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Somebody who is on call instead, from one instant to another."""

    member: Member
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Who is on call from one instant to another; None: nobody, there is a hole."""

    begins_at: datetime
    ends_at: datetime
    member: Member | None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Layers, the first that has somebody on call wins; whoever stands in wins over all.

    Of several who stand in at a time the last one named does.
    """

    id: UUID
    name: str
    time_zone: str
    layers: tuple[Layer, ...]
    overrides: tuple[StandIn, ...] = ()

    def on_call(self, at: datetime) -> Member | None:
        """Return who is on call at an instant; None: nobody, there is a hole."""
        for each in reversed(self.overrides):
            if each.starts_at <= at < each.ends_at:
                return each.member
        found = (layer.on_call(at, self._zone) for layer in self.layers)
        return next((member for member in found if member is not None), None)

    @property
    def begins_at(self) -> datetime:
        """When somebody is on call for the first time."""
        return min(layer.begins_at(self._zone) for layer in self.layers)

    def shifts(self, begin: datetime, end: datetime) -> list[Shift]:
        """Return who is on call from when to when, holes with nobody."""
        marks = {begin, end}
        for layer in self.layers:
            marks |= set(layer.changes(begin, end, self._zone))
        for each in self.overrides:
            marks |= {each.starts_at, each.ends_at}
        shifts: list[Shift] = []
        for at, following in pairwise(sorted(at for at in marks if begin <= at <= end)):
            member = self.on_call(at)
            if shifts and shifts[-1].member == member:
                shifts[-1] = replace(shifts[-1], ends_at=following)
            else:
                shifts.append(Shift(begins_at=at, ends_at=following, member=member))
        return shifts

    def first_hole(self, begin: datetime, end: datetime) -> Shift | None:
        """Return the first time nobody's turn is, if there is one; who stands in fills no hole."""
        turns = replace(self, overrides=())
        return next((each for each in turns.shifts(begin, end) if each.member is None), None)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
