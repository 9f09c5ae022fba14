"""What the services need of the world; wiring.py gives them the real one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta
    from uuid import UUID

    from netpulse.availability import StatusPeriod
    from netpulse.ids import DeviceId, OrganizationId
    from netpulse.jobs import Jobs
    from netpulse.outbox import Outbox
    from netpulse.timeseries.model import Buckets, Column, Tier

    from functions.metrics.domain.series import Series, Wanted


@dataclass(frozen=True)
class Device:
    """A device, as far as its measured values need it."""

    id: UUID
    name: str
    interval_s: int
    created_at: datetime


class Catalogue(Protocol):
    """Which series there are."""

    def device(self, device_id: DeviceId) -> Device:
        """Return a device; raise NotFoundError."""
        ...

    def devices(self, wanted: Wanted, *, limit: int) -> list[Device]:
        """Return the devices that are wanted, by name, at most so many."""
        ...

    def missing(self, wanted: Wanted) -> tuple[set[UUID], set[UUID]]:
        """Return the ids of devices and of groups that are wanted and name nothing."""
        ...

    def series(self, wanted: Wanted, *, limit: int) -> list[Series]:
        """Return the wanted series by device, entity and metric, at most so many."""
        ...

    def page(self, wanted: Wanted, *, page: int, per_page: int) -> tuple[list[Series], int]:
        """Return one page of the wanted series, and how many there are in all."""
        ...

    def groups(self, device_ids: Sequence[UUID]) -> Mapping[UUID, list[str]]:
        """Return the names of the groups that devices are in."""
        ...

    def time_zone(self) -> str:
        """Return the organisation's time zone."""
        ...

    def periods(
        self, device_ids: Sequence[UUID], *, begin: datetime, end: datetime
    ) -> Mapping[UUID, list[StatusPeriod]]:
        """Return each device's status periods that touch a stretch of time, oldest first."""
        ...


class Readings(Protocol):
    """What was measured; every list is in the order of the series."""

    def samples(self, series: Sequence[Series], *, begin: datetime, end: datetime) -> list[Column]:
        """Return each series' samples in [begin, end)."""
        ...

    def buckets(
        self, series: Sequence[Series], *, begin: datetime, end: datetime, step: timedelta
    ) -> Buckets:
        """Return the samples of [begin, end) in buckets."""
        ...

    def rollups(
        self, series: Sequence[Series], tier: Tier, *, begin: datetime, end: datetime
    ) -> Buckets:
        """Return the rollups that begin in [begin, end)."""
        ...

    def rolled_until(self) -> datetime | None:
        """Return the instant before which everything is rolled up."""
        ...

    def latest(
        self, series: Sequence[Series], *, since: datetime, until: datetime
    ) -> Mapping[int, tuple[datetime, float]]:
        """Return the newest values not older than `since`, by the series' id."""
        ...


@dataclass(frozen=True)
class MetricsWork:
    """One transaction of one organisation."""

    organization_id: OrganizationId
    catalogue: Catalogue
    readings: Readings
    jobs: Jobs
    outbox: Outbox
    # gives up statements that take longer
    limit: Callable[[timedelta], None]


class Work(Protocol):
    """Opens transactions."""

    def __call__(self, organization_id: OrganizationId) -> AbstractContextManager[MetricsWork]:
        """Open the work of one organisation."""
        ...
