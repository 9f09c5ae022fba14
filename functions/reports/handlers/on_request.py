"""Hears of reports that are wanted and makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.consumer import Heard, PartialFailure, consume_facts
from netpulse.events import ReportRequested
from netpulse.ids import JobId, OrganizationId, ReportId

from functions.reports import wiring

if TYPE_CHECKING:
    from collections.abc import Sequence


def handler(event: dict[str, Any], _context: object) -> PartialFailure:
    """Work off a batch of events from the bus."""
    return consume_facts(event, _make)


def _make(heard: Sequence[Heard]) -> None:
    for one in heard:
        wanted = one.read(ReportRequested)
        wiring.maker().make(
            OrganizationId(one.meta.organization_id),
            ReportId(wanted.report_id),
            JobId(wanted.job_id),
        )
