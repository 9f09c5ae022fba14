"""How values are written where machines read them, alike in every format."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from netpulse.availability import Availability

    from functions.reports.domain.figures import Device

# what time is measured in; beyond it lies the noise of floating point
_DECIMALS = 6


def number(value: float) -> float | int:
    """Return a number as it is written: whole ones without a point."""
    rounded = round(value, _DECIMALS)
    return int(rounded) if rounded == int(rounded) else rounded


def instant(value: datetime | None, zone: ZoneInfo) -> str | None:
    """Return an instant in ISO 8601, on the clock of a time zone with its offset."""
    return None if value is None else value.astimezone(zone).isoformat()


def figures(found: Availability) -> dict[str, Any]:
    """Return availability under the API's names; the ratio in full."""
    return {
        "availability": found.ratio,
        **{name: number(value) for name, value in asdict(found).items()},
    }


def device_fields(device: Device | None) -> dict[str, Any]:
    """Return how a device is named; nothing when there is none (any more)."""
    if device is None:
        return {}
    return {
        "device_id": str(device.id),
        "device": device.name,
        "ip_address": device.ip_address,
        "device_type": device.device_type,
        "location": device.location,
    }
