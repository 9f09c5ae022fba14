"""Hears of reports that are ready and queues the mails that bring them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.consumer import Heard, PartialFailure, consume_facts
from netpulse.events import ReportReady
from netpulse.ids import OrganizationId

from functions.notify import wiring

if TYPE_CHECKING:
    from collections.abc import Sequence


def handler(event: dict[str, Any], _context: object) -> PartialFailure:
    """Work off a batch of events from the bus."""
    return consume_facts(event, _announce)


def _announce(heard: Sequence[Heard]) -> None:
    for one in heard:
        wiring.report_post().announce(
            OrganizationId(one.meta.organization_id), one.read(ReportReady)
        )
