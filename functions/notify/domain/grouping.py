"""Which alerts go in one message, and when it goes: Alertmanager's groups.

`group_wait`, `group_interval` and `repeat_interval` mean what they mean there:
https://prometheus.io/docs/alerting/latest/configuration/#route. Nothing here reads a clock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

# As a name in `group_by`: every alert by itself.
ALL_LABELS = "..."
# A group that has emptied keeps its rhythm for so long, as Alertmanager's does.
EMPTY_KEPT = timedelta(seconds=30)
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """How a channel groups alerts; without an interval a group speaks whenever it changes."""

    group_by: tuple[str, ...] = ("alertname",)
    group_wait: timedelta = timedelta(seconds=30)
    group_interval: timedelta = timedelta(minutes=5)
    repeat_interval: timedelta = timedelta(hours=4)

    @property
    def at_once(self) -> Grouping:
        """How alerts are grouped that wait for nothing: each by itself."""
        none = timedelta()
        return replace(self, group_by=(ALL_LABELS,), group_wait=none, group_interval=none)

    def labels(self, labels: Mapping[str, str]) -> dict[str, str]:
        """Return the labels that an alert's group has; what it lacks its group lacks, too."""
        if ALL_LABELS in self.group_by:
            return dict(sorted(labels.items()))
        return {name: labels[name] for name in sorted(set(self.group_by)) if name in labels}


def key_of(labels: Mapping[str, str]) -> str:
    """Return labels as Alertmanager writes a group's: `{alertname="x", site="y"}`."""
    pairs = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in labels.items())
    return "{" + ", ".join(pairs) + "}"


@dataclass(frozen=True, kw_only=True)
class Member:
    """An alert in a group; one that fires with another key is news although it was told."""

    key: str
    is_resolved: bool = False
    # nobody wants to hear of it now
    is_muted: bool = False
    # somebody is on it: it need not be repeated
    is_taken: bool = False

    @property
    def severity(self) -> str:
        """How grave it was when it joined."""
        return self.key.rpartition("/")[2]

    @property
    def is_critical(self) -> bool:
        """Whether it joined as a critical one."""
        return self.severity == "critical"


@dataclass(frozen=True, kw_only=True)
class Logged:
    """The last message of a group: when it went, and what it told."""

    at: datetime
    firing: frozenset[str] = _NONE
    resolved: frozenset[str] = _NONE


@dataclass(frozen=True, kw_only=True)
class Group:
    """Alerts that go in one message, by their ids; `due_at` None: it has nothing to say."""

    members: Mapping[str, Member] = field(default_factory=dict)
    due_at: datetime | None = None
    flushed_at: datetime | None = None
    logged: Logged | None = None


class Why(StrEnum):
    """Why a group speaks."""

    CHANGED = "changed"
    REPEATED = "repeated"


@dataclass(frozen=True, kw_only=True)
class Flush:
    """What a group has to say when it is due, and what is left of it; `why` None: nothing."""

    after: Group
    why: Why | None
    firing: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    # of those that fire, the ones that the message before did not tell
    fresh: frozenset[str] = _NONE


def joined(
    group: Group,
    member_id: str,
    member: Member,
    *,
    grouping: Grouping,
    now: datetime,
    began_at: datetime | None = None,
) -> Group:
    """Return the group with an alert's newest word; one that began long ago waits no longer."""
    if group.flushed_at and not group.members and now >= group.flushed_at + EMPTY_KEPT:
        group = Group()
    with_it = replace(group, members={**group.members, member_id: member})
    if group.flushed_at is not None:
        tick = _next_tick(group.flushed_at, grouping.group_interval, now)
        return replace(with_it, due_at=min(tick, group.due_at or tick))
    if (began_at or now) + grouping.group_wait < now:
        return replace(with_it, due_at=now)
    return replace(with_it, due_at=group.due_at or now + grouping.group_wait)


def left(group: Group, member_id: str) -> Group:
    """Return the group without an alert that belongs to another one now."""
    members = {key: each for key, each in group.members.items() if key != member_id}
    return replace(group, members=members, due_at=group.due_at if members else None)


def flushed(group: Group, *, grouping: Grouping, now: datetime) -> Flush:
    """Return what a group says at a tick, and the group as it goes on."""
    speaking = {key: each for key, each in group.members.items() if not each.is_muted}
    firing = tuple(key for key, each in speaking.items() if not each.is_resolved)
    resolved = tuple(key for key, each in speaking.items() if each.is_resolved)
    said = Logged(
        at=now,
        firing=frozenset(speaking[each].key for each in firing),
        resolved=frozenset(speaking[each].key for each in resolved),
    )
    unattended = any(not speaking[each].is_taken for each in firing)
    why = _why(group.logged, said, repeat=grouping.repeat_interval if unattended else None)
    logged = said if why and speaking else group.logged
    after = Group(
        members={key: each for key, each in group.members.items() if not each.is_resolved},
        flushed_at=now,
        logged=logged,
        due_at=_repeat_at(logged, grouping, now) if unattended and logged else None,
    )
    known = group.logged.firing if group.logged else _NONE
    return Flush(
        after=after,
        why=why if speaking else None,
        firing=firing,
        resolved=resolved,
        fresh=frozenset(each for each in firing if speaking[each].key not in known),
    )


def _why(before: Logged | None, said: Logged, *, repeat: timedelta | None) -> Why | None:
    """Return why something is to be told; the order is that of Alertmanager's DedupStage."""
    if before is None:
        return Why.CHANGED if said.firing else None
    if not said.firing <= before.firing:
        return Why.CHANGED
    if not said.firing:
        # what fired and ended since the last message was never told
        return Why.CHANGED if before.firing else None
    if not said.resolved <= before.resolved:
        return Why.CHANGED
    return Why.REPEATED if repeat is not None and before.at + repeat <= said.at else None


def _next_tick(flushed_at: datetime, interval: timedelta, now: datetime) -> datetime:
    if not interval:
        return now
    return flushed_at + ((now - flushed_at) // interval + 1) * interval


def _repeat_at(logged: Logged, grouping: Grouping, now: datetime) -> datetime:
    """Return the first tick at which a message is repeated: the repeat is rounded up to one."""
    at = logged.at + grouping.repeat_interval
    if not grouping.group_interval:
        return at
    ticks = -((now - at) // grouping.group_interval)
    return now + max(1, ticks) * grouping.group_interval
