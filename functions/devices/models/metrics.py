"""Series and their values, as they are read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from functions.devices.domain.curves import Aggregate, Point


class SeriesView(BaseModel):
    """A series there is."""

    metric: str
    entity: str
    unit: str
    kind: str


class LatestView(SeriesView):
    """A series with its newest value."""

    time: datetime
    value: float


class CurveView(SeriesView):
    """A series over time: `[instant, value]`, null where nothing was measured."""

    aggregate: Aggregate | None
    points: list[Point]


class MetricsView(BaseModel):
    """Series over one range of time; `aggregate` null: the samples themselves."""

    model_config = ConfigDict(serialize_by_alias=True)

    device_id: UUID
    begin: Annotated[datetime, Field(serialization_alias="from")]
    end: Annotated[datetime, Field(serialization_alias="to")]
    step_seconds: int
    series: list[CurveView]
