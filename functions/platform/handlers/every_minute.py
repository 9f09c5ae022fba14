"""Every minute: publish what was left, forget what is old."""

from __future__ import annotations

from typing import Any

from netpulse.observability import swept

from functions.platform import wiring


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Do the minute's work."""
    done = wiring.upkeep_service().run()
    swept("platform")
    return done
