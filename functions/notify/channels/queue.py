"""The deliveries queue: delayed messages that wake attempts, and groups that are due."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse import aws
from netpulse.ids import DeliveryId, OrganizationId
from netpulse.observability import logger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

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
        self._send(
            [
                ({"organization_id": str(organization_id), "delivery_id": str(one)}, at - now)
                for one, at in due
            ]
        )

    def wake(
        self, organization_id: OrganizationId, instants: Iterable[datetime], *, now: datetime
    ) -> None:
        """Ask to be woken for groups at these instants; never raises, as above."""
        self._send([({"organization_id": str(organization_id)}, at - now) for at in instants])

    def _send(self, bodies: list[tuple[dict[str, str], timedelta]]) -> None:
        delays = [(body, wait.total_seconds()) for body, wait in bodies]
        near = [(body, delay) for body, delay in delays if delay <= MAX_DELAY_S]
        for start in range(0, len(near), _BATCH):
            batch = near[start : start + _BATCH]
            try:
                answer = aws.client("sqs").send_message_batch(
                    QueueUrl=self._queue_url,
                    Entries=[
                        _entry(number, body, delay) for number, (body, delay) in enumerate(batch)
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


def _entry(number: int, body: dict[str, str], delay: float) -> dict[str, Any]:
    # a second late rather than early: what is not yet due is not attempted
    seconds = min(MAX_DELAY_S, int(delay) + 1) if delay > 0 else 0
    return {"Id": str(number), "DelaySeconds": seconds, "MessageBody": json.dumps(body)}


def woken(body: dict[str, Any]) -> tuple[OrganizationId, DeliveryId | None]:
    """Return whose delivery a wake-up names; None: whose groups are due."""
    named = body.get("delivery_id")
    delivery_id = DeliveryId(UUID(named)) if named else None
    return OrganizationId(UUID(body["organization_id"])), delivery_id
