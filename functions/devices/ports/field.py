"""What the services of checks, discovery and topology need beyond the inventory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from functions.devices.ports import DevicesWork

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import DeviceId, OrganizationId

    from functions.devices.domain.check import Check, CheckFilter
    from functions.devices.domain.listing import Slice
    from functions.devices.models.checks import CheckView


class Checks(Protocol):
    """The organisation's checks."""

    def add(self, check: Check, *, at: datetime) -> None:
        """Store a new check; raise CheckAlreadyExistsError."""
        ...

    def save(self, check: Check, *, at: datetime) -> None:
        """Store a changed check; what it said before its settings changed is forgotten."""
        ...

    def get(self, device_id: DeviceId, check_id: UUID) -> Check:
        """Return a device's check, locked for a change; raise NotFoundError."""
        ...

    def remove(self, check_id: UUID) -> None:
        """Delete a check; the history of its values stays."""
        ...

    def count(self, device_id: DeviceId) -> int:
        """Return how many checks a device has."""
        ...

    def view(self, device_id: DeviceId, check_id: UUID, *, now: datetime) -> CheckView:
        """Return a device's check with what it said last; raise NotFoundError."""
        ...

    def page(
        self, wanted: CheckFilter, part: Slice, *, now: datetime
    ) -> tuple[list[CheckView], int]:
        """Return one page of the wanted checks by device and name, and how many there are."""
        ...

    def may_go_beyond(self) -> bool:
        """Return whether checks may be sent elsewhere than to their devices."""
        ...

    def allow_beyond(self, *, allowed: bool, at: datetime) -> None:
        """Say whether checks may be sent elsewhere than to their devices."""
        ...


@dataclass(frozen=True)
class FieldWork(DevicesWork):
    """One transaction of one organisation, with what is found in the field."""

    checks: Checks


class OpenFieldWork(Protocol):
    """Opens transactions."""

    def __call__(self, organization_id: OrganizationId) -> AbstractContextManager[FieldWork]:
        """Open the work of one organisation."""
        ...
