"""What the poll loop needs of the world; wiring.py gives it the real one."""

from array import array
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol
from uuid import UUID

from pollers.domain.device import Device, Sample
from pollers.domain.finding import Finding
from pollers.domain.verdict import Verdict


class Series(NamedTuple):
    """What tells a device's series apart, and what its values are."""

    metric: str
    unit: str
    entity: str
    kind: str


@lru_cache(maxsize=100_000)
def series_of(metric: str, unit: str, entity: str, kind: str) -> Series:
    """Return a series, one object for all devices that have such a one."""
    return Series(metric, unit, entity, kind)


@lru_cache(maxsize=1024)
def _alike(series: tuple[Series, ...]) -> tuple[Series, ...]:
    """Return a device's series, one object for all devices of a kind."""
    return series


@dataclass(frozen=True, slots=True)
class Cycle:
    """The values of one device in one slot, on their way to the database.

    Hundreds of thousands may wait: eight octets each, and no object.
    """

    device_id: UUID
    organization_id: UUID
    device_number: int
    organization_number: int
    slot_at: float
    series: tuple[Series, ...]
    values: "array[float]"

    @classmethod
    def of(  # noqa: PLR0917 - the columns of a row, in their order
        cls,
        device_id: UUID,
        organization_id: UUID,
        device_number: int,
        organization_number: int,
        slot_at: float,
        samples: Collection[Sample],
    ) -> "Cycle":
        """Return the cycle of these samples."""
        return cls(
            device_id,
            organization_id,
            device_number,
            organization_number,
            slot_at,
            _alike(tuple(series_of(s.metric, s.unit, s.entity, s.kind) for s in samples)),
            array("d", [s.value for s in samples]),
        )

    @property
    def samples(self) -> tuple[Sample, ...]:
        """Return the samples as they were taken."""
        return tuple(
            Sample(series.metric, value, series.unit, series.entity, series.kind)
            for series, value in zip(self.series, self.values, strict=True)
        )


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
