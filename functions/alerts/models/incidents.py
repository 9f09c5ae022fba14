"""Incidents as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.listing import IncidentDevice, ListedIncident, TimelineEntry


class IncidentView(BaseModel):
    """An outage: the device at its root, and how many devices it took with it."""

    id: UUID
    title: str
    state: Literal["open", "resolved"]
    severity: Severity
    reason: str
    root_device_id: UUID | None
    root_name: str
    root_ip_address: str
    affected: int
    most_affected: int
    alerts: int
    seq: int
    began_at: datetime
    resolved_at: datetime | None
    merged_into: UUID | None
    created_at: datetime

    @classmethod
    def of(cls, listed: ListedIncident) -> IncidentView:
        """Return the view of an incident."""
        incident = listed.incident
        return cls(
            id=incident.id,
            title=incident.title,
            state="open" if incident.is_open else "resolved",
            severity=incident.severity,
            reason=incident.reason,
            root_device_id=incident.root_device_id,
            root_name=listed.root_name,
            root_ip_address=listed.root_ip_address,
            affected=incident.affected,
            most_affected=incident.most_affected,
            alerts=listed.alerts,
            seq=incident.seq,
            began_at=incident.began_at,
            resolved_at=incident.resolved_at,
            merged_into=incident.merged_into,
            created_at=listed.created_at,
        )


class IncidentDeviceView(BaseModel):
    """A device that was or is in an incident."""

    device_id: UUID
    name: str
    ip_address: str
    status: str
    is_root: bool
    joined_at: datetime
    left_at: datetime | None

    @classmethod
    def of(cls, device: IncidentDevice) -> IncidentDeviceView:
        """Return the view of a device."""
        return cls(
            device_id=device.device_id,
            name=device.name,
            ip_address=device.ip_address,
            status=device.status,
            is_root=device.is_root,
            joined_at=device.joined_at,
            left_at=device.left_at,
        )


class TimelineView(BaseModel):
    """Something that happened in an incident, or to one of its alerts."""

    at: datetime
    kind: str
    text: str
    alert_id: UUID | None
    actor_id: UUID | None
    actor_name: str

    @classmethod
    def of(cls, entry: TimelineEntry) -> TimelineView:
        """Return the view of an entry."""
        return cls(
            at=entry.at,
            kind=entry.kind,
            text=entry.text,
            alert_id=entry.alert_id,
            actor_id=entry.actor_id,
            actor_name=entry.actor_name,
        )
