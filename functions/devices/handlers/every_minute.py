"""Every minute: scans that are to become devices, and those that no poller takes."""

from __future__ import annotations

from netpulse.observability import swept

from functions.devices import wiring


def handler(_event: object, _context: object) -> dict[str, int]:
    """Go over all organisations once."""
    done = wiring.discovery_upkeep().run()
    swept("devices")
    return done
