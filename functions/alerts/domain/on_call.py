"""Who is on call: members who take turns by the clock of a wall, and who stands in for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

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

    def on_call(self, local: datetime) -> Member | None:
        """Return whose turn it is at a clock's time; None: nobody's."""
        if local < self.starts_local or not self._covers(local):
            return None
        # hand-overs are at the same time of the day whatever daylight saving does
        turns = (local - self.starts_local) // (self.turn_days * _DAY)
        return self.members[turns % len(self.members)]

    def _covers(self, local: datetime) -> bool:
        begun = local
        if self.from_time is not None and self.to_time is not None:
            clock = local.time()
            if self.from_time < self.to_time:
                if not self.from_time <= clock < self.to_time:
                    return False
            elif clock < self.to_time:
                # the night began the day before
                begun = local - _DAY
            elif clock < self.from_time:
                return False
        return not self.weekdays or begun.weekday() in self.weekdays


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Somebody who is on call instead, from one instant to another."""

    member: Member
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Layers, the first that has somebody on call wins; whoever stands in wins over all."""

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
        local = at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)
        found = (layer.on_call(local) for layer in self.layers)
        return next((member for member in found if member is not None), None)

    def shifts(self, begin: datetime, end: datetime) -> list[tuple[datetime, datetime, str | None]]:
        """Return who is on call from when to when, holes with None; to the quarter of an hour."""
        step = timedelta(minutes=15)
        shifts: list[tuple[datetime, datetime, str | None]] = []
        at = begin
        while at < end:
            following = min(at + step, end)
            member = self.on_call(at)
            name = member.name if member else None
            if shifts and shifts[-1][2] == name:
                shifts[-1] = (shifts[-1][0], following, name)
            else:
                shifts.append((at, following, name))
            at = following
        return shifts

    def first_hole(self, begin: datetime, end: datetime) -> tuple[datetime, datetime] | None:
        """Return the first time nobody is on call, if there is one."""
        holes = [(a, b) for a, b, name in self.shifts(begin, end) if name is None]
        return holes[0] if holes else None
