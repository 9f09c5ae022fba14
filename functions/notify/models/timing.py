"""When a channel is told: how alerts are grouped, and when it is quiet."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Any, Self

from netpulse.http.fields import ZoneName
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from functions.notify.domain.grouping import Grouping
from functions.notify.domain.quiet_hours import QuietHours


class Strict(BaseModel):
    """A body that says nothing else."""

    model_config = ConfigDict(extra="forbid")


def distinct(values: list[Any]) -> list[Any]:
    """Return each value once, in order."""
    return list(dict.fromkeys(values))


LabelName = Annotated[str, StringConstraints(pattern=r"^([a-zA-Z_][a-zA-Z0-9_]*|\.\.\.)$")]
_DEFAULT = Grouping()


def _seconds(of: timedelta) -> int:
    return int(of.total_seconds())


class GroupingModel(Strict):
    """Which alerts go in one message, and when: as in Alertmanager's routes.

    A new group waits `group_wait_seconds` for more; what changes in it is told at the next
    `group_interval_seconds`; what lasts is told again once `repeat_interval_seconds` have passed,
    at such a tick, unless somebody took it on.
    """

    group_by: Annotated[list[LabelName], AfterValidator(distinct)] = Field(
        default=list(_DEFAULT.group_by),
        max_length=20,
        description="Labels; none: all alerts together; `...`: each by itself.",
    )
    group_wait_seconds: int = Field(default=_seconds(_DEFAULT.group_wait), ge=0, le=3600)
    group_interval_seconds: int = Field(
        default=_seconds(_DEFAULT.group_interval), ge=1, le=24 * 3600
    )
    repeat_interval_seconds: int = Field(
        default=_seconds(_DEFAULT.repeat_interval), ge=60, le=31 * 24 * 3600
    )

    def grouping(self) -> Grouping:
        """Return it as the domain's value."""
        return Grouping(
            group_by=tuple(self.group_by),
            group_wait=timedelta(seconds=self.group_wait_seconds),
            group_interval=timedelta(seconds=self.group_interval_seconds),
            repeat_interval=timedelta(seconds=self.repeat_interval_seconds),
        )

    @classmethod
    def of(cls, grouping: Grouping) -> GroupingModel:
        """Return it as it was taken."""
        return cls(
            group_by=list(grouping.group_by),
            group_wait_seconds=_seconds(grouping.group_wait),
            group_interval_seconds=_seconds(grouping.group_interval),
            repeat_interval_seconds=_seconds(grouping.repeat_interval),
        )


_EVERY_DAY = list(range(7))


class QuietHoursModel(Strict):
    """Hours in which a channel is told of nothing but critical alerts.

    What waits is told when they are over, if it still fires; escalations ask whom they ask at any
    hour.
    """

    time_zone: ZoneName
    weekdays: Annotated[
        list[Annotated[int, Field(ge=0, le=6)]],
        AfterValidator(distinct),
        Field(min_length=1, description="The days they begin on; 0 is Monday."),
    ] = _EVERY_DAY
    from_time: time
    to_time: Annotated[
        time, Field(description="Before or at `from_time`: on the day after, by the same clock.")
    ]
    even_critical: Annotated[
        bool, Field(description="Not even critical alerts are told until they are over.")
    ] = False

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.from_time.tzinfo or self.to_time.tzinfo:
            raise PydanticCustomError("from_time", "A wall's clock has no offset")
        if self.from_time == self.to_time and sorted(self.weekdays) == _EVERY_DAY:
            told = "It would be quiet for ever: leave a day out, or switch the channel off"
            raise PydanticCustomError("to_time", told)
        return self

    def hours(self) -> QuietHours:
        """Return it as the domain's value."""
        return QuietHours(**{**self.model_dump(), "weekdays": frozenset(self.weekdays)})

    @classmethod
    def of(cls, hours: QuietHours) -> QuietHoursModel:
        """Return it as it was taken."""
        return cls(
            time_zone=hours.time_zone,
            weekdays=sorted(hours.weekdays),
            from_time=hours.from_time,
            to_time=hours.to_time,
            even_critical=hours.even_critical,
        )
