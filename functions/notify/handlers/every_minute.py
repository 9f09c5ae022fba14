"""Wakes deliveries whose message was lost, or that were due too far ahead for one."""

from __future__ import annotations

from netpulse.observability import swept

from functions.notify import wiring


def handler(_event: object, _context: object) -> dict[str, int]:
    """Sweep once."""
    woken = wiring.sweep().run()
    swept("notify")
    return {"woken": woken}
