"""The simulated devices, each at an address and with a state."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.failure import LocalError
from local.network import recording
from local.network.agent import answer
from local.network.recording import Recording


@dataclass
class Device:
    """A recording that answers at an address, unless it is down."""

    recording: Recording
    address: str
    port: int
    is_up: bool = True

    def view(self) -> dict[str, Any]:
        """Return what others may know."""
        return {
            "name": self.recording.name,
            "address": self.address,
            "port": self.port,
            "community": self.recording.name,
            "state": "up" if self.is_up else "down",
        }


class Fleet:
    """All devices, found by name and by where a request arrived."""

    def __init__(
        self, devices: list[Device], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.devices = {device.recording.name: device for device in devices}
        self._places = {(device.address, device.port): device for device in devices}
        self._monotonic = monotonic
        self._began = monotonic()

    def answer(self, data: bytes, place: tuple[str, int]) -> bytes | None:
        """Return the answer of the device at a place, nothing from one that is down or absent."""
        device = self._places.get(place)
        if device is None or not device.is_up:
            return None
        return answer(data, device.recording, self._monotonic() - self._began)


def recordings(folder: Path) -> list[Recording]:
    """Load every recording of a folder, by name."""
    paths = sorted(folder.glob("*.snmprec"))
    if not paths:
        raise LocalError(f"there is no .snmprec file in {folder}: set NETPULSE_RECORDINGS=<folder>")
    return [recording.load(path) for path in paths]
