"""SQS poll-results -> statuses and alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.consumer import consume

from functions.alerts import wiring
from functions.alerts.models.poll_results import read_poll_results

if TYPE_CHECKING:
    from netpulse.consumer import PartialFailure


def _take(body: dict[str, Any]) -> None:
    organization_id, results = read_poll_results(body)
    wiring.evaluation().take(organization_id, results)


def handler(event: dict[str, Any], _context: object) -> PartialFailure:
    """Take batches of poll results."""
    return consume(event, _take)
