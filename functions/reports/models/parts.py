"""What bodies of reports and of schedules have in common."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netpulse.http.fields import Line
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from functions.reports.domain.definition import (
    Definition,
    DeviceScope,
    ReportFormat,
    ReportKind,
    ReportSection,
)

MAX_DEVICES, _MAX_GROUPS, _MAX_METRICS, _MAX_RECIPIENTS = 2000, 200, 20, 50


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    # zoneinfo reads files: a folder's name, or one that is too long, is an OSError
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PydanticCustomError(
            "invalid_time_zone", "A time zone such as Africa/Nairobi is needed"
        ) from error


distinct = AfterValidator(_distinct)
Metric = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,49}$")]
TimeZone = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=64), AfterValidator(_time_zone)
]
Formats = Annotated[list[ReportFormat], Field(min_length=1, max_length=10), distinct]
DeviceIds = Annotated[list[UUID], Field(max_length=MAX_DEVICES), distinct]
GroupIds = Annotated[list[UUID], Field(max_length=_MAX_GROUPS), distinct]
Tags = Annotated[
    list[Annotated[Line, Field(min_length=1)]], Field(max_length=_MAX_GROUPS), distinct
]
Metrics = Annotated[list[Metric], Field(max_length=_MAX_METRICS), distinct]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=r"^[^@\s,;<>\"\\]{1,64}@[^@\s,;<>\"\\.]+(\.[^@\s,;<>\"\\.]+)+$",
    ),
]
Recipients = Annotated[list[Email], Field(max_length=_MAX_RECIPIENTS), distinct]
ChannelIds = Annotated[list[UUID], Field(max_length=_MAX_RECIPIENTS), distinct]
Sections = Annotated[list[ReportSection], Field(max_length=10), distinct]


class Addressed(BaseModel):
    """Who is sent the report when it is ready.

    `recipients` are colleagues' addresses; others are reached by the email channels in
    `channel_ids`.
    """

    recipients: Recipients = []
    channel_ids: ChannelIds = []


class Contents(BaseModel):
    """What a report is to hold.

    Of `device_ids`, `group_ids` and `tags` every part given must fit; all empty: every device.
    `metrics` are those of the performance section. Only `custom` reports choose `sections`.
    """

    model_config = ConfigDict(extra="forbid")

    kind: ReportKind
    device_ids: DeviceIds = []
    group_ids: GroupIds = []
    tags: Tags = []
    metrics: Metrics = []
    sections: Sections = []
    formats: Formats = [ReportFormat.PDF]

    def definition(self) -> Definition:
        """Return it as the domain's value."""
        return Definition(
            kind=self.kind,
            scope=DeviceScope(
                device_ids=tuple(self.device_ids),
                group_ids=tuple(self.group_ids),
                tags=tuple(self.tags),
            ),
            sections=tuple(self.sections),
            metrics=tuple(self.metrics),
            formats=tuple(self.formats),
        )
