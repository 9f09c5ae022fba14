"""Maintenance windows as the API takes and shows them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from netpulse.http.fields import Name, Text, ZoneName
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from functions.alerts.domain.maintenance import Frequency, Recurrence, Window
from functions.alerts.models.instants import NearLocal
from functions.alerts.models.rules import ScopeIn

_SHOWN = 5


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecurrenceModel(_Body):
    """When a window comes again."""

    frequency: Frequency
    interval: Annotated[int, Field(ge=1, le=100)] = 1
    weekdays: Annotated[
        list[Annotated[int, Field(ge=0, le=6)]],
        Field(max_length=7, description="weekly: 0 is Monday; none: the day it began on."),
    ] = []
    month_day: Annotated[
        int | None,
        Field(ge=1, le=31, description="monthly: the last day of shorter months stands for it."),
    ] = None
    until: Annotated[date | None, Field(description="The last day it may begin on.")] = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.weekdays and self.frequency is not Frequency.WEEKLY:
            raise PydanticCustomError("weekdays", "Only a weekly window has weekdays")
        if self.month_day is not None and self.frequency is not Frequency.MONTHLY:
            raise PydanticCustomError("month_day", "Only a monthly window has a month_day")
        return self


class WindowIn(_Body):
    """Devices that are worked on, by the clock of a wall in a time zone."""

    name: Name
    comment: Text = ""
    scope: ScopeIn
    with_children: bool = Field(default=True, description="With what hangs on them alone.")
    time_zone: ZoneName
    starts_at: NearLocal = Field(
        description="The first beginning as a clock in the zone shows it, without an offset."
    )
    duration_seconds: Annotated[
        int, Field(ge=60, le=30 * 86_400, description="By the same clock: 01:00 to 05:00 is 4 h.")
    ]
    recurrence: RecurrenceModel | None = None
    enabled: bool = True

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if not any(
            (self.scope.device_ids, self.scope.group_ids, self.scope.tags, self.scope.device_types)
        ):
            raise PydanticCustomError("scope", "Say which devices: a scope needs at least one part")
        repeat = self.recurrence
        if repeat and repeat.until and repeat.until < self.starts_at.date():
            raise PydanticCustomError("until", "until must not lie before starts_at")
        return self

    def window(self, window_id: UUID, *, by: UUID | None, by_name: str) -> Window:
        """Return it as the domain's value."""
        repeat = self.recurrence
        return Window(
            id=window_id,
            name=self.name,
            comment=self.comment,
            scope=self.scope.scope(),
            with_children=self.with_children,
            time_zone=self.time_zone,
            starts_local=self.starts_at,
            duration=timedelta(seconds=self.duration_seconds),
            recurrence=None
            if repeat is None
            else Recurrence(
                frequency=repeat.frequency,
                interval=repeat.interval,
                weekdays=frozenset(repeat.weekdays),
                month_day=repeat.month_day,
                until=repeat.until,
            ),
            is_enabled=self.enabled,
            created_by=by,
            created_by_name=by_name,
        )


class OccurrenceView(BaseModel):
    """One time that a window is open."""

    begins_at: datetime
    ends_at: datetime


class WindowView(BaseModel):
    """A maintenance window, and when it is open next."""

    id: UUID
    name: str
    comment: str
    scope: ScopeIn
    with_children: bool
    time_zone: str
    starts_at: datetime
    duration_seconds: int
    recurrence: RecurrenceModel | None
    enabled: bool
    active: bool
    upcoming: list[OccurrenceView]
    created_by: UUID | None
    created_by_name: str

    @classmethod
    def of(cls, window: Window, *, now: datetime) -> WindowView:
        """Return the view of a window."""
        repeat = window.recurrence
        return cls(
            id=window.id,
            name=window.name,
            comment=window.comment,
            scope=ScopeIn.of(window.scope),
            with_children=window.with_children,
            time_zone=window.time_zone,
            starts_at=window.starts_local,
            duration_seconds=int(window.duration.total_seconds()),
            recurrence=None
            if repeat is None
            else RecurrenceModel(
                frequency=repeat.frequency,
                interval=repeat.interval,
                weekdays=sorted(repeat.weekdays),
                month_day=repeat.month_day,
                until=repeat.until,
            ),
            enabled=window.is_enabled,
            active=window.active(now) is not None,
            upcoming=[
                OccurrenceView(begins_at=begin, ends_at=end)
                for begin, end in window.upcoming(now, count=_SHOWN)
            ],
            created_by=window.created_by,
            created_by_name=window.created_by_name,
        )
