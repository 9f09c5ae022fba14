"""Every minute: timers whose wake-up was lost, and pollers that say nothing."""

from __future__ import annotations

from typing import Any

from netpulse.clock import SYSTEM_CLOCK
from netpulse.observability import logger

from functions.alerts import wiring


def handler(_event: dict[str, Any], _context: object) -> None:
    """Look across all organisations."""
    now = SYSTEM_CLOCK.now()
    due, troubled = wiring.sweep().due(now=now), wiring.sweep().troubled(now=now)
    for organization_id in due:
        wiring.evaluation().ring(organization_id)
    for organization_id in troubled:
        wiring.watch().check_silence(organization_id)
    logger.info("swept", extra={"with_timers": len(due), "with_silence": len(troubled)})
