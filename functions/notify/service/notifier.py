"""From news of alerts, and from groups that are due, to queued deliveries in one transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.ids import DeliveryId
from netpulse.observability import logger

from functions.notify.domain.delivery import Delivery, DeliveryState, Purpose, Reason
from functions.notify.domain.letter import Letter
from functions.notify.domain.news import Event
from functions.notify.domain.routing import route
from functions.notify.service.gathering import Gathering
from functions.notify.service.mailing import Mailing, a_delivery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.notify.domain.channel import Channel
    from functions.notify.domain.delivery import Told
    from functions.notify.domain.news import News
    from functions.notify.domain.routing import Route
    from functions.notify.ports import NotifyWork, Queue, Work

_WRITTEN_DOWN = {
    Reason.SEVERITY_INFO: DeliveryState.LOGGED,
    Reason.SUPPRESSED: DeliveryState.LOGGED,
    Reason.NO_CHANNEL: DeliveryState.DROPPED,
}


class Notifier:
    """Decides who is told of what, and queues it."""

    def __init__(self, work: Work, queue: Queue, clock: Clock) -> None:
        self._work = work
        self._queue = queue
        self._clock = clock

    def tell(self, organization_id: OrganizationId, news: Sequence[News]) -> None:
        """Queue what `news` of one organisation has to be told; the second time, nothing."""
        now = self._clock.now()
        newest = {one.alert_id: one for one in sorted(news, key=lambda one: one.alert_seq)}
        with self._work(organization_id) as work:
            post = _Post(work, now)
            post.take(list(newest.values()))
            due, wanted = post.close()
        self._wake(organization_id, due, wanted)

    def ring(self, organization_id: OrganizationId) -> None:
        """Queue what the groups that are due have to say."""
        with self._work(organization_id) as work:
            post = _Post(work, self._clock.now())
            post.look_at_groups()
            due, wanted = post.close()
        self._wake(organization_id, due, wanted)

    def _wake(
        self,
        organization_id: OrganizationId,
        due: list[tuple[DeliveryId, datetime]],
        wanted: list[datetime],
    ) -> None:
        now = self._clock.now()
        self._queue.send(organization_id, due, now=now)
        self._queue.wake(organization_id, wanted, now=now)


class _Post:
    """One transaction's worth of telling."""

    def __init__(self, work: NotifyWork, now: datetime) -> None:
        # One process at a time decides what an organisation is told: bursts share recipients'
        # messages, and would otherwise lock them in different orders.
        work.deliveries.lock()
        self._work = work
        self._now = now
        self._channels = work.channels.all()
        self._groups = Gathering(work, self._channels, now)
        self._mailing = Mailing(work, now)

    def take(self, news: Sequence[News]) -> None:
        """Route what is news."""
        fresh = self._work.deliveries.heard(news, now=self._now)
        told: dict[UUID, list[Told]] = defaultdict(list)
        for knowing in self._work.deliveries.told(list(fresh)) if fresh else []:
            told[knowing.alert_id].append(knowing)
        self._groups.load([one for one in news if one.alert_id in fresh])
        reasons: Counter[str] = Counter()
        for one in news:
            if one.alert_id not in fresh:
                reasons[Reason.STALE] += 1
                continue
            decided = route(
                one, self._channels, told[one.alert_id], self._groups.held(one.alert_id)
            )
            reasons[decided.reason or "told"] += 1
            self._follow(one, decided)
        logger.info("news of alerts", extra={"outcomes": dict(reasons)})

    def look_at_groups(self) -> None:
        """Find the groups that are due."""
        self._groups.load_due()

    def close(self) -> tuple[list[tuple[DeliveryId, datetime]], list[datetime]]:
        """Write everything down; return the new deliveries, and when groups want to be woken."""
        for channel, recipient, said, news in self._groups.speak():
            if isinstance(said, Letter):
                self._mailing.add(channel, recipient, said)
            else:
                self._drop(channel, recipient, said, news)
        return self._mailing.queued(), self._groups.write()

    def _follow(self, news: News, decided: Route) -> None:
        for back in decided.taken_back:
            self._work.deliveries.take_back(back.told, reason=back.reason, now=self._now)
        for out in decided.outgoing:
            self._mailing.add(out.channel, out.recipient, Letter(news=(news,)))
        self._groups.hear(news)
        for channel in decided.joins:
            self._groups.join(news, channel)
        state = _WRITTEN_DOWN.get(decided.reason) if decided.reason else None
        if state and news.event is Event.PROBLEM and not news.changed:
            self._work.deliveries.add(self._written_down(state, str(decided.reason)), [news])

    def _drop(self, channel: Channel, recipient: str, reason: Reason, news: Sequence[News]) -> None:
        never_told = tuple(replace(one, event=Event.PROBLEM) for one in news)
        dropped = replace(
            a_delivery(channel, recipient, never_told, at=self._now),
            state=DeliveryState.DROPPED,
            reason=reason,
        )
        self._work.deliveries.add(dropped, never_told)

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
