"""Reports as they are asked for and shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from netpulse.http.fields import Name
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from functions.reports.domain.calendar import NamedPeriod
from functions.reports.domain.definition import ReportFormat, ReportKind, ReportSection
from functions.reports.domain.record import ReportRecord, ReportState
from functions.reports.models.parts import Addressed, Contents, TimeZone

MAX_LENGTH = timedelta(days=400)


class GenerateIn(Contents, Addressed):
    """A report that is wanted now: of a named `period`, or `from` one instant `to` another."""

    name: Name | None = None
    period: NamedPeriod | None = None
    begin: Annotated[AwareDatetime | None, Field(alias="from")] = None
    end: Annotated[AwareDatetime | None, Field(alias="to")] = None
    time_zone: TimeZone | None = None

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if self.period is not None and (self.begin or self.end):
            raise PydanticCustomError("two_periods", "Give either period, or from and to")
        if (self.begin is None) != (self.end is None):
            raise PydanticCustomError("half_a_period", "from and to are needed together")
        if self.begin and self.end:
            self._check_length(self.begin, self.end)
        return self

    @staticmethod
    def _check_length(begin: datetime, end: datetime) -> None:
        if begin >= end:
            raise PydanticCustomError("no_period", "from must be before to")
        if end - begin > MAX_LENGTH:
            raise PydanticCustomError(
                "long_period", "A report covers at most {days} days", {"days": MAX_LENGTH.days}
            )


class RequestedView(BaseModel):
    """That a report will be made: watch `GET /jobs/{job_id}` or `GET /reports/{report_id}`."""

    job_id: UUID
    report_id: UUID


class ReportFileView(BaseModel):
    """A file of a report."""

    format: ReportFormat
    size_bytes: int


class ReportView(BaseModel):
    """A report and where it stands; `progress` runs from 0 to 1."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: UUID
    job_id: UUID
    schedule_id: UUID | None
    kind: ReportKind
    name: str
    state: ReportState
    progress: float
    error: dict[str, Any] | None
    begin: Annotated[datetime, Field(serialization_alias="from")]
    end: Annotated[datetime, Field(serialization_alias="to")]
    time_zone: str
    sections: list[ReportSection]
    device_ids: list[UUID]
    group_ids: list[UUID]
    tags: list[str]
    metrics: list[str]
    formats: list[ReportFormat]
    files: list[ReportFileView]
    recipients: list[str]
    channel_ids: list[UUID]
    created_by: UUID | None
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, record: ReportRecord) -> ReportView:
        """Return the view of a report."""
        definition = record.definition
        return cls(
            id=record.id,
            job_id=record.job_id,
            schedule_id=record.schedule_id,
            kind=definition.kind,
            name=record.name,
            state=record.state,
            progress=round(record.progress, 4),
            error=record.error,
            begin=record.begin,
            end=record.end,
            time_zone=record.time_zone,
            sections=list(definition.parts),
            device_ids=list(definition.scope.device_ids),
            group_ids=list(definition.scope.group_ids),
            tags=list(definition.scope.tags),
            metrics=list(definition.metrics),
            formats=list(definition.formats),
            files=[
                ReportFileView(format=format_, size_bytes=record.files[format_])
                for format_ in definition.formats
                if format_ in record.files
            ],
            recipients=list(record.recipients),
            channel_ids=list(record.channel_ids),
            created_by=record.created_by,
            created_at=record.created_at,
            finished_at=record.finished_at,
        )


class DownloadView(BaseModel):
    """Where a report's file can be had, by anybody who has the URL, until it expires."""

    url: str
    format: ReportFormat
    file_name: str
    size_bytes: int
    expires_at: datetime
