"""A channel's group of alerts as it is kept, with the newest word of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from netpulse.ids import ChannelId

from functions.notify.domain.channel import Channel
from functions.notify.domain.delivery import Told
from functions.notify.domain.grouping import (
    Flush,
    Group,
    Grouping,
    Member,
    Why,
    flushed,
    joined,
    key_of,
    left,
)
from functions.notify.domain.letter import Letter
from functions.notify.domain.news import Event, News, rank
from functions.notify.domain.routing import knowing_of

# Whoever changes a channel's quiet hours while they last is heard by then.
LOOKED_AT_AGAIN = timedelta(minutes=15)
# What went on before is listed up to this many; the rest is counted.
LISTED = 100


@dataclass(frozen=True)
class GroupKey:
    """Which group of a channel: critical alerts that wait for nothing are apart."""

    channel_id: ChannelId
    at_once: bool
    # of its labels, which may be long
    fingerprint: str


@dataclass(kw_only=True)
class Gathered:
    """A group, and what was last said of its alerts."""

    key: GroupKey
    labels: dict[str, str]
    id: UUID = field(default_factory=uuid4)
    group: Group = field(default_factory=Group)
    news: dict[str, News] = field(default_factory=dict)

    @classmethod
    def of(cls, channel: Channel, news: News) -> Gathered:
        """Return the group, new, that an alert has its place in."""
        grouping = channel.grouping_of(news.severity)
        labels = grouping.labels(news.all_labels)
        fingerprint = sha256(key_of(labels).encode()).hexdigest()
        at_once = grouping != channel.grouping
        return cls(key=GroupKey(channel.id, at_once, fingerprint), labels=labels)

    def grouping(self, channel: Channel) -> Grouping:
        """Return how its channel groups it."""
        return channel.grouping.at_once if self.key.at_once else channel.grouping

    def severity_of(self, alert_id: UUID) -> str:
        """Return how grave an alert was when it joined."""
        return self.group.members[str(alert_id)].severity

    def join(self, news: News, channel: Channel, *, now: datetime) -> None:
        """Take an alert in, or again because it grew worse."""
        member = Member(key=f"{news.alert_id}/{news.severity}")
        self._set(news, member, channel, now=now)

    def hear(self, news: News, channel: Channel, *, now: datetime) -> None:
        """Take the newest word of an alert that is in the group."""
        known = self.group.members[str(news.alert_id)]
        member = replace(
            known,
            is_resolved=news.is_over,
            is_muted=news.state == "suppressed",
            is_taken=news.state == "acknowledged",
        )
        self._set(news, member, channel, now=now)

    def leave(self, alert_id: UUID) -> None:
        """Let an alert go that belongs to another group now."""
        self.group = left(self.group, str(alert_id))
        self.news.pop(str(alert_id), None)

    def _set(self, news: News, member: Member, channel: Channel, *, now: datetime) -> None:
        key = str(news.alert_id)
        self.news[key] = news
        self.group = joined(
            self.group,
            key,
            member,
            grouping=self.grouping(channel),
            now=now,
            began_at=news.fired_at,
        )

    def speak(self, channel: Channel, *, now: datetime) -> Speech | None:
        """Let the group say what is due, and forget what is over; None: it is quiet for now."""
        is_critical = any(each.is_critical for each in self.group.members.values())
        if quiet_until := channel.quiet_until(now, is_critical=is_critical):
            self.group = replace(self.group, due_at=min(quiet_until, now + LOOKED_AT_AGAIN))
            return None
        group = self.group
        if not channel.enabled:
            silent = {key: replace(each, is_muted=True) for key, each in group.members.items()}
            group = replace(group, members=silent)
        done = flushed(group, grouping=self.grouping(channel), now=now)
        told = self.group.logged.firing if self.group.logged else frozenset()
        speech = Speech(
            channel=channel,
            labels=None if self.key.at_once else self.labels,
            flush=done,
            news=dict(self.news),
            unheard=tuple(
                key
                for key, each in self.group.members.items()
                if each.is_resolved and each.key not in told
            ),
        )
        after = {key: self.group.members[key] for key in done.after.members}
        self.group = replace(done.after, members=after)
        self.news = {key: self.news[key] for key in after}
        return speech


@dataclass(frozen=True, kw_only=True)
class Speech:
    """What a group says at a tick, before it is said to anyone."""

    channel: Channel
    labels: dict[str, str] | None
    flush: Flush
    news: dict[str, News]
    # over before anybody was told
    unheard: tuple[str, ...]

    @property
    def alert_ids(self) -> list[UUID]:
        """The alerts of which it matters who knows."""
        return [UUID(each) for each in (*self.flush.firing, *self.flush.resolved)]

    def letter_to(self, recipient: str, told: dict[UUID, list[Told]]) -> Letter | None:
        """Return what a recipient hears; None: nothing new to them."""
        over = [
            self.news[key]
            for key in self.flush.resolved
            if recipient in knowing_of(self.channel, told.get(UUID(key), []))
        ]
        # Alertmanager forgets what it told of an alert that is muted when all others are over;
        # whoever knows of a problem is to know of its end
        if self.flush.why is None and not over:
            return None
        if self.flush.why is Why.REPEATED and self._is_pending(recipient, told):
            return None
        fresh: list[News] = []
        ongoing: list[News] = []
        for key in self.flush.firing:
            news = self.news[key]
            is_new = key in self.flush.fresh and not _knows(
                recipient, news, self.channel, told.get(news.alert_id, [])
            )
            said = replace(news, event=Event.PROBLEM if is_new else Event.ONGOING)
            (fresh if is_new else ongoing).append(said)
        if self.flush.why is Why.CHANGED and not fresh and not over:
            return None
        return Letter(
            news=(*fresh, *over, *ongoing[:LISTED]),
            group_labels=self.labels,
            unlisted=max(0, len(ongoing) - LISTED),
        )

    def _is_pending(self, recipient: str, told: dict[UUID, list[Told]]) -> bool:
        """Return whether what a recipient was told has not got through: nothing to repeat yet."""
        return any(
            each.pending and each.recipient == recipient and each.channel_id == self.channel.id
            for alert_id in self.alert_ids
            for each in told.get(alert_id, [])
        )


def _knows(recipient: str, news: News, channel: Channel, told: Sequence[Told]) -> bool:
    return any(
        t.channel_id == channel.id
        and t.recipient == recipient
        and rank(t.severity) >= rank(news.severity)
        for t in told
    )
