"""Every minute: schedules nobody called when due, and reports whose making broke off."""

from __future__ import annotations

from netpulse.observability import swept

from functions.reports import wiring


def handler(_event: object, _context: object) -> dict[str, int]:
    """Go over all organisations once."""
    done = wiring.upkeep().run()
    swept("reports")
    return done
