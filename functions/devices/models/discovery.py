"""Scans of networks, and what they find."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from netpulse.http.fields import Name
from netpulse.ids import CredentialId, DeviceId
from netpulse.sweeps import MAX_ADDRESSES, host_count, parse_network
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from functions.devices.domain.device import DEFAULT_SNMP_PORT, DeviceType
from functions.devices.domain.discovery import ResultState
from functions.devices.models.device import Interval
from functions.devices.models.probes import Port, Strict

_MAX_NETWORKS, _MAX_CREDENTIALS = 64, 10


def _cidr(value: str) -> str:
    try:
        network = parse_network(value)
    except ValueError as error:
        raise PydanticCustomError(
            "invalid_network", "Not a network such as 192.0.2.0/24, nor an address"
        ) from error
    if host_count(network) > MAX_ADDRESSES:
        raise PydanticCustomError(
            "network_too_large", "A scan has at most {most} addresses", {"most": MAX_ADDRESSES}
        )
    return str(network)


Cidr = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=49), AfterValidator(_cidr)
]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=45)]
Addresses = Annotated[list[Address], Field(min_length=1, max_length=500)]


class ScanIn(Strict):
    """A scan of networks of at most 4,096 addresses in all.

    Credentials are tried in their order until one is answered. `neighbours` adds the management
    addresses of neighbours that are no devices yet. Unless it is a dry run, everything new that is
    found becomes a device.
    """

    networks: Annotated[list[Cidr], Field(max_length=_MAX_NETWORKS)] = Field(default=[])
    neighbours: bool = False
    credential_ids: Annotated[list[CredentialId], Field(max_length=_MAX_CREDENTIALS)] = Field(
        default=[]
    )
    protocols: Annotated[list[Literal["icmp", "snmp"]], Field(min_length=1, max_length=2)] = Field(
        default=["icmp", "snmp"]
    )
    packets_per_second: int = Field(default=200, ge=1, le=1000)
    snmp_port: Port = DEFAULT_SNMP_PORT
    dry_run: bool = True


class ScanStarted(BaseModel):
    """A scan that waits for a poller; `GET /jobs/{job_id}` tells how far it is."""

    job_id: UUID
    scan_id: UUID
    addresses: int


class ScanView(BaseModel):
    """A scan and how far it is; `progress` runs from 0 to 1."""

    id: UUID
    job_id: UUID
    state: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    progress: float
    error: dict[str, Any] | None
    networks: list[str]
    credential_ids: list[UUID]
    protocols: list[str]
    packets_per_second: int
    snmp_port: int
    dry_run: bool
    addresses: int
    # how many of the addresses were asked, and of how many something answered
    asked: int
    found: int
    created_by: UUID | None
    # the scheduled scan whose turn it was
    schedule_id: UUID | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    accepted_at: datetime | None


class ResultView(BaseModel):
    """What answered at an address; `device_id` is the device that has this address already."""

    address: str
    state: ResultState
    icmp: bool
    snmp: bool
    rtt_ms: float | None
    credential_id: UUID | None
    sys_name: str
    sys_descr: str
    vendor: str
    model: str
    os: str
    device_type: DeviceType
    device_id: UUID | None
    found_at: datetime


class AcceptIn(Strict):
    """Which of a scan's results are to be devices, and what they have in common."""

    addresses: Addresses
    device_type: DeviceType | None = None
    group_ids: Annotated[list[UUID], Field(max_length=50)] = Field(default=[])
    tags: Annotated[list[Name], Field(max_length=50)] = Field(default=[])
    interval_seconds: Interval = 60


class IgnoreIn(Strict):
    """Which of a scan's results are of no interest, now and in later scans."""

    addresses: Addresses
    ignored: bool = True


class AcceptedView(BaseModel):
    """What became of one address."""

    address: str
    outcome: Literal["created", "known", "failed"]
    device_id: DeviceId | None = None
    error: str = ""


class AcceptView(BaseModel):
    """What became of each address that was accepted."""

    created: int
    known: int
    failed: int
    rows: list[AcceptedView]


class IgnoreView(BaseModel):
    """How many addresses are ignored now, or no longer."""

    changed: int


class CandidateView(BaseModel):
    """A neighbour that is no device yet, by the address it is managed at."""

    address: str
    sys_name: str
    platform: str
    capabilities: list[str]
    # a device that sees it
    seen_by: UUID
    seen_at: datetime
