"""Top-N, availability and billing: what is asked and what is answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID
from zoneinfo import available_timezones

from netpulse.http.fields import Line
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from functions.metrics.models.scope import Pattern, Range, Scope, SeriesScope

MAX_TOP, MAX_PORTS = 200, 500


def _known(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("time_zone", "No time zone of the IANA database")
    return name


TimeZone = Annotated[str, Field(max_length=64), AfterValidator(_known)]


class Ranked(StrEnum):
    """What series are ranked by."""

    AVG = "avg"
    MIN = "min"
    MAX = "max"
    P95 = "p95"
    LAST = "last"


class Order(StrEnum):
    """Which come first."""

    HIGHEST = "highest"
    LOWEST = "lowest"


class TopIn(SeriesScope, Range):
    """Which series, in which range, ranked by what."""

    by: Ranked = Ranked.AVG
    order: Order = Order.HIGHEST
    limit: Annotated[int, Field(ge=1, le=MAX_TOP)] = 10


class RankedView(BaseModel):
    """A series with its figures in the range."""

    rank: int
    value: float
    minimum: float
    average: float
    maximum: float
    last: float
    metric: str
    unit: str
    entity: str
    device_id: UUID
    device_name: str


class TopView(BaseModel):
    """The first series of a ranking; `ranked` is how many had values."""

    model_config = ConfigDict(serialize_by_alias=True)

    begin: Annotated[datetime, Field(serialization_alias="from")]
    end: Annotated[datetime, Field(serialization_alias="to")]
    by: Ranked
    order: Order
    ranked: int
    series: list[RankedView]


class AvailabilityIn(Scope, Range):
    """Of which devices, in which range."""


class AvailabilityFigures(BaseModel):
    """Where the seconds went; `availability` is up / (up + down), null when neither was seen."""

    availability: float | None
    up_seconds: float
    down_seconds: float
    unreachable_seconds: float
    maintenance_seconds: float
    unknown_seconds: float
    outages: int
    longest_outage_seconds: float


class DeviceAvailabilityView(AvailabilityFigures):
    """A device's availability."""

    device_id: UUID
    device_name: str


class FleetAvailabilityView(BaseModel):
    """Availability of many devices, and of all together."""

    model_config = ConfigDict(serialize_by_alias=True)

    begin: Annotated[datetime, Field(serialization_alias="from")]
    end: Annotated[datetime, Field(serialization_alias="to")]
    total: AvailabilityFigures
    devices: list[DeviceAvailabilityView]


class PortIn(BaseModel):
    """A port that is billed."""

    model_config = ConfigDict(extra="forbid")

    device_id: UUID
    entity: Pattern


class BillingIn(BaseModel):
    """Ports and a month in the organisation's time zone, or another's."""

    model_config = ConfigDict(extra="forbid")

    ports: Annotated[list[PortIn], Field(min_length=1, max_length=MAX_PORTS)]
    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2026-11"])]
    time_zone: TimeZone | None = None
    commit_bps: Annotated[
        float | None, Field(ge=0, le=1e15, description="What is billed at least, in bit/s.")
    ] = None
    in_metric: Line = "if_in_bps"
    out_metric: Line = "if_out_bps"


class DirectionView(BaseModel):
    """One direction in bit/s, from averages of five minutes; `octets` were transferred."""

    p95_bps: float | None
    average_bps: float | None
    maximum_bps: float | None
    octets: float


class UsageView(BaseModel):
    """A port's month, or all ports' together (their sum at each sample).

    `max_of_p95_bps` is the greater of both directions' percentiles, `p95_of_max_bps` the
    percentile of the greater of both at each sample. With a commit, `billed_bps` is the greater
    of it and `max_of_p95_bps`, `burst_bps` what lies above it. Of `samples_expected` so far,
    `samples_missing` were not measured and are left out, never zero.
    """

    into: Annotated[DirectionView, Field(serialization_alias="in")]
    out: DirectionView
    max_of_p95_bps: float | None
    p95_of_max_bps: float | None
    commit_bps: float | None
    billed_bps: float | None
    burst_bps: float | None
    samples_expected: int
    samples_measured: int
    samples_missing: int
    samples_partial: int

    model_config = ConfigDict(serialize_by_alias=True)


class PortUsageView(UsageView):
    """A port's month."""

    device_id: UUID
    device_name: str
    entity: str


class BillingView(BaseModel):
    """What a month's traffic is charged by; `complete` says that the month is over."""

    model_config = ConfigDict(serialize_by_alias=True)

    month: str
    time_zone: str
    begin: Annotated[datetime, Field(serialization_alias="from")]
    end: Annotated[datetime, Field(serialization_alias="to")]
    complete: bool
    sample_seconds: int
    total: UsageView
    ports: list[PortUsageView]
