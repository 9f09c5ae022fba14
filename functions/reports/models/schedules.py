"""Schedules as they are written and shown."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any, Self
from uuid import UUID

from netpulse.http import failures
from netpulse.http.fields import Name
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from functions.reports.domain.calendar import NamedPeriod
from functions.reports.domain.definition import ReportFormat, ReportKind, ReportSection
from functions.reports.domain.record import Schedule
from functions.reports.domain.recurrence import Cadence, Recurrence
from functions.reports.models.parts import (
    Addressed,
    ChannelIds,
    Contents,
    DeviceIds,
    Formats,
    GroupIds,
    Metrics,
    Recipients,
    Sections,
    Tags,
    TimeZone,
)

# what a cadence's report is of when nobody says
_PERIODS = {
    Cadence.DAILY: NamedPeriod.YESTERDAY,
    Cadence.WEEKLY: NamedPeriod.LAST_WEEK,
    Cadence.MONTHLY: NamedPeriod.LAST_MONTH,
}


def _clock(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return datetime.strptime(value.strip(), "%H:%M").time()  # noqa: DTZ007 - on the wall
        except ValueError:
            pass
    raise PydanticCustomError("invalid_time", "A time such as 07:30 is needed")


LocalTime = Annotated[time, BeforeValidator(_clock, json_schema_input_type=str)]
Weekday = Annotated[int, Field(ge=0, le=6)]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]


class ScheduleIn(Contents, Addressed):
    """A whole schedule: `at` a local time, every day, on a `weekday` (0 is Monday) or a day of
    the month; a month too short has its turn on its last day.
    """

    name: Name
    enabled: bool = True
    cadence: Cadence
    at: LocalTime = time(6)
    weekday: Weekday = 0
    day_of_month: DayOfMonth = 1
    time_zone: TimeZone | None = None
    period: NamedPeriod | None = None

    def reported(self) -> NamedPeriod:
        """Return the period its reports are of."""
        return self.period or _PERIODS[self.cadence]

    def recurrence(self, default_zone: str) -> Recurrence:
        """Return when it is due."""
        return Recurrence(
            cadence=self.cadence,
            at=self.at,
            time_zone=self.time_zone or default_zone,
            weekday=self.weekday,
            day_of_month=self.day_of_month,
        )


class SchedulePatch(BaseModel):
    """Some fields of a schedule."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    enabled: bool | None = None
    kind: ReportKind | None = None
    device_ids: DeviceIds | None = None
    group_ids: GroupIds | None = None
    tags: Tags | None = None
    metrics: Metrics | None = None
    sections: Sections | None = None
    formats: Formats | None = None
    cadence: Cadence | None = None
    at: LocalTime | None = None
    weekday: Weekday | None = None
    day_of_month: DayOfMonth | None = None
    time_zone: TimeZone | None = None
    period: NamedPeriod | None = None
    recipients: Recipients | None = None
    channel_ids: ChannelIds | None = None

    @model_validator(mode="after")
    def _no_null(self) -> Self:
        if nulls := sorted(n for n in self.model_fields_set if getattr(self, n) is None):
            raise PydanticCustomError("null", "{name} cannot be null", {"name": nulls[0]})
        return self

    def applied(self, schedule: Schedule) -> ScheduleIn:
        """Return the whole schedule as it stands with these changes."""
        whole = {**written(schedule), **self.model_dump(exclude_unset=True)}
        whole["at"] = whole["at"] if isinstance(whole["at"], str) else f"{whole['at']:%H:%M}"
        try:
            return ScheduleIn.model_validate(whole)
        except ValidationError as error:
            raise failures.invalid([dict(each) for each in error.errors()]) from error


def written(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule's fields as a body has them."""
    definition, rule = schedule.definition, schedule.recurrence
    return {
        "name": schedule.name,
        "enabled": schedule.enabled,
        "kind": definition.kind,
        "device_ids": list(definition.scope.device_ids),
        "group_ids": list(definition.scope.group_ids),
        "tags": list(definition.scope.tags),
        "metrics": list(definition.metrics),
        "sections": list(definition.sections),
        "formats": list(definition.formats),
        "cadence": rule.cadence,
        "at": f"{rule.at:%H:%M}",
        "weekday": rule.weekday,
        "day_of_month": rule.day_of_month,
        "time_zone": rule.time_zone,
        "period": schedule.period,
        "recipients": list(schedule.recipients),
        "channel_ids": list(schedule.channel_ids),
    }


class ScheduleView(BaseModel):
    """A schedule; `next_run_at` is null while it is disabled."""

    id: UUID
    name: str
    enabled: bool
    kind: ReportKind
    device_ids: list[UUID]
    group_ids: list[UUID]
    tags: list[str]
    metrics: list[str]
    sections: list[ReportSection]
    formats: list[ReportFormat]
    cadence: Cadence
    at: str
    weekday: int
    day_of_month: int
    time_zone: str
    period: NamedPeriod
    recipients: list[str]
    channel_ids: list[UUID]
    next_run_at: datetime | None
    last_run_at: datetime | None
    last_report_id: UUID | None
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, schedule: Schedule) -> ScheduleView:
        """Return the view of a schedule."""
        return cls(
            **written(schedule),
            id=schedule.id,
            next_run_at=schedule.next_run_at,
            last_run_at=schedule.last_run_at,
            last_report_id=schedule.last_report_id,
            created_by=schedule.created_by,
            created_at=schedule.created_at,
            updated_at=schedule.updated_at,
        )
