"""What is answered of how a device is polled."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SpreadView(_View):
    """The newest value, median, 95th percentile and highest, in milliseconds."""

    last: float
    p50: float
    p95: float
    highest: float


class PollStateView(_View):
    """The poller's own standing of a device: soft until enough probes agree."""

    state: str
    is_hard: bool
    lost_probes: int = Field(description="Of the probes that count, how many were lost.")
    first_failed_at: datetime | None
    reason: str
    poller: str
    since: datetime


class PollingView(_View):
    """How a device is polled lately."""

    device_id: UUID
    interval_seconds: int
    shard: int = Field(description="Whoever holds this shard polls the device; see /pollers.")
    verdict: PollStateView | None
    window_seconds: int
    expected_slots: int
    recorded_slots: int
    missing_slots: int
    last_slot_at: datetime | None
    next_slot_at: datetime | None
    lag_ms: SpreadView | None = Field(description="How late its slots were begun.")
    duration_ms: SpreadView | None = Field(description="How long its visits took.")
