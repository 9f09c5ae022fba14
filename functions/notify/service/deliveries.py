"""Attempts, retries, the sweep, and looking at deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netpulse.errors import ConflictError, NotFoundError
from netpulse.observability import TOGETHER, count, emit, logger

from functions.notify.domain.backoff import GIVES_UP_AFTER
from functions.notify.domain.channel import Channel
from functions.notify.domain.delivery import Delivery, DeliveryState, Purpose, Reason, worth_telling
from functions.notify.domain.message import DeliveryError
from functions.notify.service import outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.clock import Clock
    from netpulse.ids import DeliveryId, OrganizationId

    from functions.notify.domain.news import News
    from functions.notify.ports import (
        DeliveryFilter,
        NotifyWork,
        Organization,
        Queue,
        Work,
    )
    from functions.notify.service.dispatch import Dispatcher


_SENT = (DeliveryState.SENT, DeliveryState.DELIVERED)
_FAILED = (DeliveryState.FAILED, DeliveryState.DEAD)


class NotRetryableError(ConflictError):
    """Only what failed can be sent again."""

    code = "NOTIFICATION_NOT_RETRYABLE"


@dataclass(frozen=True)
class _Ready:
    """A claimed delivery that has something to tell."""

    delivery: Delivery
    channel: Channel
    news: tuple[News, ...]
    organization: Organization


class DeliveryService:
    """Brings deliveries to their providers, again and again for a day."""

    def __init__(
        self,
        work: Work,
        dispatcher: Dispatcher,
        queue: Queue,
        clock: Clock,
        *,
        jitter: Callable[[], float],
    ) -> None:
        self._work = work
        self._dispatcher = dispatcher
        self._queue = queue
        self._clock = clock
        self._jitter = jitter

    def attempt(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> None:
        """Try to send a delivery if it is due and no one else is at it."""
        ready = self._claimed(organization_id, delivery_id)
        if ready is None:
            return
        delivery = ready.delivery
        message = self._dispatcher.render(organization_id, delivery, ready.news, ready.organization)
        try:
            receipt = self._dispatcher.send(organization_id, message, ready.channel)
        except DeliveryError as error:
            after = outcome.refused(
                delivery, message, error, now=self._clock.now(), jitter=self._jitter()
            )
        else:
            after = outcome.accepted(delivery, message, receipt, now=self._clock.now())
        self._finish(organization_id, after, ready.news)

    def postpone(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> None:
        """Leave a delivery to another process."""
        now = self._clock.now()
        self._queue.send(organization_id, [(delivery_id, now)], now=now)

    def _claimed(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> _Ready | None:
        now = self._clock.now()
        with self._work(organization_id) as work:
            delivery = work.deliveries.claim(delivery_id, now=now)
            if delivery is None:
                logger.info("delivery not due, or done", extra={"delivery_id": str(delivery_id)})
                return None
            found = self._ready(work, delivery)
            if isinstance(found, _Ready):
                return found
            work.deliveries.save(found, attempt=delivery.attempts)
            if fact := outcome.fact_of(found, work.deliveries.get(delivery_id).alert_ids):
                work.outbox.add(fact)
            _report(found)
            return None

    def _ready(self, work: NotifyWork, delivery: Delivery) -> _Ready | Delivery:
        """Return what can be sent, or how the delivery ends because nothing can."""
        now = self._clock.now()
        if now >= delivery.gives_up_at:
            error = delivery.last_error or "No attempt came to an end"
            return outcome.given_up(delivery, error, now=now)
        channel = _channel_of(work, delivery)
        if channel is None:
            return outcome.dropped(delivery, Reason.CHANNEL_DELETED, now=now)
        if not channel.enabled and not delivery.forced:
            return outcome.dropped(delivery, Reason.CHANNEL_DISABLED, now=now)
        items = work.deliveries.items(delivery.id)
        news = tuple(
            item.news
            for item in items
            if worth_telling(item) or (delivery.forced and not item.dropped)
        )
        if not news and delivery.purpose is not Purpose.TEST:
            return outcome.dropped(delivery, Reason.OVER_BEFORE_TOLD, now=now)
        return _Ready(delivery, channel, news, work.organizations.current())

    def _finish(
        self, organization_id: OrganizationId, after: Delivery, news: tuple[News, ...]
    ) -> None:
        with self._work(organization_id) as work:
            saved = work.deliveries.save(after, attempt=after.attempts)
            fact = outcome.fact_of(after, tuple(dict.fromkeys(one.alert_id for one in news)))
            if saved and fact:
                work.outbox.add(fact)
        _report(after)
        if saved and after.state is DeliveryState.FAILED:
            due = [(after.id, after.due_at)]
            self._queue.send(organization_id, due, now=self._clock.now())

    def get(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> Delivery:
        """Return a delivery; raise NotFoundError."""
        with self._work(organization_id) as work:
            return work.deliveries.get(delivery_id)

    def page(
        self, organization_id: OrganizationId, wanted: DeliveryFilter, *, page: int, per_page: int
    ) -> tuple[list[Delivery], int]:
        """Return one page of deliveries, newest first, and how many there are."""
        with self._work(organization_id) as work:
            return work.deliveries.page(wanted, page=page, per_page=per_page)

    def retry(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> Delivery:
        """Queue a failed or dead delivery anew, for another day of attempts."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            found = work.deliveries.get(delivery_id)
            gives_up_at = now + GIVES_UP_AFTER
            if not work.deliveries.again(delivery_id, now=now, gives_up_at=gives_up_at):
                raise NotRetryableError(
                    f"A notification that is {found.state} cannot be sent again",
                    details={"state": found.state},
                )
            queued = work.deliveries.get(delivery_id)
        self._queue.send(organization_id, [(delivery_id, now)], now=now)
        return queued


def _channel_of(work: NotifyWork, delivery: Delivery) -> Channel | None:
    if delivery.channel_id is None:
        return None
    try:
        return work.channels.get(delivery.channel_id)
    except NotFoundError:
        return None


def _report(delivery: Delivery) -> None:
    # never the recipient, the text or the provider's words: they name people
    logger.info(
        "delivery attempted",
        extra={
            "delivery_id": str(delivery.id),
            "channel_kind": delivery.channel_kind,
            "state": delivery.state,
            "reason": delivery.reason,
            "attempts": delivery.attempts,
        },
    )
    emit(
        TOGETHER,
        {"channel": delivery.channel_kind},
        notifications_sent_total=count(1 if delivery.state in _SENT else 0),
        notifications_failed_total=count(1 if delivery.state in _FAILED else 0),
    )
