"""From a report that is ready to mails, each to one recipient and once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.ids import DeliveryId
from netpulse.observability import logger

from functions.notify.domain.backoff import GIVES_UP_AFTER
from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import Delivery, DeliveryState, Purpose
from functions.notify.domain.notice import ReportFile, ReportNotice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.events import ReportReady
    from netpulse.ids import OrganizationId

    from functions.notify.domain.channel import Channel
    from functions.notify.ports import Queue, Work


class ReportPost:
    """Queues the mails that bring a report."""

    def __init__(self, work: Work, queue: Queue, clock: Clock) -> None:
        self._work = work
        self._queue = queue
        self._clock = clock

    def announce(self, organization_id: OrganizationId, ready: ReportReady) -> None:
        """Queue a mail to each who is to have the report; the second time, none."""
        now = self._clock.now()
        notice = notice_of(ready)
        with self._work(organization_id) as work:
            addressed = _addressed(ready, work.channels.all())
            begun = [_delivery(notice, each, addressed[each], now) for each in addressed]
            due = [(each.id, each.due_at) for each in begun if work.deliveries.bring(each)]
        logger.info(
            "report is mailed",
            extra={"report_id": str(ready.report_id), "mails": len(due), "of": len(begun)},
        )
        self._queue.send(organization_id, due, now=now)


def notice_of(ready: ReportReady) -> ReportNotice:
    """Return what a fact says of a report."""
    return ReportNotice(
        report_id=ready.report_id,
        name=ready.name,
        kind=ready.kind,
        begin_at=ready.begin_at,
        end_at=ready.end_at,
        time_zone=ready.time_zone,
        highlights=ready.highlights,
        files=tuple(
            ReportFile(format=f.format, key=f.key, name=f.name, size_bytes=f.size_bytes)
            for f in ready.files
        ),
    )


def _addressed(ready: ReportReady, channels: Sequence[Channel]) -> dict[str, Channel | None]:
    """Return each recipient with the channel they are reached by; None: by their own address."""
    found: dict[str, Channel | None] = dict.fromkeys(each.lower() for each in ready.recipients)
    wanted = set(ready.channel_ids)
    for channel in channels:
        if channel.id in wanted and channel.enabled and channel.kind is ChannelKind.EMAIL:
            for recipient in channel.recipients:
                found.setdefault(recipient.lower(), channel)
    return found


def _delivery(
    notice: ReportNotice, recipient: str, channel: Channel | None, now: datetime
) -> Delivery:
    return Delivery(
        id=DeliveryId(uuid4()),
        channel_id=channel.id if channel else None,
        channel_kind=ChannelKind.EMAIL,
        channel_name=channel.name if channel else "",
        recipient=recipient,
        purpose=Purpose.REPORT,
        state=DeliveryState.QUEUED,
        due_at=now,
        gives_up_at=now + GIVES_UP_AFTER,
        created_at=now,
        updated_at=now,
        report=notice,
    )
