"""The inventory in memory; tests/contract keeps it honest."""

from __future__ import annotations

from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING

from functions.devices.ports import DevicesWork
from tests.unit.functions.devices.fakes.devices import FakeDevices, FakeInventory
from tests.unit.functions.devices.fakes.groups import FakeCredentials, FakeGroups
from tests.unit.functions.devices.fakes.stored import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from netpulse.events import Fact
    from netpulse.ids import DeviceId, OrganizationId

    from functions.devices.domain.polling import PolledSlot
    from functions.devices.models.polling import PollStateView


class _Outbox:
    def __init__(self, facts: list[Fact]) -> None:
        self._facts = facts

    def add(self, fact: Fact) -> None:
        self._facts.append(fact)


@contextmanager
def _undone_alone(stored: Stored) -> Iterator[None]:
    before = deepcopy(stored)
    try:
        yield
    except BaseException:
        stored.__dict__.update(before.__dict__)
        raise


class FakePolling:
    """Nobody polls the devices of a fake."""

    def shard(self, device_id: DeviceId) -> int:
        return device_id.bytes[0]

    def state(self, device_id: DeviceId) -> PollStateView | None:
        return None

    def slots(self, device_id: DeviceId, *, since: datetime) -> list[PolledSlot]:
        return []


class FakeWork:
    """Work in memory; what raises is rolled back."""

    def __init__(self) -> None:
        self.organizations: dict[OrganizationId, Stored] = {}

    def stored(self, organization_id: OrganizationId) -> Stored:
        """Return what an organisation has."""
        return self.organizations.setdefault(organization_id, Stored())

    @contextmanager
    def __call__(self, organization_id: OrganizationId) -> Iterator[DevicesWork]:
        """Open the work of one organisation."""
        stored = self.stored(organization_id)
        with _undone_alone(stored):
            yield DevicesWork(
                organization_id=organization_id,
                devices=FakeDevices(stored),
                inventory=FakeInventory(stored),
                polling=FakePolling(),
                groups=FakeGroups(stored),
                credentials=FakeCredentials(stored),
                outbox=_Outbox(stored.facts),
                attempt=lambda: _undone_alone(stored),
            )
