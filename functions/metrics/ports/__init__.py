"""What the services need of the world; wiring.py gives them the real one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from functions.metrics.domain.promql.evaluation import LOOKBACK_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime, timedelta
    from uuid import UUID

    from netpulse.availability import StatusPeriod
    from netpulse.ids import DeviceId, OrganizationId
    from netpulse.jobs import Jobs
    from netpulse.outbox import Outbox
    from netpulse.timeseries.model import Buckets, Column, Tier

    from functions.metrics.domain.promql.plan import Matcher
    from functions.metrics.domain.promql.vectors import Samples
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

    def raw_since(self) -> datetime:
        """Return since when the organisation keeps samples."""
        ...

    def hot_since(self) -> datetime:
        """Return since when samples may not be packed yet, and are surely rolled up if at all."""
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
class Labelled:
    """A series by its labels, and where its values stand."""

    labels: dict[str, str]
    source: int
    block: int
    position: int
    kind: str = "gauge"
    # how often it is measured, where that is known
    interval_s: int | None = None
    # written by a Prometheus, not polled
    is_foreign: bool = False

    @property
    def lookback_ms(self) -> int | None:
        """How long its newest value counts: two intervals, where 5 minutes are less than that."""
        if self.interval_s is None:
            return None
        return max(LOOKBACK_MS, 2 * self.interval_s * 1000)


class LabelledSeries(Protocol):
    """All series by their labels."""

    def series(self, matchers: Sequence[Matcher], *, limit: int) -> list[Labelled]:
        """Return at most so many series that may fit; the name alone is looked at here."""
        ...

    def metadata(self) -> Mapping[str, tuple[str, str, str]]:
        """Return type, help and unit of every metric there is."""
        ...

    def samples(self, series: Sequence[Labelled], *, begin_ms: int, end_ms: int) -> list[Samples]:
        """Return each series' samples from an instant to another, both included.

        What is older than samples are kept is made of rollups, a value every five minutes.
        """
        ...

    def since(self) -> Sequence[datetime]:
        """Return since when there are samples, and rollups of each tier."""
        ...


@dataclass(frozen=True)
class MetricsWork:
    """One transaction of one organisation."""

    organization_id: OrganizationId
    catalogue: Catalogue
    readings: Readings
    labelled: LabelledSeries
    jobs: Jobs
    outbox: Outbox
    # gives up statements that take longer
    limit: Callable[[timedelta], None]


class Work(Protocol):
    """Opens transactions."""

    def __call__(self, organization_id: OrganizationId) -> AbstractContextManager[MetricsWork]:
        """Open the work of one organisation."""
        ...


class Store(Protocol):
    """The store's chores, inside one transaction that sees every organisation."""

    def ensure_partitions(self, first_day: date, last_day: date) -> int:
        """Create missing daily partitions; return how many."""
        ...

    def announce(self, until: datetime) -> None:
        """Say that everything before an instant is to be rolled up."""
        ...

    def roll_announced(self) -> int:
        """Roll up the oldest announced piece; 0 when there is none."""
        ...

    def roll_dirty(self, *, limit: int) -> int:
        """Roll up again at most so many buckets that late samples touched; return how many."""
        ...

    def rolled_day(self, before: date) -> date:
        """Return a day, or the one before which all is rolled up if that is earlier."""
        ...

    def days_to_compact(self, before: date) -> list[date]:
        """Return the days before a day that have hot rows, oldest first."""
        ...

    def compact_day(self, day: date) -> int:
        """Move a day's hot rows into chunks; return how many values."""
        ...

    def forget(self, today: date) -> int:
        """Delete what each organisation no longer keeps; return how many rows."""
        ...

    def quarantined_since_last_time(self) -> int:
        """Return how many rows were kept aside since this was last asked."""
        ...

    def refused_since_last_time(self) -> Mapping[str, int]:
        """Return how many series each organisation was refused since this was last asked."""
        ...


class StoreWork(Protocol):
    """Opens the chores' transactions."""

    def __call__(self) -> AbstractContextManager[Store]:
        """Open a transaction that sees every organisation."""
        ...
