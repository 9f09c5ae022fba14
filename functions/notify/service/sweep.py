"""The safety net under the deliveries queue."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from netpulse.observability import logger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeliveryId, OrganizationId

    from functions.notify.ports import Queue

    Due = Callable[[datetime, int], list[tuple[OrganizationId, DeliveryId]]]
    Waiting = Callable[[datetime], list[OrganizationId]]
    Forget = Callable[[datetime, int], int]

# What is only just due has a message on its way.
GRACE = timedelta(seconds=20)
# Messages name people and what happened to them: long enough for a quarter's questions.
KEPT = timedelta(days=100)
_LIMIT = 2000


class Sweep:
    """Finds deliveries and groups of all organisations that should have been woken by now."""

    def __init__(
        self, due: Due, waiting: Waiting, forget: Forget, queue: Queue, clock: Clock
    ) -> None:
        self._due = due
        self._waiting = waiting
        self._forget = forget
        self._queue = queue
        self._clock = clock

    def run(self) -> int:
        """Wake what is due and forget what is old; return how many were woken."""
        now = self._clock.now()
        if forgotten := self._forget(now - KEPT, _LIMIT):
            logger.info("old deliveries forgotten", extra={"rows": forgotten})
        found = self._due(now - GRACE, _LIMIT)
        by_organization: dict[OrganizationId, list[tuple[DeliveryId, datetime]]] = defaultdict(list)
        for organization_id, delivery_id in found:
            by_organization[organization_id].append((delivery_id, now))
        for organization_id, due in by_organization.items():
            self._queue.send(organization_id, due, now=now)
        for organization_id in self._waiting(now - GRACE):
            self._queue.wake(organization_id, [now], now=now)
        if found:
            logger.info("deliveries woken by the sweep", extra={"deliveries": len(found)})
        return len(found)
