"""Attempts, retries, the sweep, and looking at deliveries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netpulse.errors import ConflictError
from netpulse.observability import TOGETHER, count, emit, logger

from functions.notify.domain.backoff import GIVES_UP_AFTER
from functions.notify.domain.delivery import TAKEN, Delivery, DeliveryState, Reason
from functions.notify.domain.message import Attachment, DeliveryError
from functions.notify.service import outcome
from functions.notify.service.readiness import Ready, ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.clock import Clock
    from netpulse.ids import DeliveryId, OrganizationId

    from functions.notify.domain.message import Message
    from functions.notify.domain.news import News
    from functions.notify.ports import (
        DeliveryFilter,
        Files,
        Queue,
        Work,
    )
    from functions.notify.service.dispatch import Dispatcher


_CONTENT_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
_FAILED = (DeliveryState.FAILED, DeliveryState.DEAD)


class NotRetryableError(ConflictError):
    """Only what failed can be sent again."""

    code = "NOTIFICATION_NOT_RETRYABLE"


class DeliveryService:
    """Brings deliveries to their providers, again and again for a day."""

    def __init__(
        self,
        work: Work,
        dispatcher: Dispatcher,
        queue: Queue,
        clock: Clock,
        *,
        files: Files,
        jitter: Callable[[], float],
    ) -> None:
        self._work = work
        self._dispatcher = dispatcher
        self._queue = queue
        self._clock = clock
        self._files = files
        self._jitter = jitter

    def attempt(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> None:
        """Try to send a delivery if it is due and no one else is at it."""
        found = self._claimed(organization_id, delivery_id)
        if found is None:
            return
        after = self._sent(organization_id, found)
        self._finish(organization_id, after, found.news)

    def _sent(self, organization_id: OrganizationId, found: Ready) -> Delivery:
        delivery = found.delivery
        attachments = self._attached(delivery)
        if attachments is None:
            return outcome.dropped(delivery, Reason.REPORT_DELETED, now=self._clock.now())
        message = self._dispatcher.render(organization_id, delivery, found.news, found.organization)
        message = replace(message, attachments=attachments)
        kept = _without_code(message, delivery.reply_code)
        try:
            receipt = self._dispatcher.send(organization_id, message, found.channel)
        except DeliveryError as error:
            return outcome.refused(
                delivery, kept, error, now=self._clock.now(), jitter=self._jitter()
            )
        return outcome.accepted(delivery, kept, receipt, now=self._clock.now())

    def postpone(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> None:
        """Leave a delivery to another process."""
        now = self._clock.now()
        self._queue.send(organization_id, [(delivery_id, now)], now=now)

    def _claimed(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> Ready | None:
        now = self._clock.now()
        with self._work(organization_id) as work:
            delivery = work.deliveries.claim(delivery_id, now=now)
            if delivery is None:
                logger.info("delivery not due, or done", extra={"delivery_id": str(delivery_id)})
                return None
            found = ready(work, delivery, now=now)
            if isinstance(found, Ready):
                return found
            work.deliveries.save(found, attempt=delivery.attempts)
            if fact := outcome.fact_of(found, work.deliveries.get(delivery_id).alert_ids):
                work.outbox.add(fact)
            _report(found)
            return None

    def _attached(self, delivery: Delivery) -> tuple[Attachment, ...] | None:
        """Return the files that go along; None when they are gone, and the report with them."""
        files = delivery.report.attached if delivery.report else ()
        found = []
        for file in files:
            content = self._files.read(file.key)
            if content is None:
                return None
            kind = _CONTENT_TYPES.get(file.format, "application/octet-stream")
            found.append(Attachment(name=file.name, content_type=kind, content=content))
        return tuple(found)

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


def _without_code(message: Message, code: str) -> Message:
    """Return a message as it is kept: whoever reads it there does not take alerts on as another."""
    return replace(message, body=message.body.replace(code, "…")) if code else message


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
        notifications_sent_total=count(1 if delivery.state in TAKEN else 0),
        notifications_failed_total=count(1 if delivery.state in _FAILED else 0),
    )
