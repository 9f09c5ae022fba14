"""What the services need of the world; wiring.py gives them the real one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import CredentialId, DeviceId, GroupId, OrganizationId
    from netpulse.outbox import Outbox

    from functions.devices.domain.credential import Credential
    from functions.devices.domain.device import Device
    from functions.devices.domain.listing import DeviceFilter, Slice
    from functions.devices.domain.polling import PolledSlot
    from functions.devices.models.credentials import CredentialView
    from functions.devices.models.groups import GroupIn, GroupView
    from functions.devices.models.polling import PollStateView
    from functions.devices.models.snapshot import SnapshotView
    from functions.devices.models.views import DeviceView, PeriodView


class Devices(Protocol):
    """The organisation's devices, as they are written."""

    def add(self, device: Device, *, at: datetime) -> Device:
        """Store a new device and return it with its number; raise DeviceAlreadyExistsError."""
        ...

    def get(self, device_id: DeviceId) -> Device:
        """Return a device, locked for a change; raise NotFoundError."""
        ...

    def save(self, device: Device, *, at: datetime) -> None:
        """Store a changed device; raise DeviceAlreadyExistsError."""
        ...

    def retire(self, device_id: DeviceId, *, at: datetime) -> None:
        """Take a device out of the inventory, its groups and its parents' children."""
        ...

    def lock_topology(self) -> None:
        """Let no one else change parents until this transaction is over."""
        ...

    def ancestors(self, device_ids: Collection[DeviceId]) -> set[DeviceId]:
        """Return the parents of these devices, their parents, and so on."""
        ...

    def existing(self, device_ids: Collection[DeviceId]) -> dict[DeviceId, Device]:
        """Return those of these devices that there are."""
        ...

    def by_external_ids(self, external_ids: Collection[str]) -> dict[str, Device]:
        """Return the devices that have these external ids, locked for a change."""
        ...


class Inventory(Protocol):
    """The organisation's devices, as they are read."""

    def view(self, device_id: DeviceId) -> DeviceView:
        """Return a device with what is known of it; raise NotFoundError."""
        ...

    def page(self, wanted: DeviceFilter, part: Slice) -> tuple[list[DeviceView], int]:
        """Return one page of the wanted devices, and how many there are in all."""
        ...

    def snapshot(self, at: datetime) -> SnapshotView:
        """Return every active device's name and status, in columns."""
        ...

    def periods(self, device_id: DeviceId, *, begin: datetime, end: datetime) -> list[PeriodView]:
        """Return the status periods that touch a stretch of time, oldest first."""
        ...

    def last_periods(self, device_id: DeviceId, *, limit: int) -> list[PeriodView]:
        """Return a device's newest status periods, newest first."""
        ...


class Polling(Protocol):
    """How devices are polled."""

    def shard(self, device_id: DeviceId) -> int:
        """Return the shard that a device belongs to."""
        ...

    def state(self, device_id: DeviceId) -> PollStateView | None:
        """Return the poller's standing of a device; None before its first probe."""
        ...

    def slots(self, device_id: DeviceId, *, since: datetime) -> list[PolledSlot]:
        """Return the recorded slots of a device in time."""
        ...


class Groups(Protocol):
    """The organisation's groups of devices."""

    def add(self, group_id: GroupId, group: GroupIn, *, at: datetime) -> None:
        """Store a new group; raise GroupAlreadyExistsError."""
        ...

    def save(self, group_id: GroupId, group: GroupIn, *, at: datetime) -> None:
        """Store a changed group; raise GroupAlreadyExistsError or NotFoundError."""
        ...

    def remove(self, group_id: GroupId) -> None:
        """Delete a group; its devices stay."""
        ...

    def view(self, group_id: GroupId) -> GroupView:
        """Return a group; raise NotFoundError."""
        ...

    def page(self, search: str, part: Slice) -> tuple[list[GroupView], int]:
        """Return one page of the groups by name, and how many there are in all."""
        ...

    def members(self, group_id: GroupId) -> set[DeviceId]:
        """Return a group's devices."""
        ...

    def set_members(self, group_id: GroupId, device_ids: Collection[DeviceId]) -> None:
        """Give a group exactly these devices."""
        ...

    def existing(self, group_ids: Collection[GroupId]) -> set[GroupId]:
        """Return those of these groups that there are."""
        ...


class Credentials(Protocol):
    """The organisation's credentials."""

    def add(self, credential: Credential, ciphertext: bytes, *, at: datetime) -> None:
        """Store a new credential; raise CredentialAlreadyExistsError."""
        ...

    def save(self, credential: Credential, ciphertext: bytes | None, *, at: datetime) -> None:
        """Store a changed credential, its secret only when one is given."""
        ...

    def get(self, credential_id: CredentialId) -> Credential:
        """Return a credential; raise NotFoundError."""
        ...

    def find(self, credential_id: CredentialId) -> Credential | None:
        """Return a credential, or None."""
        ...

    def chosen(
        self, credential_ids: Collection[UUID], device_ids: Collection[UUID]
    ) -> list[Credential]:
        """Return these shared credentials and these devices' own, locked; nothing for the rest."""
        ...

    def reseal(self, sealed: Mapping[CredentialId, bytes], *, at: datetime) -> int:
        """Store other secrets at once; return how many devices are asked with them."""
        ...

    def remove(self, credential_id: CredentialId) -> None:
        """Delete a credential; raise CredentialInUseError when a device needs it."""
        ...

    def view(self, credential_id: CredentialId) -> CredentialView:
        """Return a shared credential without its secret; raise NotFoundError."""
        ...

    def page(self, search: str, part: Slice) -> tuple[list[CredentialView], int]:
        """Return one page of the shared credentials by name, and how many there are in all."""
        ...


@dataclass(frozen=True)
class DevicesWork:
    """One transaction of one organisation."""

    organization_id: OrganizationId
    devices: Devices
    inventory: Inventory
    polling: Polling
    groups: Groups
    credentials: Credentials
    outbox: Outbox
    # opens a part of the transaction that is undone alone when it raises
    attempt: Callable[[], AbstractContextManager[object]]


class Work(Protocol):
    """Opens transactions."""

    def __call__(self, organization_id: OrganizationId) -> AbstractContextManager[DevicesWork]:
        """Open the work of one organisation."""
        ...
