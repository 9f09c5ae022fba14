"""What the services of reports need of the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from functions.reports.domain.report import Report

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.ids import JobId, OrganizationId, ReportId, ScheduleId
    from netpulse.outbox import Outbox

    from functions.reports.domain.curves import Statistics
    from functions.reports.domain.definition import DeviceScope, ReportFormat, ReportKind
    from functions.reports.domain.figures import Device, Period
    from functions.reports.domain.record import ReportRecord, ReportState, Schedule
    from functions.reports.domain.report import AlertLine


@dataclass(frozen=True)
class Organization:
    """What reports say of an organisation."""

    name: str
    time_zone: str


@dataclass(frozen=True)
class SeriesPlace:
    """A series of a device, and where its values stand."""

    id: int
    device_number: int
    entity: str
    metric: str
    unit: str
    block: int
    position: int


class Jobs(Protocol):
    """The organisation's jobs (netpulse.jobs)."""

    def start(self, kind: str, request: dict[str, Any], *, by: UUID | None, at: datetime) -> JobId:
        """Queue a job and return its id."""
        ...

    def claim(self, job_id: JobId, *, at: datetime) -> object | None:
        """Mark a queued job as running; None if it is cancelled, taken or done."""
        ...

    def advance(self, job_id: JobId, progress: float) -> bool:
        """Note progress from 0 to 1; return False when the job was cancelled meanwhile."""
        ...

    def succeed(self, job_id: JobId, result: dict[str, Any], *, at: datetime) -> bool:
        """Finish a running job; return False when it was cancelled meanwhile."""
        ...

    def fail(self, job_id: JobId, *, code: str, message: str, at: datetime) -> None:
        """Finish a job that cannot succeed, saying why."""
        ...

    def cancel(self, job_id: JobId, *, at: datetime) -> bool:
        """Cancel a job that is not over; return False when it is."""
        ...


@dataclass(frozen=True)
class ReportFilter:
    """Which reports a caller wants to see."""

    kind: ReportKind | None = None
    state: ReportState | None = None
    schedule_id: ScheduleId | None = None


class Reports(Protocol):
    """The organisation's reports."""

    def add(self, record: ReportRecord) -> None:
        """Insert a report; its job is there already."""
        ...

    def get(self, report_id: ReportId) -> ReportRecord:
        """Return a report; raise NotFoundError (REPORT_NOT_FOUND)."""
        ...

    def page(
        self, wanted: ReportFilter, *, page: int, per_page: int
    ) -> tuple[list[ReportRecord], int]:
        """Return one page of reports, newest first, and how many there are."""
        ...

    def keep_files(self, report_id: ReportId, files: Mapping[ReportFormat, int]) -> None:
        """Note which files were made and their sizes in bytes."""
        ...

    def remove(self, report_id: ReportId) -> None:
        """Delete a report."""
        ...

    def stuck(self, *, since: datetime) -> list[JobId]:
        """Return the jobs of reports that began before an instant and never ended."""
        ...


class Schedules(Protocol):
    """The organisation's report schedules."""

    def get(self, schedule_id: ScheduleId) -> Schedule:
        """Return a schedule, locked; raise NotFoundError (REPORT_SCHEDULE_NOT_FOUND)."""
        ...

    def page(self, *, page: int, per_page: int) -> tuple[list[Schedule], int]:
        """Return one page of schedules by name, and how many there are."""
        ...

    def save(self, schedule: Schedule) -> None:
        """Insert or replace a schedule; raise ScheduleExistsError when the name is taken."""
        ...

    def remove(self, schedule_id: ScheduleId) -> None:
        """Delete a schedule; its reports stay."""
        ...

    def due(self, *, by: datetime) -> list[Schedule]:
        """Return those due by an instant, locked; those another process has are left out."""
        ...


class Sources(Protocol):
    """What other domains know, as reports read it."""

    def organization(self) -> Organization:
        """Return the organisation of the transaction."""
        ...

    def missing(self, scope: DeviceScope) -> tuple[set[UUID], set[UUID]]:
        """Return the ids of devices and of groups in a scope that name nothing."""
        ...

    def strangers(self, emails: Sequence[str]) -> set[str]:
        """Return those addresses that are nobody's who may log in to the organisation."""
        ...

    def no_mail_channels(self, channel_ids: Sequence[UUID]) -> set[UUID]:
        """Return those ids that name no email channel."""
        ...

    def devices(self, scope: DeviceScope) -> list[Device]:
        """Return the devices of a scope by name."""
        ...

    def periods(
        self, device_ids: Sequence[UUID], *, begin: datetime, end: datetime
    ) -> Mapping[UUID, list[Period]]:
        """Return each device's status periods that touch a stretch of time, oldest first."""
        ...

    def series(self, device_id: UUID, metrics: Sequence[str]) -> list[SeriesPlace]:
        """Return a device's series of these metrics whose values can be averaged."""
        ...

    def statistics(
        self, series: Sequence[SeriesPlace], *, begin: datetime, end: datetime
    ) -> list[Statistics]:
        """Return the statistics of each series that has values; series of one device."""
        ...

    def averages(
        self, series: Sequence[SeriesPlace], *, begin: datetime, end: datetime, step_s: int
    ) -> Mapping[int, dict[datetime, float]]:
        """Return each series' average a bucket, by the series' id; series of one device."""
        ...

    def alerts(
        self, devices: Sequence[Device], *, begin: datetime, end: datetime, everything: bool
    ) -> list[AlertLine]:
        """Return the alerts of devices that began in a stretch of time, oldest first.

        With `everything`, those of no (or a retired) device too.
        """
        ...


class ReportsWork(Protocol):
    """The repositories of one transaction, and its facts."""

    @property
    def reports(self) -> Reports:
        """The organisation's reports."""
        ...

    @property
    def schedules(self) -> Schedules:
        """The organisation's schedules."""
        ...

    @property
    def jobs(self) -> Jobs:
        """The organisation's jobs."""
        ...

    @property
    def sources(self) -> Sources:
        """What other domains know."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Where the transaction's facts go."""
        ...


class AlarmClocks(Protocol):
    """What calls us when a schedule is due."""

    def put(self, organization_id: OrganizationId, schedule_id: ScheduleId, at: datetime) -> None:
        """Have a schedule called at an instant, instead of any it was to be called at before."""
        ...

    def remove(self, schedule_id: ScheduleId) -> None:
        """Have a schedule called no more; one that never was does not matter."""
        ...


Work = Callable[["OrganizationId"], AbstractContextManager[ReportsWork]]
Renderer = Callable[[Report], bytes]


class Files(Protocol):
    """Where reports' files are kept."""

    def put(self, key: str, body: bytes, *, content_type: str) -> None:
        """Keep a file."""
        ...

    def link(self, key: str, *, file_name: str, valid_s: int) -> str | None:
        """Return a URL that anybody may read the file by for a while; None if it is gone."""
        ...

    def remove(self, keys: Sequence[str]) -> None:
        """Delete files; those that are gone already do not matter."""
        ...
