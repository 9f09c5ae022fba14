"""Who is told of what, and when: the blueprint's alert flow as a pure function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Reason, Told
from functions.notify.domain.news import Event, News, rank


class Timing(StrEnum):
    """When a message goes out."""

    AT_ONCE = "at_once"
    IN_A_BATCH = "in_a_batch"


@dataclass(frozen=True)
class Outgoing:
    """News for one recipient of a channel."""

    channel: Channel
    recipient: str
    timing: Timing


@dataclass(frozen=True)
class TakenBack:
    """News that still waits in a batch and is not to be told after all."""

    told: Told
    reason: Reason


@dataclass
class Route:
    """What becomes of one piece of news; `reason` says why nobody is told, when nobody is."""

    outgoing: list[Outgoing] = field(default_factory=list)
    taken_back: list[TakenBack] = field(default_factory=list)
    reason: Reason | None = None


def route(news: News, channels: Sequence[Channel], told: Sequence[Told]) -> Route:
    """Return who is told of the news; `told` are those who know of the alert's problem."""
    match news.event:
        case Event.PROBLEM if news.channel_ids:
            return _escalated(news, channels)
        case Event.PROBLEM:
            return _problem(news, channels, told)
        case Event.RECOVERY:
            return _recovery(channels, told)
        case Event.ACKNOWLEDGED:
            return _acknowledged(channels, told)
        case _:
            assert_never(news.event)


def _timing(severity: str) -> Timing:
    return Timing.AT_ONCE if severity == "critical" else Timing.IN_A_BATCH


def _problem(news: News, channels: Sequence[Channel], told: Sequence[Told]) -> Route:
    if news.severity == "info":
        return Route(reason=Reason.SEVERITY_INFO)
    if news.state == "suppressed":
        return Route(reason=Reason.SUPPRESSED)
    wanting = [c for c in channels if c.enabled and news.severity in c.severities]
    if not wanting:
        return Route(reason=Reason.NO_CHANNEL)
    # someone is on it: only those who thought it less grave hear of it again
    taken_on = news.state == "acknowledged"
    known = {(t.channel_id, t.recipient): t for t in sorted(told, key=lambda t: rank(t.severity))}
    outgoing, taken_back = [], []
    for channel, recipient in ((c, recipient) for c in wanting for recipient in c.recipients):
        before = known.get((channel.id, recipient))
        if (before and rank(before.severity) >= rank(news.severity)) or (taken_on and not before):
            continue
        if before and before.waiting:
            taken_back.append(TakenBack(before, Reason.GREW_WORSE))
        outgoing.append(Outgoing(channel, recipient, _timing(news.severity)))
    return Route(outgoing, taken_back, None if outgoing else Reason.ALREADY_TOLD)


def _escalated(news: News, channels: Sequence[Channel]) -> Route:
    # they are told although they may know: nobody took it on
    outgoing = [
        Outgoing(channel, recipient, Timing.AT_ONCE)
        for channel in channels
        if channel.enabled and channel.id in news.channel_ids
        for recipient in channel.recipients
    ]
    return Route(outgoing, reason=None if outgoing else Reason.NO_CHANNEL)


def _recovery(channels: Sequence[Channel], told: Sequence[Told]) -> Route:
    by_id = {channel.id: channel for channel in channels}
    taken_back = [TakenBack(t, Reason.OVER_BEFORE_TOLD) for t in told if t.waiting]
    outgoing = []
    seen = set()
    for one in sorted(told, key=lambda t: -rank(t.severity)):
        channel = by_id.get(one.channel_id)
        if one.waiting or channel is None or not channel.still_tells(one.recipient):
            continue
        for recipient in _addressed(channel, one.recipient):
            if (channel.id, recipient) not in seen:
                seen.add((channel.id, recipient))
                outgoing.append(Outgoing(channel, recipient, _timing(one.severity)))
    return Route(outgoing, taken_back, None if outgoing else Reason.NOBODY_WAS_TOLD)


def _addressed(channel: Channel, recipient: str) -> tuple[str, ...]:
    return channel.recipients if channel.kind is ChannelKind.WEBHOOK else (recipient,)


def _acknowledged(channels: Sequence[Channel], told: Sequence[Told]) -> Route:
    # people need no message that one of them is on it; ticket systems do
    knowing = {t.channel_id for t in told if not t.waiting}
    outgoing = [
        Outgoing(channel, recipient, Timing.AT_ONCE)
        for channel in channels
        if channel.kind is ChannelKind.WEBHOOK and channel.enabled and channel.id in knowing
        for recipient in channel.recipients
    ]
    return Route(outgoing, reason=None if outgoing else Reason.NOBODY_WAS_TOLD)
