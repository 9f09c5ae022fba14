"""How an attempt ended, as the delivery's next state and the fact that tells of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netpulse.events import NotificationFailed, NotificationSent

from functions.notify.domain.backoff import next_attempt_at
from functions.notify.domain.delivery import Delivery, DeliveryState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.events import Fact

    from functions.notify.domain.message import DeliveryError, Message, Receipt

_LONGEST_ERROR = 1000


def dropped(delivery: Delivery, reason: str, *, now: datetime) -> Delivery:
    """Return the delivery as one that has nothing left to tell."""
    return replace(delivery, state=DeliveryState.DROPPED, reason=reason, updated_at=now)


def accepted(delivery: Delivery, message: Message, receipt: Receipt, *, now: datetime) -> Delivery:
    """Return the delivery as its provider took it."""
    return replace(
        delivery,
        state=DeliveryState.SENT,
        reason="",
        sent_at=now,
        last_error="",
        provider_message_id=receipt.provider_message_id,
        cost=receipt.cost,
        subject=message.subject,
        body=message.body,
        updated_at=now,
    )


def given_up(delivery: Delivery, error: str, *, now: datetime) -> Delivery:
    """Return the delivery as a dead letter."""
    return replace(
        delivery, state=DeliveryState.DEAD, last_error=error[:_LONGEST_ERROR], updated_at=now
    )


def refused(
    delivery: Delivery, message: Message, error: DeliveryError, *, now: datetime, jitter: float
) -> Delivery:
    """Return the delivery as it waits for another attempt, or dead."""
    tried = replace(delivery, subject=message.subject, body=message.body)
    at = next_attempt_at(
        attempts=delivery.attempts,
        now=now,
        gives_up_at=delivery.gives_up_at,
        retry_after=error.retry_after,
        jitter=jitter,
    )
    if error.permanent or at is None:
        return given_up(tried, str(error), now=now)
    words = str(error)[:_LONGEST_ERROR]
    return replace(tried, state=DeliveryState.FAILED, due_at=at, last_error=words, updated_at=now)


def fact_of(delivery: Delivery, alert_ids: tuple[UUID, ...]) -> Fact | None:
    """Return what is announced of the delivery's new state, if anything."""
    if delivery.channel_id is None and delivery.report is None:
        return None
    # a message about several alerts is no single alert's
    alert_id = alert_ids[0] if len(alert_ids) == 1 else None
    if delivery.state is DeliveryState.SENT:
        return NotificationSent(
            delivery_id=delivery.id,
            channel_id=delivery.channel_id,
            channel_kind=delivery.channel_kind,
            alert_id=alert_id,
            report_id=delivery.report_id,
            attempts=delivery.attempts,
            provider_message_id=delivery.provider_message_id,
        )
    if delivery.state is DeliveryState.DEAD:
        return NotificationFailed(
            delivery_id=delivery.id,
            channel_id=delivery.channel_id,
            channel_kind=delivery.channel_kind,
            alert_id=alert_id,
            report_id=delivery.report_id,
            attempts=delivery.attempts,
            error=delivery.last_error,
        )
    return None
