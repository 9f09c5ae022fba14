"""What paths and queries are read as."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from netpulse.http import id_in_path
from netpulse.http.fields import Line, split_items
from netpulse.ids import DeviceId
from pydantic import Field

from functions.metrics.domain.errors import unacceptable
from functions.metrics.models.queries import Shape
from functions.metrics.models.scope import MAX_STEP_S

DeviceKey = Annotated[str, Path(description="A device's id.", max_length=100)]
Ids = Annotated[
    Annotated[list[UUID], Field(max_length=100)] | None,
    split_items,
    Query(description="Any of these. Repeat it, or use commas."),
]
Entity = Annotated[Line | None, Query(description="A pattern, such as `if:ge-0/0/*`.")]
From = Annotated[
    str, Query(alias="from", max_length=40, description="ISO 8601 with an offset, or `-6h`.")
]
To = Annotated[
    str, Query(alias="to", max_length=40, description="ISO 8601 with an offset, or `now`.")
]
Step = Annotated[
    int | Literal["auto"], Query(description=f"Seconds a point, up to {MAX_STEP_S}, or `auto`.")
]
Format = Annotated[
    Shape, Query(alias="format", description="Pairs of instant and value, or columns.")
]


def device_id_of(key: str) -> DeviceId:
    """Return the device id a path names; raise NotFoundError."""
    return DeviceId(id_in_path("device", key))


def seconds_of(step: int | Literal["auto"]) -> int | None:
    """Return the step that is asked for, None for one of our choice; raise InvalidError."""
    if step == "auto":
        return None
    if not 1 <= step <= MAX_STEP_S:
        raise unacceptable("step", f"From 1 to {MAX_STEP_S} seconds, or auto")
    return step
