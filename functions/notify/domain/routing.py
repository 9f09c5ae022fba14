"""Who is told of what: the blueprint's alert flow as a pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from netpulse.ids import ChannelId

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Reason, Told
from functions.notify.domain.news import Event, News, rank

_UNKNOWN = -1


@dataclass(frozen=True)
class Outgoing:
    """News for one recipient of a channel, told at once."""

    channel: Channel
    recipient: str


@dataclass(frozen=True)
class TakenBack:
    """News that still waits in a digest and is not to be told after all."""

    told: Told
    reason: Reason


@dataclass
class Route:
    """What becomes of one piece of news; `reason` says why nobody is told, when nobody is."""

    outgoing: list[Outgoing] = field(default_factory=list)
    taken_back: list[TakenBack] = field(default_factory=list)
    # channels in whose groups the alert has its place
    joins: list[Channel] = field(default_factory=list)
    reason: Reason | None = None


def route(
    news: News,
    channels: Sequence[Channel],
    told: Sequence[Told],
    held: Mapping[ChannelId, str] | None = None,
) -> Route:
    """Return who is told of the news.

    `told` are those who know of the alert's problem, `held` the channels of which a group has the
    alert, with the severity it has there.
    """
    held = held or {}
    match news.event:
        case Event.PROBLEM | Event.ONGOING if news.channel_ids:
            return _escalated(news, channels, _problem(news, channels, told, held))
        case Event.PROBLEM | Event.ONGOING:
            return _problem(news, channels, told, held)
        case Event.RECOVERY:
            return _recovery(channels, told, held)
        case Event.ACKNOWLEDGED:
            return _acknowledged(channels, told)
        case _:
            assert_never(news.event)


def _problem(
    news: News,
    channels: Sequence[Channel],
    told: Sequence[Told],
    held: Mapping[ChannelId, str],
) -> Route:
    if news.severity == "info":
        return Route(reason=Reason.SEVERITY_INFO)
    if news.state == "suppressed":
        return Route(reason=Reason.SUPPRESSED)
    wanting = [c for c in channels if c.enabled and news.severity in c.severities]
    if not wanting:
        return Route(reason=Reason.NO_CHANNEL)
    known = {channel.id: _known_as(channel, told, held) for channel in wanting}
    joins = [
        channel
        for channel in wanting
        if known[channel.id] < rank(news.severity)
        # someone is on it: only those who thought it less grave hear of it again
        and not (news.state == "acknowledged" and known[channel.id] == _UNKNOWN)
    ]
    ids = {channel.id for channel in joins}
    taken_back = [
        TakenBack(t, Reason.GREW_WORSE)
        for t in told
        if t.waiting and t.channel_id in ids and rank(t.severity) < rank(news.severity)
    ]
    return Route(taken_back=taken_back, joins=joins, reason=None if joins else Reason.ALREADY_TOLD)


def _known_as(channel: Channel, told: Sequence[Told], held: Mapping[ChannelId, str]) -> int:
    """Return how grave the alert is to those whom the channel tells; -1: one does not know."""
    in_group = rank(held[channel.id]) if channel.id in held else _UNKNOWN
    if channel.kind is ChannelKind.WEBHOOK:
        # one that moved to another host is still the one that was told
        knowing = [rank(t.severity) for t in told if t.channel_id == channel.id]
        return max([in_group, *knowing])
    by_recipient = dict.fromkeys(channel.recipients, _UNKNOWN)
    for one in told:
        if one.channel_id == channel.id and one.recipient in by_recipient:
            known = max(by_recipient[one.recipient], rank(one.severity))
            by_recipient[one.recipient] = known
    return max(in_group, min(by_recipient.values()))


def _escalated(news: News, channels: Sequence[Channel], own: Route) -> Route:
    # they are told although they may know: nobody took it on. Whoever has not heard of it yet,
    # because its opening comes late, hears of it now
    own.outgoing = [
        Outgoing(channel, recipient)
        for channel in channels
        if channel.enabled and channel.id in news.channel_ids
        for recipient in channel.recipients
    ]
    own.joins = [channel for channel in own.joins if channel.id not in news.channel_ids]
    own.reason = None if own.outgoing or own.joins else Reason.NO_CHANNEL
    return own


def _recovery(
    channels: Sequence[Channel], told: Sequence[Told], held: Mapping[ChannelId, str]
) -> Route:
    by_id = {channel.id: channel for channel in channels}
    taken_back = [TakenBack(t, Reason.OVER_BEFORE_TOLD) for t in told if t.waiting]
    outgoing: dict[tuple[ChannelId, str], Outgoing] = {}
    for one in told:
        channel = by_id.get(one.channel_id)
        # a group tells of the end as it told of the problem
        if one.waiting or channel is None or one.channel_id in held:
            continue
        for recipient in knowing_of(channel, [one]):
            outgoing.setdefault((channel.id, recipient), Outgoing(channel, recipient))
    return Route(
        list(outgoing.values()),
        taken_back,
        reason=None if outgoing or held else Reason.NOBODY_WAS_TOLD,
    )


def knowing_of(channel: Channel, told: Sequence[Told]) -> tuple[str, ...]:
    """Return the channel's recipients who are to hear of the end, for they know of the problem."""
    knowing = [
        t.recipient
        for t in told
        if t.channel_id == channel.id and not t.waiting and channel.still_tells(t.recipient)
    ]
    if channel.kind is ChannelKind.WEBHOOK:
        return channel.recipients if knowing else ()
    return tuple(dict.fromkeys(knowing))


def _acknowledged(channels: Sequence[Channel], told: Sequence[Told]) -> Route:
    # people need no message that one of them is on it; ticket systems do
    knowing = {t.channel_id for t in told if not t.waiting}
    outgoing = [
        Outgoing(channel, recipient)
        for channel in channels
        if channel.kind is ChannelKind.WEBHOOK and channel.enabled and channel.id in knowing
        for recipient in channel.recipients
    ]
    return Route(outgoing, reason=None if outgoing else Reason.NOBODY_WAS_TOLD)
