"""How long an organisation keeps measured values, and how many series it has."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[int, Field(ge=1, le=3650)]


class RetentionIn(BaseModel):
    """What shall change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    raw_days: Annotated[Days | None, Field(description="Samples as they were measured.")] = None
    five_minute_days: Annotated[Days | None, Field(description="Summaries of 5 minutes.")] = None
    hourly_days: Annotated[Days | None, Field(description="Summaries of an hour.")] = None
    daily_days: Annotated[int | None, Field(ge=1, le=36_500, description="Summaries of a day.")] = (
        None
    )


class RetentionView(BaseModel):
    """How long each is kept, in days, and how the quota of series stands."""

    raw_days: int = 90
    five_minute_days: int = 90
    hourly_days: int = 365
    daily_days: int = 1825
    series: Annotated[int, Field(description="How many series there are.")] = 0
    series_limit: Annotated[int, Field(description="How many there may be.")] = 100_000
    series_refused: Annotated[
        int, Field(description="Registrations refused since ever for want of room.")
    ] = 0
    series_refused_at: datetime | None = None
