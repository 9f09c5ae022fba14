"""Alerts and rules as lists ask for and show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from netpulse.ids import AlertId, DeviceId, IncidentId, RuleId, UserId

from functions.alerts.domain.alert import Alert, Severity, State, Transition
from functions.alerts.domain.device import Device
from functions.alerts.domain.incident import Incident
from functions.alerts.domain.rule import Kind, Rule


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Which part of a list a caller wants to see, and in which order."""

    sort: str
    page: int
    per_page: int


@dataclass(frozen=True, kw_only=True)
class AlertFilter:
    """Which alerts a caller wants to see."""

    states: frozenset[State] = frozenset()
    severities: frozenset[Severity] = frozenset()
    device_id: DeviceId | None = None
    rule_id: RuleId | None = None
    incident_id: IncidentId | None = None
    alert_type: str | None = None
    acknowledged: bool | None = None
    resolved: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An alert as lists show it, with the instant its row was made."""

    alert: Alert
    created_at: datetime
    resolved_by_name: str = ""
    incident_id: IncidentId | None = None
    assigned_to_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What somebody had to say about an alert."""

    id: UUID
    alert_id: AlertId
    at: datetime
    text: str
    author_id: UserId | None = None
    author_name: str = ""


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """A step of an alert's life with the name of who did it."""

    step: Transition
    actor_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many open alerts there are of a severity and state."""

    severity: Severity
    state: State
    count: int


@dataclass(frozen=True, kw_only=True)
class StatisticsFilter:
    """Which alerts are to be counted."""

    since: datetime
    until: datetime
    device_id: DeviceId | None = None
    group_id: UUID | None = None
    rule_id: RuleId | None = None
    alert_type: str | None = None


class Part(StrEnum):
    """What figures are told apart by."""

    DEVICE = "device"
    GROUP = "group"
    RULE = "rule"
    TYPE = "type"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def is_period(self) -> bool:
        """Whether it is a stretch of time."""
        return self in (Part.DAY, Part.WEEK, Part.MONTH)


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """How often there was trouble, and how long people and things took; None: it never came to it.

    Of alerts that people were told of: from told to the first acknowledgement (MTTA), from the
    beginning to the end (MTTR), from the end to the next beginning of the same alert (MTBF).
    """

    alerts: int
    acknowledged: int
    resolved: int
    mean_seconds_to_acknowledge: float | None
    mean_seconds_to_restore: float | None
    mean_seconds_between_failures: float | None


@dataclass(frozen=True, kw_only=True)
class PartStatistics:
    """The figures of one device, group, rule, type or period; of a period its first day."""

    key: str
    name: str
    figures: Statistics


@dataclass(frozen=True, kw_only=True)
class StoredRule:
    """A rule with the instants its row was made and changed."""

    rule: Rule
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Version:
    """A rule as somebody saved it once."""

    rule: Rule
    saved_at: datetime
    saved_by: UserId | None = None
    saved_by_name: str = ""


@dataclass(frozen=True, kw_only=True)
class RuleFilter:
    """Which rules a caller wants to see."""

    kind: Kind | None = None
    severity: Severity | None = None
    enabled: bool | None = None
    # only those whose scope holds it
    device: Device | None = None
    search: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentFilter:
    """Which incidents a caller wants to see."""

    is_open: bool | None = None
    device_id: DeviceId | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""


@dataclass(frozen=True, kw_only=True)
class ListedIncident:
    """An incident as lists show it."""

    incident: Incident
    root_name: str
    root_ip_address: str
    alerts: int
    created_at: datetime
    acknowledged_by_name: str = ""
    assigned_to_name: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentDevice:
    """A device that was or is in an incident."""

    device_id: DeviceId
    name: str
    ip_address: str
    status: str
    is_root: bool
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """Something that happened in an incident."""

    at: datetime
    kind: str
    text: str
    alert_id: AlertId | None = None
    actor_id: UserId | None = None
    actor_name: str = ""
