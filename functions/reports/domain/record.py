"""A report that was asked for, and what became of it; a schedule that asks by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from netpulse.ids import JobId, ReportId, ScheduleId

from functions.reports.domain.calendar import NamedPeriod
from functions.reports.domain.definition import Definition, ReportFormat
from functions.reports.domain.recurrence import Recurrence


class ReportState(StrEnum):
    """Where a report stands; its job's state."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class ReportRecord:
    """A report that was asked for; `files` has the bytes of each that is made."""

    id: ReportId
    job_id: JobId
    name: str
    definition: Definition
    begin: datetime
    end: datetime
    time_zone: str
    created_at: datetime
    created_by: UUID | None = None
    schedule_id: ScheduleId | None = None
    recipients: tuple[str, ...] = ()
    channel_ids: tuple[UUID, ...] = ()
    files: Mapping[ReportFormat, int] = field(default_factory=dict)
    state: ReportState = ReportState.QUEUED
    progress: float = 0.0
    error: dict[str, Any] | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A report that is made again and again, and who is sent it."""

    id: ScheduleId
    name: str
    enabled: bool
    definition: Definition
    period: NamedPeriod
    recurrence: Recurrence
    recipients: tuple[str, ...]
    next_run_at: datetime | None
    created_at: datetime
    updated_at: datetime
    channel_ids: tuple[UUID, ...] = ()
    created_by: UUID | None = None
    last_run_at: datetime | None = None
    last_report_id: ReportId | None = None
