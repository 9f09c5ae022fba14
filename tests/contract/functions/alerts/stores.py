"""The two stores that every contract test runs over: the fakes and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from netpulse.ids import DeviceId, OrganizationId

from tests.integration.functions.alerts.place import Place
from tests.unit.functions.alerts.domain.builders import (
    a_device,
)
from tests.unit.functions.alerts.fakes import FakeWork

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from functions.alerts.domain.device import Device
    from functions.alerts.ports import Work


class InMemory:
    """The fakes."""

    def __init__(self) -> None:
        self._work = FakeWork()

    def open(self) -> AbstractContextManager[Work]:
        return self._work(OrganizationId(uuid4()))

    def device(self, name: str, *, parents: tuple[DeviceId, ...] = (), **given: Any) -> Device:
        device = a_device(name, **given)
        self._work.devices.devices[device.id] = device
        self._work.devices.parents[device.id] = list(parents)
        return device

    def series(self, device: Device, metric: str) -> None:
        self._work.samples.past[metric, device.id, ""] = []

    def close(self) -> None:
        pass


class OnPostgres:
    """The real thing."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def open(self) -> AbstractContextManager[Work]:
        return self._place.work(self._place.organization_id)

    def device(self, name: str, *, parents: tuple[DeviceId, ...] = (), **given: Any) -> Device:
        is_polled = given.pop("is_polled", True)
        device_id = self._place.device(name, parents=parents, is_active=is_polled, **given)
        with self.open() as work:
            return work.devices.seen([device_id])[device_id][0]

    def series(self, device: Device, metric: str) -> None:
        self._place.series(device.id, metric)

    def close(self) -> None:
        self._place.database.close()


Store = InMemory | OnPostgres
