"""SQS timers -> what was set for now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.consumer import consume
from netpulse.timers import woken

from functions.alerts import wiring

if TYPE_CHECKING:
    from netpulse.consumer import PartialFailure


def _ring(body: dict[str, Any]) -> None:
    organization_id, _timer_id = woken(body)
    wiring.evaluation().ring(organization_id)


def handler(event: dict[str, Any], _context: object) -> PartialFailure:
    """Do what timers were set for."""
    return consume(event, _ring)
