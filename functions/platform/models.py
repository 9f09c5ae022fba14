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
