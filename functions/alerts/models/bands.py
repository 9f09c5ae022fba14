"""Bands around what is usual as the API shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class BandPoint(BaseModel):
    """The band in the hour that begins at `time`."""

    time: datetime
    lower: float
    expected: float
    upper: float


class BandView(BaseModel):
    """What a rule about the unusual expects of a device's series, hour by hour.

    The band is as wide as the rule's sensitivity makes it, whether the rule may fire yet or not.
    """

    rule_id: UUID
    device_id: UUID
    metric: str
    entity: str
    time_zone: str = Field(description="By whose clock hours of the week are counted.")
    learnt_hours: int
    learnt_until: datetime | None
    ready: bool = Field(description="Whether enough was learnt for the rule to fire.")
    points: list[BandPoint]
