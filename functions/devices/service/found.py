"""What the poller found on a device: ports, sensors, storages and neighbours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from netpulse.http import Page

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId

    from functions.devices.domain.found import FoundFilter, FoundSort
    from functions.devices.domain.listing import Slice
    from functions.devices.models.found import InterfaceView, NeighbourView, SensorView, StorageView
    from functions.devices.ports.field import FieldWork, OpenFieldWork

# A value is current for some polling intervals, and never for less than a quarter of an hour.
_INTERVALS = 5
_AT_LEAST = timedelta(minutes=15)


class FoundService:
    """Reads what was found on an organisation's devices."""

    def __init__(self, work: OpenFieldWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def ports(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        wanted: FoundFilter,
        part: Slice,
        order: tuple[FoundSort, ...],
    ) -> Page[InterfaceView]:
        """Return one page of a device's ports."""
        with self._work(organization_id) as work:
            since = self._since(work, device_id)
            items, total = work.found.ports(device_id, wanted, part, order, since=since)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def sensors(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        wanted: FoundFilter,
        part: Slice,
    ) -> Page[SensorView]:
        """Return one page of a device's sensors."""
        with self._work(organization_id) as work:
            since = self._since(work, device_id)
            items, total = work.found.sensors(device_id, wanted, part, since=since)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def storages(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        wanted: FoundFilter,
        part: Slice,
    ) -> Page[StorageView]:
        """Return one page of a device's disks and memory pools."""
        with self._work(organization_id) as work:
            since = self._since(work, device_id)
            items, total = work.found.storages(device_id, wanted, part, since=since)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def neighbours(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        part: Slice,
        *,
        known: bool | None,
    ) -> Page[NeighbourView]:
        """Return one page of a device's neighbours."""
        with self._work(organization_id) as work:
            work.inventory.view(device_id)
            items, total = work.found.neighbours(device_id, part, known=known)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def _since(self, work: FieldWork, device_id: DeviceId) -> datetime:
        interval = timedelta(seconds=work.inventory.view(device_id).interval_seconds)
        return self._clock.now() - max(_INTERVALS * interval, _AT_LEAST)
