"""Service levels as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Self
from uuid import UUID

from netpulse.http.fields import Name, ZoneName
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from functions.alerts.domain.promise import Promise
from functions.alerts.domain.service_level import Aim, BusinessHours, ServiceLevel
from functions.alerts.models.silences import MatcherModel

Promised = Annotated[int, Field(ge=60, le=31_536_000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class HoursModel(_Body):
    """The hours that count, by the clock of a wall."""

    time_zone: ZoneName
    weekdays: Annotated[
        list[Annotated[int, Field(ge=0, le=6)]],
        Field(min_length=1, max_length=7, description="0 is Monday."),
    ]
    from_time: time
    to_time: Annotated[time, Field(description="`00:00` is the end of the day.")]

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.from_time.tzinfo or self.to_time.tzinfo:
            raise PydanticCustomError("from_time", "A wall's clock has no offset")
        if self.to_time != time(0) and self.to_time <= self.from_time:
            raise PydanticCustomError("to_time", "to_time must lie after from_time")
        return self

    def hours(self) -> BusinessHours:
        """Return it as the domain's value."""
        return BusinessHours(
            time_zone=self.time_zone,
            weekdays=frozenset(self.weekdays),
            from_time=self.from_time,
            to_time=self.to_time,
        )

    @classmethod
    def of(cls, hours: BusinessHours) -> HoursModel:
        """Return hours as they were taken."""
        return cls(
            time_zone=hours.time_zone,
            weekdays=sorted(hours.weekdays),
            from_time=hours.from_time,
            to_time=hours.to_time,
        )


class ServiceLevelIn(_Body):
    """How soon somebody must be on an alert, and how soon it must be over."""

    name: Name
    matchers: Annotated[list[MatcherModel], Field(max_length=20)] = Field(
        default=[], description="Which alerts it is for; none: all."
    )
    priority: Annotated[int, Field(ge=0, le=10_000)] = 100
    respond_seconds: Promised | None = None
    restore_seconds: Promised | None = None
    hours: HoursModel | None = Field(default=None, description="Without it every hour counts.")
    channel_ids: Annotated[list[UUID], Field(max_length=20)] = Field(
        default=[], description="Told at 50, 75 and 100 % of a time."
    )
    enabled: bool = True

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.respond_seconds is None and self.restore_seconds is None:
            raise PydanticCustomError("missing", "respond_seconds or restore_seconds is needed")
        return self

    def level(self, level_id: UUID) -> ServiceLevel:
        """Return it as the domain's value."""
        return ServiceLevel(
            id=level_id,
            name=self.name,
            matchers=tuple(each.matcher() for each in self.matchers),
            priority=self.priority,
            respond_within=_length(self.respond_seconds),
            restore_within=_length(self.restore_seconds),
            hours=self.hours.hours() if self.hours else None,
            channel_ids=tuple(self.channel_ids),
            is_enabled=self.enabled,
        )


class ServiceLevelView(ServiceLevelIn):
    """A service level."""

    id: UUID

    @classmethod
    def of(cls, level: ServiceLevel) -> ServiceLevelView:
        """Return the view of a service level."""
        return cls(
            id=level.id,
            name=level.name,
            matchers=[MatcherModel.of(each) for each in level.matchers],
            priority=level.priority,
            respond_seconds=_seconds(level.respond_within),
            restore_seconds=_seconds(level.restore_within),
            hours=HoursModel.of(level.hours) if level.hours else None,
            channel_ids=list(level.channel_ids),
            enabled=level.is_enabled,
        )


class AlertLevelView(BaseModel):
    """What is promised for an alert, and whether it is kept; null: nothing, or it is not told.

    `respond_by` and `restore_by` are null while the time stands still, too: in maintenance, and
    when all is over. Seconds are those that count.
    """

    alert_id: UUID | None = None
    service_level_id: UUID | None = None
    name: str = ""
    is_paused: bool = False
    spent_seconds: float | None = None
    respond_by: datetime | None = None
    responded_at: datetime | None = None
    respond_percent: float | None = None
    is_response_late: bool | None = None
    restore_by: datetime | None = None
    restored_at: datetime | None = None
    restore_percent: float | None = None
    is_restoration_late: bool | None = None

    @classmethod
    def of(cls, promise: Promise | None, *, now: datetime) -> AlertLevelView:
        """Return the view of what is promised for an alert."""
        if promise is None:
            return cls()
        return cls(
            alert_id=promise.alert_id,
            service_level_id=promise.level.id if promise.level.is_enabled else None,
            name=promise.level.name,
            is_paused=promise.is_paused,
            spent_seconds=promise.spent_at(now).total_seconds(),
            respond_by=promise.due_at(Aim.RESPOND),
            # what is over needs nobody any more
            responded_at=promise.responded_at,
            respond_percent=_rounded(promise.percent(Aim.RESPOND, now)),
            is_response_late=promise.is_late(Aim.RESPOND, now),
            restore_by=promise.due_at(Aim.RESTORE),
            restored_at=promise.ended_at,
            restore_percent=_rounded(promise.percent(Aim.RESTORE, now)),
            is_restoration_late=promise.is_late(Aim.RESTORE, now),
        )


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 1)


def _length(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
