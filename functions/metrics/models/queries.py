"""Questions about many series, and their answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from functions.metrics.domain.spans import GOOD_POINTS, Aggregate
from functions.metrics.models.scope import Range, SeriesScope, Step

Point = tuple[datetime, float | None]


class Key(StrEnum):
    """What series are put together by."""

    DEVICE = "device"
    GROUP = "group"
    TAG = "tag"
    ENTITY = "entity"


class Shape(StrEnum):
    """How values are laid out: pairs of instant and value, or columns over one axis of time."""

    ROWS = "rows"
    COLUMNS = "columns"


class Combine(StrEnum):
    """How series of a group become one curve."""

    AVG = "avg"
    MIN = "min"
    MAX = "max"
    SUM = "sum"
    COUNT = "count"
    P50 = "p50"
    P95 = "p95"
    P99 = "p99"

    @property
    def aggregate(self) -> Aggregate:
        """The same, of values."""
        return Aggregate(self.value)


class QueryIn(SeriesScope, Range):
    """Which series, in which range, as which curves."""

    step: Step = "auto"
    max_points: Annotated[int, Field(ge=1, le=5000, description="Points a curve: the width.")] = (
        GOOD_POINTS
    )
    aggregate: Annotated[
        Aggregate | None,
        Field(description="How a bucket's values become one; null: what suits the series' kind."),
    ] = None
    combine: Annotated[
        Combine | None, Field(description="How series become one curve; null: a curve a series.")
    ] = None
    group_by: Annotated[
        tuple[Key, ...], Field(max_length=4, description="With `combine`: a curve for each.")
    ] = ()
    compare: Annotated[
        str | None,
        Field(
            pattern=r"^-?\d{1,4}[smhdw]$",
            description="Also the period that lies so much before, such as `7d`.",
        ),
    ] = None
    format: Shape = Shape.ROWS


class QueryCurveView(BaseModel):
    """A curve: a series, or several combined (`series_count`, `group` says which)."""

    metric: str
    unit: str
    kind: str
    entity: str | None = None
    device_id: UUID | None = None
    device_name: str | None = None
    group: dict[str, str] | None = None
    series_count: int = 1
    aggregate: Aggregate
    points: list[Point] | None = None
    values: list[float | None] | None = None
    earlier_points: list[Point] | None = None
    earlier_values: list[float | None] | None = None


class QueryView(BaseModel):
    """Curves over one range; a value is null where nothing was measured.

    In columns, `times` are the begins of the buckets in seconds since 1970. `source` is what was
    read: `samples`, or the rollups of five minutes, an hour or a day.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    begin: Annotated[datetime, Field(serialization_alias="from")]
    end: Annotated[datetime, Field(serialization_alias="to")]
    step_seconds: int
    source: str
    compared_seconds: int | None = None
    times: list[int] | None = None
    series: list[QueryCurveView]
