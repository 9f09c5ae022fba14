"""Which series, devices and range a question is about."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from netpulse.http.fields import Line
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.metrics.domain.series import Wanted

MAX_STEP_S = 31 * 86_400
MAX_PATTERNS = 50
Pattern = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
InstantText = Annotated[
    str,
    Field(max_length=40, description="ISO 8601 with an offset, `now`, or relative like `-6h`."),
]


class Scope(BaseModel):
    """Devices by id, group and tag: each kind narrows down, within one any will do."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    device_ids: Annotated[list[UUID], Field(max_length=500)] = []
    group_ids: Annotated[list[UUID], Field(max_length=100)] = []
    tags: Annotated[list[Line], Field(max_length=100)] = []

    def wanted(self) -> Wanted:
        """Return what the scope asks for."""
        return Wanted(
            device_ids=tuple(self.device_ids),
            group_ids=tuple(self.group_ids),
            tags=tuple(self.tags),
        )


class Range(BaseModel):
    """From when to when."""

    begin: Annotated[InstantText, Field(alias="from")] = "-24h"
    end: Annotated[InstantText, Field(alias="to")] = "now"


class SeriesScope(Scope):
    """Series by metric and entity (`*` and `?` stand for anything) of some devices."""

    metrics: Annotated[list[Pattern], Field(min_length=1, max_length=MAX_PATTERNS)]
    entities: Annotated[
        list[Annotated[Line, Field(max_length=200)]], Field(max_length=MAX_PATTERNS)
    ] = []

    def wanted(self) -> Wanted:
        """Return what the scope asks for."""
        return Wanted(
            metrics=tuple(self.metrics),
            entities=tuple(self.entities),
            device_ids=tuple(self.device_ids),
            group_ids=tuple(self.group_ids),
            tags=tuple(self.tags),
        )


Step = Annotated[int, Field(ge=1, le=MAX_STEP_S)] | Literal["auto"]
