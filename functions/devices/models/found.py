"""What the poller found on a device, and who is next to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from netpulse.ids import DeviceId
from pydantic import BaseModel

from functions.devices.models.probes import Strict


class PortStatus(StrEnum):
    """IF-MIB's ifAdminStatus and ifOperStatus in words."""

    UP = "up"
    DOWN = "down"
    TESTING = "testing"
    UNKNOWN = "unknown"
    DORMANT = "dormant"
    NOT_PRESENT = "not_present"
    LOWER_LAYER_DOWN = "lower_layer_down"


class InterfaceView(BaseModel):
    """A port of a device with what goes through it now; `entity` is the name of its series.

    Rates are null where none was measured lately; `measured_at` says when the others were.
    """

    name: str
    index: int
    entity: str
    description: str
    alias: str
    type: int
    speed_bps: int | None
    mtu: int | None
    mac_address: str
    admin_status: PortStatus
    oper_status: PortStatus
    in_bps: float | None
    out_bps: float | None
    # percent of the speed
    in_utilization: float | None
    out_utilization: float | None
    in_errors_per_s: float | None
    out_errors_per_s: float | None
    in_discards_per_s: float | None
    out_discards_per_s: float | None
    measured_at: datetime | None
    updated_at: datetime
    removed_at: datetime | None


class SensorView(BaseModel):
    """A sensor of a device with its newest value; `entity` and `metric` name its series.

    `state` is the value in the device's own words, for those that tell states.
    """

    name: str
    entity: str
    metric: str
    sensor_class: str
    unit: str
    description: str
    value: float | None
    state: str | None
    measured_at: datetime | None
    low_critical: float | None
    low_warning: float | None
    high_warning: float | None
    high_critical: float | None
    source_oid: str
    seen_at: datetime
    removed_at: datetime | None


class StorageView(BaseModel):
    """A disk or a memory pool of a device; `entity` is the name of its series."""

    name: str
    entity: str
    metric: str
    kind: Literal["disk", "memory"]
    type: str
    description: str
    size_bytes: int | None
    used_bytes: int | None
    used_percent: float | None
    measured_at: datetime | None
    seen_at: datetime
    removed_at: datetime | None


class NeighbourView(BaseModel):
    """Who is at the other end of a link; `device_id` is the device it is, as far as is known."""

    local_if_name: str
    protocol: Literal["lldp", "cdp", "mndp"]
    chassis_id: str
    port_id: str
    port_description: str
    sys_name: str
    sys_descr: str
    platform: str
    management_address: str | None
    capabilities: list[str]
    device_id: UUID | None
    device_name: str | None
    matched_by: Literal["chassis", "mac_address", "management_address", "sys_name"] | None
    first_seen_at: datetime
    seen_at: datetime


class EvidenceView(BaseModel):
    """What one of two devices says of the link between them."""

    device_id: UUID
    local_if_name: str
    remote_port: str
    protocol: str
    matched_by: str


class ProposalView(BaseModel):
    """A parent link that neighbours suggest, for a person to confirm or dismiss."""

    device_id: UUID
    device_name: str
    parent_id: UUID
    parent_name: str
    seen_from_both: bool
    evidence: list[EvidenceView]


class LinkIn(Strict):
    """A device and the one above it; the other way round than proposed will do, too."""

    device_id: DeviceId
    parent_id: DeviceId


class LinkView(BaseModel):
    """A device and the one above it."""

    device_id: UUID
    parent_id: UUID
