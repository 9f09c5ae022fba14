"""One device's values, and series as lists show them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from functions.metrics.domain.spans import Aggregate
from functions.metrics.models.queries import Point


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
    """A series over time: `[instant, value]`, null where nothing was measured.

    In columns, `values` are at the instants of the axis whose place is `axis`.
    """

    aggregate: Aggregate | None
    points: list[Point] | None = None
    axis: int | None = None
    values: list[float | None] | None = None


class MetricsView(BaseModel):
    """Series over one range of time; `aggregate` null: the samples themselves.

    In columns, `axes` are lists of instants in seconds since 1970; what was measured together
    shares one.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    device_id: UUID
    begin: Annotated[datetime, Field(serialization_alias="from")]
    end: Annotated[datetime, Field(serialization_alias="to")]
    step_seconds: int
    axes: list[list[float]] | None = None
    series: list[CurveView]


class CatalogueEntryView(SeriesView):
    """A series of the whole organisation."""

    id: int
    device_id: UUID
    device_name: str
    tags: list[str]


class LatestOfAllView(BaseModel):
    """The newest value of many series in columns: entry i of each list is one series.

    `device` and `metric` are places in the lists `devices` and `metrics`; `time` is in seconds
    since 1970.
    """

    at: datetime
    devices: list[UUID]
    device_names: list[str]
    metrics: list[str]
    units: list[str]
    device: list[int]
    metric: list[int]
    entity: list[str]
    time: list[float]
    value: list[float]
