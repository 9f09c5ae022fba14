"""What the poll loop needs of the world; wiring.py gives it the real one."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pollers.domain.device import Device, Sample
from pollers.domain.finding import Finding
from pollers.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Cycle:
    """The samples of one device in one slot, on their way to the database."""

    device_id: UUID
    organization_id: UUID
    device_number: int
    organization_number: int
    slot_at: float
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A verdict worth telling, with the values that rules watch."""

    device_id: UUID
    organization_id: UUID
    slot_at: datetime
    verdict: Verdict
    rtt_ms: float | None
    loss_ratio: float | None
    values: tuple[Sample, ...]
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    """The devices to be polled; of those that are new, what was known of them so far."""

    devices: Mapping[UUID, Device]
    verdicts: Mapping[UUID, Verdict] = field(default_factory=dict)


class Inventory(Protocol):
    """Which devices there are to be polled."""

    def changes(self) -> AsyncIterator[Roster]:
        """Yield all devices, at once and whenever they changed."""
        ...


class StateSink(Protocol):
    """Keeps verdicts for those who poll the devices next."""

    def keep(self, device: Device, verdict: Verdict) -> None:
        """Take a device's verdict; never blocks, never fails."""
        ...

    def forget(self, device_id: UUID) -> None:
        """Drop what is remembered of a device that others poll now."""
        ...


class SampleSink(Protocol):
    """Takes samples, and keeps them whatever happens to the database."""

    def record(self, cycle: Cycle) -> None:
        """Take a cycle's samples; never blocks, never fails."""
        ...


class FindingsSink(Protocol):
    """Takes what was found out of a device."""

    def found(self, device: Device, finding: Finding) -> None:
        """Take what was found out of a device, to be written where it changed."""
        ...


class Announcer(Protocol):
    """Tells the alert service of verdicts."""

    def announce(self, result: Result) -> None:
        """Take a result, to be sent with others; never blocks, never fails."""
        ...
