"""A device, and what is known of it, as it is read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from functions.devices.domain.device import Check, DeviceType
from functions.devices.models.probes import HttpProbe, IcmpProbe, SnmpSettings, TcpProbe

Status = Literal["online", "degraded", "offline", "unreachable", "unknown"]


class DeviceView(BaseModel):
    """A device with what monitoring knows of it; its secrets are never in it."""

    id: UUID
    number: int
    external_id: str | None
    name: str
    ip_address: str
    device_type: DeviceType
    description: str
    location: str
    tags: list[str]
    metadata: dict[str, Any]
    group_ids: list[UUID]
    parent_ids: list[UUID]
    is_active: bool
    availability_check: Check
    interval_seconds: int
    down_after: int
    down_window: int
    snmp: SnmpSettings
    tcp: TcpProbe | None
    http: HttpProbe | None
    icmp: IcmpProbe
    status: Status
    maintenance: bool
    status_since: datetime | None
    status_reason: str
    last_seen_at: datetime | None
    # the blueprint's name for last_seen_at
    last_seen: datetime | None
    response_time_ms: float | None
    loss_ratio: float | None
    vendor: str
    model: str
    os: str
    os_version: str
    serial_number: str
    sys_name: str
    sys_descr: str
    created_at: datetime
    updated_at: datetime


class PeriodView(BaseModel):
    """A period in one status; `ended_at` null: it still lasts."""

    status: Status
    maintenance: bool
    reason: str
    began_at: datetime
    ended_at: datetime | None


class StatusView(BaseModel):
    """What a device's status is, and was."""

    device_id: UUID
    status: Status
    maintenance: bool
    reason: str
    since: datetime | None
    last_seen_at: datetime | None
    response_time_ms: float | None
    loss_ratio: float | None
    periods: list[PeriodView]


class AvailabilityView(BaseModel):
    """Where the seconds of a stretch of time went; `availability` is up / (up + down)."""

    model_config = ConfigDict(serialize_by_alias=True)

    device_id: UUID
    begin: Annotated[datetime, Field(serialization_alias="from")]
    end: Annotated[datetime, Field(serialization_alias="to")]
    availability: float | None
    up_seconds: float
    down_seconds: float
    unreachable_seconds: float
    maintenance_seconds: float
    unknown_seconds: float
    outages: int
    longest_outage_seconds: float
