"""From news of alerts to queued deliveries, in one transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.ids import ChannelId, DeliveryId, OrganizationId
from netpulse.observability import logger

from functions.notify.domain.backoff import GIVES_UP_AFTER
from functions.notify.domain.channel import Channel
from functions.notify.domain.delivery import (
    Delivery,
    DeliveryState,
    Purpose,
    Reason,
    Told,
    purpose_of,
)
from functions.notify.domain.news import Event, News
from functions.notify.domain.routing import Route, Timing, route

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta
    from uuid import UUID

    from netpulse.clock import Clock

    from functions.notify.ports import NotifyWork, Queue, Work

# More alerts than this in one burst go to a recipient as one message: a storm is one event.
STORM = 5
_WRITTEN_DOWN = {
    Reason.SEVERITY_INFO: DeliveryState.LOGGED,
    Reason.SUPPRESSED: DeliveryState.LOGGED,
    Reason.NO_CHANNEL: DeliveryState.DROPPED,
}


@dataclass
class _Mail:
    """What one recipient is to hear of."""

    channel: Channel
    recipient: str
    news: list[News] = field(default_factory=list)


class Notifier:
    """Decides who is told of what, and queues it."""

    def __init__(self, work: Work, queue: Queue, clock: Clock, *, group_wait: timedelta) -> None:
        self._work = work
        self._queue = queue
        self._clock = clock
        self._group_wait = group_wait

    def tell(self, organization_id: OrganizationId, news: Sequence[News]) -> None:
        """Queue what `news` of one organisation has to be told; the second time, nothing."""
        now = self._clock.now()
        newest = {one.alert_id: one for one in sorted(news, key=lambda one: one.alert_seq)}
        with self._work(organization_id) as work:
            due = _Post(work, now, self._group_wait).deliver(list(newest.values()))
        self._queue.send(organization_id, due, now=now)


class _Post:
    """One transaction's worth of telling."""

    def __init__(self, work: NotifyWork, now: datetime, group_wait: timedelta) -> None:
        self._work = work
        self._now = now
        self._group_wait = group_wait
        self._mails: dict[tuple[ChannelId, str, Timing], _Mail] = {}

    def deliver(self, news: Sequence[News]) -> list[tuple[DeliveryId, datetime]]:
        """Write down what is told; return the new deliveries and when they are due."""
        fresh = self._work.deliveries.heard(news, now=self._now)
        told: dict[UUID, list[Told]] = defaultdict(list)
        for knowing in self._work.deliveries.told(list(fresh)) if fresh else []:
            told[knowing.alert_id].append(knowing)
        channels = self._work.channels.all()
        reasons: Counter[str] = Counter()
        for one in news:
            if one.alert_id not in fresh:
                reasons[Reason.STALE] += 1
                continue
            decided = route(one, channels, told[one.alert_id])
            reasons[decided.reason or "told"] += 1
            self._follow(one, decided)
        logger.info("news of alerts", extra={"outcomes": dict(reasons)})
        return [
            found for mail in self._mails.items() for found in self._queued(mail[0][2], mail[1])
        ]

    def _follow(self, news: News, decided: Route) -> None:
        for back in decided.taken_back:
            self._work.deliveries.take_back(back.told, reason=back.reason, now=self._now)
        for out in decided.outgoing:
            key = (out.channel.id, out.recipient, out.timing)
            self._mails.setdefault(key, _Mail(out.channel, out.recipient)).news.append(news)
        state = _WRITTEN_DOWN.get(decided.reason) if decided.reason else None
        if state and news.event is Event.PROBLEM and not news.changed:
            self._work.deliveries.add(self._written_down(state, str(decided.reason)), [news])

    def _queued(self, timing: Timing, mail: _Mail) -> list[tuple[DeliveryId, datetime]]:
        if timing is Timing.IN_A_BATCH:
            batch = self._delivery(mail, Purpose.BATCH, due_at=self._now + self._group_wait)
            # what is there already was woken when it was begun
            begun = self._work.deliveries.collect(batch, mail.news) == batch.id
            return [(batch.id, batch.due_at)] if begun else []
        parts = [mail.news] if len(mail.news) > STORM else [[one] for one in mail.news]
        due = []
        for part in parts:
            delivery = self._delivery(mail, purpose_of(tuple(part)), due_at=self._now)
            self._work.deliveries.add(delivery, part)
            due.append((delivery.id, delivery.due_at))
        return due

    def _delivery(self, mail: _Mail, purpose: Purpose, *, due_at: datetime) -> Delivery:
        return Delivery(
            id=DeliveryId(uuid4()),
            channel_id=mail.channel.id,
            channel_kind=mail.channel.kind,
            channel_name=mail.channel.name,
            recipient=mail.recipient,
            purpose=purpose,
            state=DeliveryState.QUEUED,
            collecting=purpose is Purpose.BATCH and due_at > self._now,
            due_at=due_at,
            gives_up_at=due_at + GIVES_UP_AFTER,
            created_at=self._now,
            updated_at=self._now,
        )

    def _written_down(self, state: DeliveryState, reason: str) -> Delivery:
        return Delivery(
            id=DeliveryId(uuid4()),
            channel_id=None,
            channel_kind="log",
            channel_name="",
            recipient="",
            purpose=Purpose.PROBLEM,
            state=state,
            reason=reason,
            due_at=self._now,
            gives_up_at=self._now,
            created_at=self._now,
            updated_at=self._now,
        )
