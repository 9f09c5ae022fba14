"""Is woken for deliveries that are due and attempts them, and for groups that are due."""

from __future__ import annotations

from typing import Any

from netpulse.consumer import PartialFailure, consume

from functions.notify import wiring
from functions.notify.channels.queue import woken

# An attempt takes at most 15 seconds and two transactions.
_NEEDED_MS = 20_000


def handler(event: dict[str, Any], context: Any) -> PartialFailure:
    """Work off a batch of wake-ups."""

    def attempt(body: dict[str, Any]) -> None:
        organization_id, delivery_id = woken(body)
        if delivery_id is None:
            wiring.notifier().ring(organization_id)
            return
        if context is not None and context.get_remaining_time_in_millis() < _NEEDED_MS:
            # slow providers have used up this run's time: the rest is for another one
            wiring.delivery_service().postpone(organization_id, delivery_id)
            return
        wiring.delivery_service().attempt(organization_id, delivery_id)

    return consume(event, attempt)
