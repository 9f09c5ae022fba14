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
    acknowledged: bool
    acknowledged_by: UUID | None
    acknowledged_by_name: str
    acknowledged_at: datetime | None
    acknowledge_note: str
    acknowledged_until: datetime | None
    acknowledged_until_worse: bool
    assigned_to: UUID | None
    assigned_to_name: str
    created_at: datetime

    @classmethod
    def of(cls, listed: ListedIncident, *, now: datetime) -> IncidentView:
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
            acknowledged=incident.is_acknowledged(now),
            acknowledged_by=incident.acknowledged_by,
            acknowledged_by_name=listed.acknowledged_by_name,
            acknowledged_at=incident.acknowledged_at,
            acknowledge_note=incident.acknowledge_note,
            acknowledged_until=incident.acknowledged_until,
            acknowledged_until_worse=incident.acknowledged_until_worse,
            assigned_to=incident.assigned_to,
            assigned_to_name=listed.assigned_to_name,
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


class IncidentCommentView(BaseModel):
    """What somebody had to say about an incident."""

    at: datetime
    author_id: UUID | None
    author_name: str
    text: str

    @classmethod
    def of(cls, entry: TimelineEntry) -> IncidentCommentView:
        """Return the view of what was said."""
        return cls(
            at=entry.at, author_id=entry.actor_id, author_name=entry.actor_name, text=entry.text
        )
