"""What the services of checks, discovery and topology need beyond the inventory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from functions.devices.ports import DevicesWork

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import DeviceId, JobId, OrganizationId

    from functions.devices.domain.check import Check, CheckFilter
    from functions.devices.domain.discovery import ResultFilter, ScanRequest
    from functions.devices.domain.found import FoundFilter, FoundSort
    from functions.devices.domain.listing import Slice
    from functions.devices.domain.scan_schedule import ScanSchedule
    from functions.devices.domain.topology import Node, Pair, Sight
    from functions.devices.models.checks import CheckView
    from functions.devices.models.discovery import CandidateView, ResultView, ScanView
    from functions.devices.models.found import InterfaceView, NeighbourView, SensorView, StorageView


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


class Jobs(Protocol):
    """The organisation's jobs (netpulse.jobs)."""

    def start(self, kind: str, request: dict[str, Any], *, by: UUID | None, at: datetime) -> JobId:
        """Queue a job and return its id."""
        ...

    def fail(self, job_id: JobId, *, code: str, message: str, at: datetime) -> None:
        """Finish a job that cannot succeed, saying why."""
        ...


class Discovery(Protocol):
    """The organisation's scans."""

    def add(
        self, scan_id: UUID, job_id: UUID, request: ScanRequest, *, by: UUID | None, at: datetime
    ) -> None:
        """Store a scan for a poller to claim."""
        ...

    def under_way(self) -> int:
        """Return how many scans wait or run, and let no one else begin one meanwhile."""
        ...

    def view(self, scan_id: UUID) -> ScanView:
        """Return a scan; raise NotFoundError."""
        ...

    def page(self, part: Slice, *, schedule_id: UUID | None) -> tuple[list[ScanView], int]:
        """Return one page of the scans, of one schedule if given, newest first; how many."""
        ...

    def remove(self, scan_id: UUID) -> None:
        """Delete a scan, its job and its results."""
        ...

    def results(
        self, scan_id: UUID, wanted: ResultFilter, part: Slice
    ) -> tuple[list[ResultView], int]:
        """Return one page of a scan's results by address, and how many there are."""
        ...

    def results_at(self, scan_id: UUID, addresses: Sequence[str]) -> dict[str, ResultView]:
        """Return a scan's results at these addresses, by address."""
        ...

    def ignore(self, addresses: Sequence[str], *, by: UUID | None, at: datetime) -> int:
        """Offer these addresses no more; return how many were offered before."""
        ...

    def heed(self, addresses: Sequence[str]) -> int:
        """Offer these addresses again; return how many were not."""
        ...

    def candidates(self) -> list[CandidateView]:
        """Return the neighbours that are no devices yet, by the address they are managed at."""
        ...

    def mark_accepted(self, scan_id: UUID, *, at: datetime) -> None:
        """Note that all that was found has become devices."""
        ...


class ScanSchedules(Protocol):
    """The organisation's scans that repeat."""

    def add(self, schedule: ScanSchedule, *, at: datetime) -> None:
        """Store a new one; raise ScanScheduleAlreadyExistsError."""
        ...

    def save(self, schedule: ScanSchedule, *, at: datetime) -> None:
        """Store a changed one; raise ScanScheduleAlreadyExistsError."""
        ...

    def get(self, schedule_id: UUID) -> ScanSchedule:
        """Return one, locked for a change; raise NotFoundError."""
        ...

    def page(self, part: Slice) -> tuple[list[ScanSchedule], int]:
        """Return one page of them by name, and how many there are."""
        ...

    def count(self) -> int:
        """Return how many there are."""
        ...

    def remove(self, schedule_id: UUID) -> None:
        """Delete one; the scans it began stay."""
        ...

    def is_under_way(self, schedule_id: UUID) -> bool:
        """Return whether a scan that it began waits or runs."""
        ...

    def began(self, schedule_id: UUID, scan_id: UUID, *, keep: int) -> None:
        """Note which scan it began; of those it began before only the newest are kept."""
        ...


class Found(Protocol):
    """What the poller found on the organisation's devices."""

    def ports(
        self,
        device_id: DeviceId,
        wanted: FoundFilter,
        part: Slice,
        order: tuple[FoundSort, ...],
        *,
        since: datetime,
    ) -> tuple[list[InterfaceView], int]:
        """Return one page of a device's ports with what went through them since."""
        ...

    def sensors(
        self, device_id: DeviceId, wanted: FoundFilter, part: Slice, *, since: datetime
    ) -> tuple[list[SensorView], int]:
        """Return one page of a device's sensors with what they told since."""
        ...

    def storages(
        self, device_id: DeviceId, wanted: FoundFilter, part: Slice, *, since: datetime
    ) -> tuple[list[StorageView], int]:
        """Return one page of a device's disks and memory pools with how full they are."""
        ...

    def neighbours(
        self, device_id: DeviceId, part: Slice, *, known: bool | None
    ) -> tuple[list[NeighbourView], int]:
        """Return one page of a device's neighbours, each with the device it is."""
        ...


class Topology(Protocol):
    """The organisation's links."""

    def sights(self) -> list[Sight]:
        """Return every device's word of another device at the end of a link."""
        ...

    def nodes(self, sights: list[Sight]) -> tuple[dict[UUID, Node], dict[UUID, str]]:
        """Return the devices that were seen or saw, and their names."""
        ...

    def parents(self) -> dict[UUID, list[UUID]]:
        """Return every device's parents."""
        ...

    def dismissed(self) -> set[Pair]:
        """Return the pairs between which a person wants no link."""
        ...

    def dismiss(
        self, device_id: DeviceId, parent_id: DeviceId, *, by: UUID | None, at: datetime
    ) -> None:
        """Propose a link between two devices no more."""
        ...

    def reconsider(self, device_id: DeviceId, parent_id: DeviceId) -> None:
        """Forget that a link between two devices was refused."""
        ...


@dataclass(frozen=True)
class FieldWork(DevicesWork):
    """One transaction of one organisation, with what is found in the field."""

    checks: Checks
    discovery: Discovery
    scan_schedules: ScanSchedules
    found: Found
    topology: Topology
    jobs: Jobs


class OpenFieldWork(Protocol):
    """Opens transactions."""

    def __call__(self, organization_id: OrganizationId) -> AbstractContextManager[FieldWork]:
        """Open the work of one organisation."""
        ...
