"""Whether a claimed delivery still has something to tell, and to someone who may hear it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netpulse import replies
from netpulse.errors import NotFoundError

from functions.notify.domain.channel import Channel
from functions.notify.domain.delivery import Delivery, Purpose, Reason, still_to_tell, wants_reply
from functions.notify.service import outcome

if TYPE_CHECKING:
    from datetime import datetime

    from functions.notify.domain.news import News
    from functions.notify.ports import NotifyWork, Organization


@dataclass(frozen=True)
class Ready:
    """A claimed delivery that has something to tell; no channel: to a colleague's own address."""

    delivery: Delivery
    channel: Channel | None
    news: tuple[News, ...]
    organization: Organization


def ready(work: NotifyWork, delivery: Delivery, *, now: datetime) -> Ready | Delivery:
    """Return what can be sent, or how the delivery ends because nothing can."""
    if now >= delivery.gives_up_at:
        error = delivery.last_error or "No attempt came to an end"
        return outcome.given_up(delivery, error, now=now)
    channel = _channel_of(work, delivery)
    if reason := _refusal(work, delivery, channel):
        return outcome.dropped(delivery, reason, now=now)
    news = still_to_tell(work.deliveries.items(delivery.id), forced=delivery.forced)
    if not news and delivery.purpose not in (Purpose.TEST, Purpose.REPORT):
        return outcome.dropped(delivery, Reason.OVER_BEFORE_TOLD, now=now)
    if wants_reply(delivery, news):
        delivery = replace(delivery, reply_code=replies.new_code())
        work.deliveries.expect_reply(delivery.id, replies.hash_of(delivery.reply_code))
    return Ready(delivery, channel, news, work.organizations.current())


def _refusal(work: NotifyWork, delivery: Delivery, channel: Channel | None) -> Reason | None:
    if delivery.report and delivery.channel_id is None:
        # whoever left since the schedule was made is sent nothing any more
        known = work.organizations.has_member(delivery.recipient)
        return None if known else Reason.NOT_A_COLLEAGUE
    if channel is None:
        return Reason.CHANNEL_DELETED
    return None if channel.enabled or delivery.forced else Reason.CHANNEL_DISABLED


def _channel_of(work: NotifyWork, delivery: Delivery) -> Channel | None:
    if delivery.channel_id is None:
        return None
    try:
        return work.channels.get(delivery.channel_id)
    except NotFoundError:
        return None
