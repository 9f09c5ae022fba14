"""Every minute: roll up what is over and what came late, have partitions ahead."""

from __future__ import annotations

from typing import Any

from netpulse.observability import swept

from functions.metrics import wiring


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Do the minute's work."""
    done = wiring.upkeep_service().every_minute()
    swept("metrics")
    return done
