"""Scans that repeat."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from netpulse.http.fields import Name
from pydantic import AwareDatetime, BaseModel, Field

from functions.devices.models.discovery import ScanIn
from functions.devices.models.probes import Strict

if TYPE_CHECKING:
    from functions.devices.domain.scan_schedule import ScanSchedule

EveryHours = Annotated[int, Field(ge=1, le=720)]


class ScanScheduleIn(Strict):
    """A scan that is started every so many hours, first at `first_at` (now unless given)."""

    name: Name
    every_hours: EveryHours = 24
    scan: ScanIn
    enabled: bool = True
    first_at: AwareDatetime | None = None


class ScanSchedulePatch(Strict):
    """What is to change of a scheduled scan; `scan` replaces the one there is."""

    name: Name | None = None
    every_hours: EveryHours | None = None
    scan: ScanIn | None = None
    enabled: bool | None = None


class ScheduledScan(BaseModel):
    """A scan as it was asked for; it may not be acceptable any more."""

    networks: list[str]
    neighbours: bool
    credential_ids: list[UUID]
    protocols: list[str]
    packets_per_second: int
    snmp_port: int
    dry_run: bool


class ScanScheduleView(BaseModel):
    """A scheduled scan; `last_error` says why the last turn began none, empty when it did."""

    id: UUID
    name: str
    every_hours: int
    scan: ScheduledScan
    enabled: bool
    next_at: datetime
    last_started_at: datetime | None
    last_error: str
    created_by: UUID | None

    @classmethod
    def of(cls, schedule: ScanSchedule) -> ScanScheduleView:
        """Return a schedule as it is told."""
        return cls(
            id=schedule.id,
            name=schedule.name,
            every_hours=schedule.every_hours,
            scan=ScheduledScan(**schedule.scan),
            enabled=schedule.enabled,
            next_at=schedule.next_at,
            last_started_at=schedule.last_started_at,
            last_error=schedule.last_error,
            created_by=schedule.created_by,
        )
