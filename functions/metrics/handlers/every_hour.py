"""Every hour: pack closed days, and forget what nobody keeps."""

from __future__ import annotations

from typing import Any

from functions.metrics import wiring


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Do the hour's work."""
    return wiring.upkeep_service().every_hour()
