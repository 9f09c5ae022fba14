"""Devices and their statuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from netpulse.ids import DeviceId

from functions.alerts.domain.device import Device, Standing
from functions.alerts.domain.status import StatusChange


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Devices, their standings, and who hangs on whom, as far as an assessment needs them."""

    devices: dict[DeviceId, Device] = field(default_factory=dict)
    standings: dict[DeviceId, Standing] = field(default_factory=dict)
    parents: dict[DeviceId, list[DeviceId]] = field(default_factory=dict)


class Devices(Protocol):
    """The organisation's devices, and the statuses that alerts alone writes."""

    def scene(self, device_ids: Iterable[DeviceId]) -> Scene:
        """Return the polled devices of these and all that are held, with their ancestors."""
        ...

    def polled(self) -> list[Device]:
        """Return every device that is polled, by name."""
        ...

    def hanging(self, device_ids: Iterable[DeviceId]) -> set[DeviceId]:
        """Return those of the devices that have parents."""
        ...

    def called(self, names: Iterable[str]) -> dict[str, Device]:
        """Return the devices that have these names or addresses, by what they were called."""
        ...

    def in_maintenance(self) -> set[DeviceId]:
        """Return the devices that are marked as in maintenance."""
        ...

    def below(
        self, device_ids: Iterable[DeviceId]
    ) -> tuple[list[DeviceId], dict[DeviceId, list[DeviceId]]]:
        """Return the polled devices that hang on any of these, however deep, and their parents."""
        ...

    def outages(
        self, device_ids: Iterable[DeviceId], *, since: datetime
    ) -> list[tuple[DeviceId, datetime, datetime | None]]:
        """Return when devices were offline, not in maintenance, since an instant; oldest first."""
        ...

    def hidden_below(self, device_ids: Iterable[DeviceId]) -> list[Device]:
        """Return the unreachable devices that hang on any of these, however deep."""
        ...

    def seen(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, tuple[Device, Standing]]:
        """Return those of the devices that there are, polled or not, with their standings."""
        ...

    def silent(self, *, now: datetime) -> dict[DeviceId, tuple[Device, Standing]]:
        """Return the devices whose poller has said nothing for longer than their patience."""
        ...

    def end(self, device_id: DeviceId, *, at: datetime) -> None:
        """End a retired device's last status period."""
        ...

    def write(
        self, standings: Mapping[DeviceId, Standing], changes: Sequence[StatusChange]
    ) -> None:
        """Write standings, and close and open status periods for the changes."""
        ...
