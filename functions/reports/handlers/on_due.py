"""EventBridge Scheduler calls: a report schedule is due."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from netpulse.observability import correlated

from functions.reports import wiring
from functions.reports.channels.scheduler import called


def handler(event: dict[str, Any], _context: object) -> dict[str, bool]:
    """Ask for the report, unless that was done already."""
    organization_id, schedule_id = called(event)
    with correlated(f"due_{uuid4().hex}"):
        return {"queued": wiring.schedule_service().run_one(organization_id, schedule_id)}
