"""The deliveries queue: delayed messages that wake attempts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse import aws
from netpulse.ids import DeliveryId, OrganizationId
from netpulse.observability import logger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# SQS delays a message by at most 15 minutes; later attempts are left to the sweep.
MAX_DELAY_S = 900
_BATCH = 10


class SqsQueue:
    """Wakes deliveries through SQS."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def send(
        self,
        organization_id: OrganizationId,
        due: Iterable[tuple[DeliveryId, datetime]],
        *,
        now: datetime,
    ) -> None:
        """Ask to be woken for each delivery; never raises, for the sweep finds what was lost."""
        delays = [(one, (at - now).total_seconds()) for one, at in due]
        near = [(one, delay) for one, delay in delays if delay <= MAX_DELAY_S]
        for start in range(0, len(near), _BATCH):
            batch = near[start : start + _BATCH]
            try:
                answer = aws.client("sqs").send_message_batch(
                    QueueUrl=self._queue_url,
                    Entries=[
                        _entry(number, organization_id, one, delay)
                        for number, (one, delay) in enumerate(batch)
                    ],
                )
            except Exception:
                logger.exception("deliveries wait for the sweep", extra={"count": len(batch)})
                continue
            # send_message_batch answers 200 even when it took none
            if answer.get("Failed"):
                logger.error(
                    "deliveries wait for the sweep", extra={"count": len(answer["Failed"])}
                )


def _entry(
    number: int, organization_id: OrganizationId, delivery_id: DeliveryId, delay: float
) -> dict[str, Any]:
    # a second late rather than early: what is not yet due is not attempted
    seconds = min(MAX_DELAY_S, int(delay) + 1) if delay > 0 else 0
    body = {"organization_id": str(organization_id), "delivery_id": str(delivery_id)}
    return {"Id": str(number), "DelaySeconds": seconds, "MessageBody": json.dumps(body)}


def woken(body: dict[str, Any]) -> tuple[OrganizationId, DeliveryId]:
    """Return whose delivery a wake-up names."""
    return OrganizationId(UUID(body["organization_id"])), DeliveryId(UUID(body["delivery_id"]))
