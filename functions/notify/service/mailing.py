"""Letters as deliveries: a burst goes as one, and what is too many a minute in a digest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.ids import DeliveryId
from netpulse.observability import logger

from functions.notify.domain.backoff import GIVES_UP_AFTER
from functions.notify.domain.brake import WINDOW, braked, merged
from functions.notify.domain.delivery import Delivery, DeliveryState, Purpose, purpose_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.ids import ChannelId

    from functions.notify.domain.channel import Channel
    from functions.notify.domain.letter import Letter
    from functions.notify.domain.news import News
    from functions.notify.ports import NotifyWork

Queued = list[tuple[DeliveryId, "datetime"]]


def a_delivery(channel: Channel, recipient: str, news: Sequence[News], *, at: datetime) -> Delivery:
    """Return a delivery that tells `news`, due at an instant."""
    return Delivery(
        id=DeliveryId(uuid4()),
        channel_id=channel.id,
        channel_kind=channel.kind,
        channel_name=channel.name,
        recipient=recipient,
        purpose=purpose_of(tuple(news)),
        state=DeliveryState.QUEUED,
        due_at=at,
        gives_up_at=at + GIVES_UP_AFTER,
        created_at=at,
        updated_at=at,
    )


class Mailing:
    """What one transaction tells, recipient by recipient."""

    def __init__(self, work: NotifyWork, now: datetime) -> None:
        self._work = work
        self._now = now
        self._channels: dict[ChannelId, Channel] = {}
        self._letters: dict[tuple[ChannelId, str], list[Letter]] = defaultdict(list)

    def add(self, channel: Channel, recipient: str, letter: Letter) -> None:
        """Have a letter sent."""
        self._channels[channel.id] = channel
        self._letters[channel.id, recipient].append(letter)

    def queued(self) -> Queued:
        """Write the deliveries; return them, and when they are due."""
        if not self._letters:
            return []
        most = self._work.settings.most_a_minute()
        sent = self._work.deliveries.sent_since(self._now - WINDOW)
        due: Queued = []
        for (channel_id, recipient), letters in self._letters.items():
            channel = self._channels[channel_id]
            person = channel.person(recipient)
            now, later = braked(merged(letters), sent=sent[person], most=most)
            sent[person] += len(now)
            due += [self._written(channel, recipient, letter) for letter in now]
            if later:
                due += self._digested(channel, recipient, later)
        return due

    def _written(
        self, channel: Channel, recipient: str, letter: Letter
    ) -> tuple[DeliveryId, datetime]:
        delivery = replace(
            a_delivery(channel, recipient, letter.news, at=self._now),
            group_labels=letter.group_labels,
            unlisted=letter.unlisted,
        )
        self._work.deliveries.add(delivery, letter.news)
        return delivery.id, delivery.due_at

    def _digested(self, channel: Channel, recipient: str, news: tuple[News, ...]) -> Queued:
        digest = replace(
            a_delivery(channel, recipient, news, at=self._now + WINDOW),
            purpose=Purpose.DIGEST,
            collecting=True,
            created_at=self._now,
            updated_at=self._now,
        )
        logger.warning("storm brake", extra={"channel_id": str(channel.id), "digested": len(news)})
        # what is there already was woken when it was begun
        begun = self._work.deliveries.collect(digest, news) == digest.id
        return [(digest.id, digest.due_at)] if begun else []
