"""Every fact of the platform, a class each; CDK rules, publishers and consumers use the class."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from netpulse.events.base import Fact

Severity = Literal["info", "warning", "critical"]
Status = Literal["online", "degraded", "offline", "unreachable", "unknown"]


class DeviceFact(Fact):
    """Base of facts about the inventory."""

    domain = "devices"
    device_id: UUID
    number: int
    name: str
    ip_address: str
    device_type: str


class DeviceRegistered(DeviceFact):
    """A device was added to the inventory."""


class DeviceUpdated(DeviceFact):
    """A device's description or way of polling changed."""

    is_active: bool = True
    changed: tuple[str, ...] = ()


class DeviceRetired(DeviceFact):
    """A device was removed from the inventory."""


class DeviceStatusChanged(Fact):
    """A device went from one status to another."""

    domain = "alerts"
    device_id: UUID
    number: int
    name: str
    status: Status
    previous: Status
    maintenance: bool = False
    reason: str = ""
    since: datetime
    response_time_ms: float | None = None


class AlertFact(Fact):
    """Base of facts about one alert; `alert_seq` grows with each of its transitions."""

    domain = "alerts"
    alert_id: UUID
    alert_seq: int
    device_id: UUID | None
    device_name: str
    ip_address: str
    rule_id: UUID | None
    rule_name: str
    alert_type: str
    severity: Severity
    state: str
    reason: str
    message: str
    metric: str | None = None
    entity: str = ""
    value: float | None = None
    began_at: datetime
    # that nothing above tells: a device's type and tags; of another system's alert all it has
    labels: dict[str, str] = Field(default_factory=dict)


class AlertOpened(AlertFact):
    """An alert fires: someone should know."""

    fired_at: datetime


class AlertChanged(AlertFact):
    """An open alert's severity, value or reason changed."""


class AlertAcknowledged(AlertFact):
    """A person took the alert on."""

    acknowledged_by: UUID | None
    acknowledged_by_name: str = ""
    acknowledged_at: datetime
    note: str = ""


class AlertEscalated(AlertFact):
    """Nobody took the alert on: these channels are told, too."""

    channel_ids: tuple[UUID, ...]
    step: str = ""


class AlertResolved(AlertFact):
    """The trouble is over, or a person declared it so."""

    resolved_at: datetime
    resolved_by: UUID | None = None


class IncidentFact(Fact):
    """Base of facts about one incident; `incident_seq` grows with each of its changes."""

    domain = "alerts"
    incident_id: UUID
    incident_seq: int
    title: str
    severity: Severity
    reason: str
    root_device_id: UUID | None
    affected: int
    most_affected: int
    began_at: datetime


class IncidentOpened(IncidentFact):
    """An outage began: its root is known."""


class IncidentChanged(IncidentFact):
    """An outage grew, shrank, or has another root."""


class IncidentResolved(IncidentFact):
    """All devices of an outage are back, or it is part of another one."""

    resolved_at: datetime
    merged_into: UUID | None = None


class NotificationFact(Fact):
    """Base of facts about one delivery to one channel."""

    domain = "notify"
    delivery_id: UUID
    # None: sent to a colleague's own address, by no channel
    channel_id: UUID | None
    channel_kind: str
    alert_id: UUID | None
    attempts: int
    report_id: UUID | None = None


class NotificationSent(NotificationFact):
    """A provider accepted a message."""

    provider_message_id: str = ""


class NotificationFailed(NotificationFact):
    """A message was given up on; it is in the visible dead letter."""

    error: str


class ReportRequested(Fact):
    """Someone, or a schedule, asked for a report."""

    domain = "reports"
    report_id: UUID
    job_id: UUID
    kind: str


class ReportFile(BaseModel):
    """A file of a report: where it is kept, and what it is called where it arrives."""

    model_config = ConfigDict(frozen=True)

    format: str
    key: str
    name: str
    size_bytes: int


class ReportReady(Fact):
    """A report can be downloaded; `highlights` are its figures in words, a label and a value."""

    domain = "reports"
    report_id: UUID
    job_id: UUID
    kind: str
    name: str
    formats: tuple[str, ...]
    recipients: tuple[str, ...] = ()
    channel_ids: tuple[UUID, ...] = ()
    schedule_id: UUID | None = None
    begin_at: datetime | None = None
    end_at: datetime | None = None
    time_zone: str = "UTC"
    highlights: tuple[tuple[str, str], ...] = ()
    files: tuple[ReportFile, ...] = ()


class ReportScheduleChanged(Fact):
    """A report schedule was made, changed, has run or (`removed`) is no more."""

    domain = "reports"
    schedule_id: UUID
    removed: bool = False


class ArchiveRequested(Fact):
    """Someone asked for an archive of the organisation, or (`restore`) to have one restored."""

    domain = "metrics"
    archive_id: UUID
    job_id: UUID
    restore: bool = False


class UserInvited(Fact):
    """A person was given access to an organisation."""

    domain = "auth"
    user_id: UUID
    email: str
    role: str


class SessionRevoked(Fact):
    """A session or all sessions of a user ended; its WebSockets must close."""

    domain = "auth"
    user_id: UUID
    session_id: str | None = None


FACTS: tuple[type[Fact], ...] = (
    DeviceRegistered,
    DeviceUpdated,
    DeviceRetired,
    DeviceStatusChanged,
    AlertOpened,
    AlertChanged,
    AlertAcknowledged,
    AlertEscalated,
    AlertResolved,
    IncidentOpened,
    IncidentChanged,
    IncidentResolved,
    NotificationSent,
    NotificationFailed,
    ReportRequested,
    ReportReady,
    ReportScheduleChanged,
    ArchiveRequested,
    UserInvited,
    SessionRevoked,
)
BY_NAME: dict[str, type[Fact]] = {fact.type_name(): fact for fact in FACTS}
