"""Turns the ring of signing keys."""

from __future__ import annotations

from typing import Any

from netpulse.observability import swept

from functions.auth.wiring import rotation as wiring


def handler(_event: dict[str, Any], _context: Any) -> None:
    """Add and retire keys that are due."""
    wiring.key_rotation().turn()
    swept("auth")
