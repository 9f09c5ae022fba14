"""Adds simulated devices through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.e2e.client import Session

INTERVAL_S = 10
DOWN_AFTER = 3


def described(simulated: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the body that adds a simulated device."""
    # On loopback all devices share an address that always answers pings.
    check = "snmp" if simulated["address"].startswith("127.") else "icmp"
    return {
        "name": simulated["name"],
        "ip_address": simulated["address"],
        "device_type": "switch",
        "interval_seconds": INTERVAL_S,
        "down_after": DOWN_AFTER,
        "availability_check": check,
        "snmp": {"community": simulated["community"], "port": simulated["port"], "version": "2c"},
        **more,
    }


def added(session: Session, simulated: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Add a simulated device."""
    device: dict[str, Any] = session.post("/devices", described(simulated, **more))
    return device


def latest(session: Session, device: dict[str, Any]) -> dict[str, float]:
    """Return the device's newest values by metric, interfaces and the like aside."""
    found = session.get(f"/devices/{device['id']}/metrics/latest")
    return {each["metric"]: each["value"] for each in found if not each["entity"]}
