"""What the platform's routes answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobView(BaseModel):
    """A job: work that takes longer than a request. `progress` runs from 0 to 1."""

    id: UUID
    kind: str
    state: JobState
    progress: float
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created_by: UUID | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class HealthView(BaseModel):
    """Whether everything the API depends on answers."""

    status: Literal["healthy", "unhealthy"]
    timestamp: datetime
    checks: dict[str, bool]
    version: str


class StateView(BaseModel):
    """That the process runs."""

    status: Literal["ready", "alive"]
    timestamp: datetime


class LagView(BaseModel):
    """How late slots were begun in the last five minutes, in milliseconds; null while none was."""

    p50: float | None = None
    p95: float | None = None
    p99: float | None = None


class PollerView(BaseModel):
    """A poller as its last heartbeat tells: counts since it started, never a device's name."""

    name: str
    is_alive: bool
    heartbeat_at: datetime
    heartbeat_age_seconds: float
    shards: int
    version: str = "unknown"
    started_at: datetime | None = None
    devices: int = 0
    in_flight: int = 0
    lag_ms: LagView = LagView()
    samples: int = 0
    skipped_slots: int = 0
    write_failures: int = 0
    lease_failures: int = 0
    spool_bytes: int = 0
    lost_cycles: int = 0
    icmp: dict[str, str] = {}


class FleetView(BaseModel):
    """The pollers, and how the fleet is shared among them."""

    pollers: list[PollerView]
    alive: int
    devices: int
    shards: int
    orphaned_shards: int
