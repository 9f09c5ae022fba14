"""Hears of archives that are wanted, makes and restores them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.consumer import Heard, PartialFailure, consume_facts
from netpulse.events import ArchiveRequested
from netpulse.ids import JobId, OrganizationId

from functions.metrics import wiring

if TYPE_CHECKING:
    from collections.abc import Sequence


def handler(event: dict[str, Any], _context: object) -> PartialFailure:
    """Work off a batch of events from the bus."""
    return consume_facts(event, _run)


def _run(heard: Sequence[Heard]) -> None:
    for one in heard:
        wanted = one.read(ArchiveRequested)
        wiring.archivist().run(OrganizationId(one.meta.organization_id), JobId(wanted.job_id))
