"""A scan that repeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True)
class ScanSchedule:
    """A scan (as it is asked for) and when it is started."""

    id: UUID
    name: str
    every_hours: int
    scan: Mapping[str, Any]
    enabled: bool
    next_at: datetime
    last_started_at: datetime | None = None
    last_error: str = ""
    created_by: UUID | None = None


def next_turn(due_at: datetime, every_hours: int, *, now: datetime) -> datetime:
    """Return when the turn after `now` is; turns that nobody looked after are left out."""
    every = timedelta(hours=every_hours)
    passed = max(0, (now - due_at) // every + 1)
    return due_at + passed * every
