"""The groups of one transaction: what joins them, what they hear, and what they say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from functions.notify.domain.delivery import Reason
from functions.notify.domain.gathered import Gathered
from functions.notify.domain.news import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import ChannelId

    from functions.notify.domain.channel import Channel
    from functions.notify.domain.delivery import Told
    from functions.notify.domain.gathered import GroupKey, Speech
    from functions.notify.domain.letter import Letter
    from functions.notify.domain.news import News
    from functions.notify.ports import NotifyWork


class Gathering:
    """An organisation's groups, as far as news or the clock concern them."""

    def __init__(self, work: NotifyWork, channels: Sequence[Channel], now: datetime) -> None:
        self._work = work
        self._channels = {channel.id: channel for channel in channels}
        self._now = now
        self._groups: dict[GroupKey, Gathered] = {}
        # alert -> channel -> the group that has it
        self._places: dict[UUID, dict[ChannelId, Gathered]] = defaultdict(dict)

    def load(self, news: Sequence[News]) -> None:
        """Find the groups that alerts are in, and those they may join."""
        wanted = {
            Gathered.of(channel, one).key
            for one in news
            if one.event is Event.PROBLEM
            for channel in self._channels.values()
            if one.severity in channel.severities
        }
        self._take(self._work.groups.find(wanted, [one.alert_id for one in news]))

    def load_due(self) -> None:
        """Find the groups that have something to say by now."""
        self._take(self._work.groups.due(self._now))

    def _take(self, groups: Iterable[Gathered]) -> None:
        for each in groups:
            self._groups[each.key] = each
            for one in each.news.values():
                self._places[one.alert_id][each.key.channel_id] = each

    def held(self, alert_id: UUID) -> dict[ChannelId, str]:
        """Return the channels of which a group has the alert, and how grave it is there."""
        places = self._places.get(alert_id, {})
        return {key: each.severity_of(alert_id) for key, each in places.items()}

    def hear(self, news: News) -> None:
        """Let the groups that have an alert know the newest of it."""
        for channel_id, each in self._places.get(news.alert_id, {}).items():
            each.hear(news, self._channels[channel_id], now=self._now)

    def join(self, news: News, channel: Channel) -> None:
        """Give an alert its place in a channel's group, and take it from another one."""
        fresh = Gathered.of(channel, news)
        place = self._groups.setdefault(fresh.key, fresh)
        before = self._places[news.alert_id].get(channel.id)
        if before is not None and before is not place:
            before.leave(news.alert_id)
        place.join(news, channel, now=self._now)
        self._places[news.alert_id][channel.id] = place

    def speak(self) -> list[tuple[Channel, str, Letter | Reason, Sequence[News]]]:
        """Return what the groups that are due say, to whom; or why of what nothing is said."""
        due = [
            each
            for each in self._groups.values()
            if each.group.due_at is not None and each.group.due_at <= self._now
        ]
        said = [each.speak(self._channels[each.key.channel_id], now=self._now) for each in due]
        speeches = [each for each in said if each is not None]
        told: dict[UUID, list[Told]] = defaultdict(list)
        concerned = list(dict.fromkeys(each for speech in speeches for each in speech.alert_ids))
        for one in self._work.deliveries.told(concerned) if concerned else []:
            told[one.alert_id].append(one)
        return [found for speech in speeches for found in _said(speech, told)]

    def write(self) -> list[datetime]:
        """Keep what became of the groups; return when they want to be woken."""
        self._work.groups.write(list(self._groups.values()), now=self._now)
        due = {each.group.due_at for each in self._groups.values() if each.group.due_at}
        # one wake-up a second: it wakes all that are due
        return list({int(at.timestamp()): at for at in sorted(due)}.values())


def _said(
    speech: Speech, told: dict[UUID, list[Told]]
) -> Iterable[tuple[Channel, str, Letter | Reason, Sequence[News]]]:
    for recipient in speech.channel.recipients:
        letter = speech.letter_to(recipient, told)
        if letter is not None:
            yield speech.channel, recipient, letter, letter.news
        unheard = [speech.news[key] for key in speech.unheard]
        lost = [one for one in unheard if not told.get(one.alert_id)]
        if lost:
            yield speech.channel, recipient, Reason.OVER_BEFORE_TOLD, lost
