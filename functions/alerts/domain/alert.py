"""What an alert is: its states, its reasons, each step of its life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from netpulse.ids import AlertId, DeviceId, RuleId, UserId

from functions.alerts.domain.external import External

_CLOCKS_DIFFER = timedelta(days=1)


class State(StrEnum):
    """Where an alert stands."""

    PENDING = "pending"
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    SUPPRESSED = "suppressed"
    RESOLVED = "resolved"


class Reason(StrEnum):
    """Why an alert came to its state."""

    BREACHED = "breached"
    HELD = "held"
    PARENT_DOWN = "parent_down"
    PARENT_RETURNED = "parent_returned"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGEMENT_ENDED = "acknowledgement_ended"
    GREW_WORSE = "grew_worse"
    ESCALATED = "escalated"
    ASSIGNED = "assigned"
    SERVICE_LEVEL = "service_level"
    CLEARED = "cleared"
    RESOLVED_BY_HAND = "resolved_by_hand"
    DEVICE_RETIRED = "device_retired"
    DEVICE_DEACTIVATED = "device_deactivated"
    CHECK_REMOVED = "check_removed"
    RULE_CHANGED = "rule_changed"
    RULE_DISABLED = "rule_disabled"
    RULE_DELETED = "rule_deleted"
    LEVEL_CHANGED = "level_changed"
    MAINTENANCE = "maintenance"
    MAINTENANCE_ENDED = "maintenance_ended"
    SILENCED = "silenced"
    SILENCE_ENDED = "silence_ended"
    INHIBITED = "inhibited"
    INHIBITION_ENDED = "inhibition_ended"
    FLAPPING = "flapping"
    FLAPPING_ENDED = "flapping_ended"
    POLLER_SILENT = "poller_silent"
    POLLER_RETURNED = "poller_returned"


class Severity(StrEnum):
    """How grave an alert is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class News(StrEnum):
    """What a change means to those who follow the alert."""

    OPENED = "opened"
    CHANGED = "changed"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    ESCALATED = "escalated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What an alert is about, by id and by name."""

    device_id: DeviceId | None = None
    device_name: str = ""
    ip_address: str = ""
    rule_id: RuleId | None = None
    rule_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One trouble, from its beginning to its end."""

    id: AlertId
    fingerprint: str
    subject: Subject
    alert_type: str
    severity: Severity
    state: State
    reason: Reason
    message: str
    began_at: datetime
    seq: int = 1
    metric: str | None = None
    entity: str = ""
    value: float | None = None
    fired_at: datetime | None = None
    last_slot_at: datetime | None = None
    acknowledged_by: UserId | None = None
    acknowledged_by_name: str = ""
    acknowledged_at: datetime | None = None
    acknowledge_note: str = ""
    # when the acknowledgement ends of itself; without either, with the trouble
    acknowledged_until: datetime | None = None
    acknowledged_until_worse: bool = False
    # stays when the acknowledgement ends
    first_acknowledged_at: datetime | None = None
    assigned_to: UserId | None = None
    # another system's alert: what it said
    external: External | None = None
    resolved_at: datetime | None = None
    resolved_by: UserId | None = None
    # resolved by hand while still true: stays quiet until it was clear once
    is_quiet: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the trouble is not over."""
        return self.state is not State.RESOLVED

    @property
    def was_told(self) -> bool:
        """Whether anybody was told of it."""
        return self.fired_at is not None

    @property
    def lifetime(self) -> tuple[datetime, datetime | None]:
        """Between which instants its steps lie; a day more, for clocks differ."""
        until = self.resolved_at + _CLOCKS_DIFFER if self.resolved_at else None
        return self.began_at - _CLOCKS_DIFFER, until


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A step in an alert's life, for its history."""

    alert_id: AlertId
    seq: int
    at: datetime
    from_state: State | None
    to_state: State
    reason: Reason
    actor_id: UserId | None = None
    note: str = ""
    value: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What one step made of an alert; without a transition only what was measured last changed."""

    alert: Alert
    transition: Transition | None = None
    news: News | None = None
    # whom an escalation tells
    channel_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """A person, or the owner of an API key (no user id), who does something to an alert."""

    user_id: UserId | None
    name: str
