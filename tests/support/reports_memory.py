"""Reports' repositories and files in memory; one suite proves that they behave as PostgreSQL's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from netpulse.errors import NotFoundError
from netpulse.events import Fact
from netpulse.ids import JobId, OrganizationId, ReportId, ScheduleId

from functions.reports.domain.curves import Statistics
from functions.reports.domain.definition import DeviceScope, ReportFormat
from functions.reports.domain.errors import ScheduleExistsError
from functions.reports.domain.figures import Device, Period
from functions.reports.domain.record import ReportRecord, ReportState, Schedule
from functions.reports.domain.report import AlertLine
from functions.reports.ports import Organization, ReportFilter, SeriesPlace

F = TypeVar("F", bound=Fact)
_OPEN = {ReportState.QUEUED, ReportState.RUNNING}


@dataclass
class Job:
    """A job's row."""

    state: ReportState = ReportState.QUEUED
    progress: float = 0.0
    error: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass
class MemoryJobs:
    """Jobs in a dict; `cancel_at` cancels one when it gets so far."""

    rows: dict[JobId, Job] = field(default_factory=dict)
    advances: list[float] = field(default_factory=list)
    cancel_at: float | None = None

    def start(self, kind: str, request: dict[str, Any], *, by: UUID | None, at: datetime) -> JobId:
        job_id = JobId(uuid4())
        self.rows[job_id] = Job()
        return job_id

    def claim(self, job_id: JobId, *, at: datetime) -> Job | None:
        job = self.rows[job_id]
        if job.state is not ReportState.QUEUED:
            return None
        job.state, job.started_at = ReportState.RUNNING, at
        return job

    def advance(self, job_id: JobId, progress: float) -> bool:
        if self.cancel_at is not None and progress >= self.cancel_at:
            self.rows[job_id].state = ReportState.CANCELLED
        if self.rows[job_id].state is not ReportState.RUNNING:
            return False
        self.advances.append(progress)
        self.rows[job_id].progress = max(progress, self.rows[job_id].progress)
        return True

    def succeed(self, job_id: JobId, result: dict[str, Any], *, at: datetime) -> bool:
        job = self.rows[job_id]
        if job.state is not ReportState.RUNNING:
            return False
        job.state, job.progress, job.result = ReportState.SUCCEEDED, 1.0, result
        job.finished_at = at
        return True

    def fail(self, job_id: JobId, *, code: str, message: str, at: datetime) -> None:
        job = self.rows[job_id]
        if job.state in _OPEN:
            job.state, job.finished_at = ReportState.FAILED, at
            job.error = {"code": code, "message": message}

    def cancel(self, job_id: JobId, *, at: datetime) -> bool:
        job = self.rows[job_id]
        if job.state not in _OPEN:
            return False
        job.state, job.finished_at = ReportState.CANCELLED, at
        return True


@dataclass
class MemoryReports:
    """Reports in a dict; where one stands is its job's state."""

    jobs: MemoryJobs
    rows: dict[ReportId, ReportRecord] = field(default_factory=dict)

    def _shown(self, record: ReportRecord) -> ReportRecord:
        job = self.jobs.rows[record.job_id]
        return replace(
            record,
            state=job.state,
            progress=job.progress,
            error=job.error,
            finished_at=job.finished_at,
        )

    def add(self, record: ReportRecord) -> None:
        self.rows[record.id] = record

    def get(self, report_id: ReportId) -> ReportRecord:
        if report_id not in self.rows:
            raise NotFoundError.of("report", report_id)
        return self._shown(self.rows[report_id])

    def page(
        self, wanted: ReportFilter, *, page: int, per_page: int
    ) -> tuple[list[ReportRecord], int]:
        found = [
            record
            for record in map(self._shown, self.rows.values())
            if wanted.kind in (None, record.definition.kind)
            and wanted.state in (None, record.state)
            and wanted.schedule_id in (None, record.schedule_id)
        ]
        found.sort(key=lambda record: record.id)
        found.sort(key=lambda record: record.created_at, reverse=True)
        return found[(page - 1) * per_page : page * per_page], len(found)

    def keep_files(self, report_id: ReportId, files: Mapping[ReportFormat, int]) -> None:
        self.rows[report_id] = replace(self.rows[report_id], files=dict(files))

    def remove(self, report_id: ReportId) -> None:
        self.rows.pop(report_id, None)

    def stuck(self, *, since: datetime) -> list[JobId]:
        jobs = ((each.job_id, self.jobs.rows[each.job_id]) for each in self.rows.values())
        return [
            job_id
            for job_id, job in jobs
            if job.state is ReportState.RUNNING and job.started_at and job.started_at < since
        ]


@dataclass
class MemorySchedules:
    """Schedules in a dict."""

    rows: dict[ScheduleId, Schedule] = field(default_factory=dict)

    def get(self, schedule_id: ScheduleId) -> Schedule:
        if schedule_id not in self.rows:
            raise NotFoundError.of("report_schedule", schedule_id)
        return self.rows[schedule_id]

    def page(self, *, page: int, per_page: int) -> tuple[list[Schedule], int]:
        found = sorted(self.rows.values(), key=lambda each: (each.name.lower(), each.id))
        return found[(page - 1) * per_page : page * per_page], len(found)

    def save(self, schedule: Schedule) -> None:
        if any(s.name == schedule.name and s.id != schedule.id for s in self.rows.values()):
            raise ScheduleExistsError(schedule.name)
        self.rows[schedule.id] = schedule

    def remove(self, schedule_id: ScheduleId) -> None:
        self.rows.pop(schedule_id, None)

    def due(self, *, by: datetime) -> list[Schedule]:
        found = [s for s in self.rows.values() if s.next_run_at and s.next_run_at <= by]
        return sorted(found, key=lambda each: (each.next_run_at, each.id))


@dataclass
class MemorySources:
    """What other domains would know."""

    time_zone: str = "Africa/Nairobi"
    known: dict[UUID, Device] = field(default_factory=dict)
    groups: dict[UUID, set[UUID]] = field(default_factory=dict)
    tags: dict[UUID, set[str]] = field(default_factory=dict)
    history: dict[UUID, list[Period]] = field(default_factory=dict)
    measured: dict[UUID, list[Statistics]] = field(default_factory=dict)
    values: dict[datetime, float] = field(default_factory=dict)
    lines: list[AlertLine] = field(default_factory=list)
    colleagues: set[str] = field(default_factory=lambda: {"amina@example.org"})
    mail_channels: set[UUID] = field(default_factory=set)

    def organization(self) -> Organization:
        return Organization("Kilimo Net", self.time_zone)

    def missing(self, scope: DeviceScope) -> tuple[set[UUID], set[UUID]]:
        return set(scope.device_ids) - set(self.known), set(scope.group_ids) - set(self.groups)

    def strangers(self, emails: Sequence[str]) -> set[str]:
        return set(emails) - self.colleagues

    def no_mail_channels(self, channel_ids: Sequence[UUID]) -> set[UUID]:
        return set(channel_ids) - self.mail_channels

    def devices(self, scope: DeviceScope) -> list[Device]:
        members = {each for group in scope.group_ids for each in self.groups.get(group, ())}
        found = [
            device
            for device in self.known.values()
            if (not scope.device_ids or device.id in scope.device_ids)
            and (not scope.group_ids or device.id in members)
            and (not scope.tags or self.tags.get(device.id, set()) & set(scope.tags))
        ]
        return sorted(found, key=lambda each: (each.name.lower(), each.id))

    def periods(
        self, device_ids: Sequence[UUID], *, begin: datetime, end: datetime
    ) -> Mapping[UUID, list[Period]]:
        return {
            device_id: [
                each
                for each in self.history.get(device_id, [])
                if each.began_at < end and (each.ended_at is None or each.ended_at > begin)
            ]
            for device_id in device_ids
            if device_id in self.history
        }

    def series(self, device_id: UUID, metrics: Sequence[str]) -> list[SeriesPlace]:
        return [
            SeriesPlace(place, 1, each.entity, each.metric, each.unit, 0, place)
            for place, each in enumerate(self.measured.get(device_id, []), 1)
            if each.metric in metrics
        ]

    def statistics(
        self, series: Sequence[SeriesPlace], *, begin: datetime, end: datetime
    ) -> list[Statistics]:
        wanted = {(each.entity, each.metric) for each in series}
        return [
            each
            for found in self.measured.values()
            for each in found
            if (each.entity, each.metric) in wanted
        ]

    def averages(
        self, series: Sequence[SeriesPlace], *, begin: datetime, end: datetime, step_s: int
    ) -> Mapping[int, dict[datetime, float]]:
        return {each.id: self.values for each in series}

    def alerts(
        self, devices: Sequence[Device], *, begin: datetime, end: datetime, everything: bool
    ) -> list[AlertLine]:
        ids = {device.id for device in devices}
        return [
            line
            for line in self.lines
            if begin <= line.began_at < end
            and (everything or (line.device is not None and line.device.id in ids))
        ]


@dataclass
class MemoryOutbox:
    """Facts in a list."""

    facts: list[Fact] = field(default_factory=list)

    def add(self, fact: Fact) -> None:
        self.facts.append(fact)

    def take(self, kind: type[F]) -> list[F]:
        """Return the facts of a kind and forget them."""
        taken = [fact for fact in self.facts if isinstance(fact, kind)]
        self.facts = [fact for fact in self.facts if not isinstance(fact, kind)]
        return taken


@dataclass
class MemoryAlarmClocks:
    """Alarms in a dict."""

    at: dict[ScheduleId, datetime] = field(default_factory=dict)

    def put(self, organization_id: OrganizationId, schedule_id: ScheduleId, at: datetime) -> None:
        self.at[schedule_id] = at

    def remove(self, schedule_id: ScheduleId) -> None:
        self.at.pop(schedule_id, None)


class MemoryWork:
    """Opens the one organisation there is."""

    def __init__(self) -> None:
        self.jobs = MemoryJobs()
        self.reports = MemoryReports(self.jobs)
        self.schedules = MemorySchedules()
        self.sources = MemorySources()
        self.outbox = MemoryOutbox()

    @contextmanager
    def __call__(self, _organization_id: OrganizationId) -> Iterator[MemoryWork]:
        yield self


@dataclass
class MemoryFiles:
    """Files in a dict."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    broken: bool = False

    def put(self, key: str, body: bytes, *, content_type: str) -> None:
        if self.broken:
            raise ConnectionError("the bucket is away")
        self.bodies[key] = body

    def link(self, key: str, *, file_name: str, valid_s: int) -> str | None:
        return f"https://files.example.org/{key}" if key in self.bodies else None

    def remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.bodies.pop(key, None)
