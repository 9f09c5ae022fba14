"""Devices as the domain knows them, for tests."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from netpulse.ids import DeviceId

from functions.devices.domain.device import Device, DeviceType


def a_device(**changes: Any) -> Device:
    """Return a router at 192.0.2.1 that no one has stored yet."""
    return Device(
        **{
            "id": DeviceId(uuid4()),
            "name": "Core",
            "ip_address": "192.0.2.1",
            "device_type": DeviceType.ROUTER,
            **changes,
        }
    )
