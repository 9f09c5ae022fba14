"""Alerts as the API shows and takes them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from netpulse.http.fields import Text
from pydantic import BaseModel, ConfigDict, Field

from functions.alerts.domain.alert import Severity, State
from functions.alerts.domain.listing import Comment, HistoryEntry, Listed, PartStatistics
from functions.alerts.models.instants import NearInstant

MAX_BULK = 200


class AlertView(BaseModel):
    """An alert."""

    id: UUID
    device_id: UUID | None
    device_name: str
    ip_address: str
    rule_id: UUID | None
    rule_name: str
    incident_id: UUID | None
    alert_type: str
    severity: Severity
    state: State
    reason: str
    message: str
    metric: str | None
    entity: str
    value: float | None
    seq: int
    began_at: datetime
    fired_at: datetime | None
    acknowledged: bool
    acknowledged_by: UUID | None
    acknowledged_by_name: str
    acknowledged_at: datetime | None
    acknowledge_note: str
    acknowledged_until: datetime | None
    acknowledged_until_worse: bool
    assigned_to: UUID | None
    assigned_to_name: str
    resolved: bool
    resolved_at: datetime | None
    resolved_by: UUID | None
    resolved_by_name: str
    created_at: datetime

    @classmethod
    def of(cls, listed: Listed) -> AlertView:
        """Return the view of an alert."""
        alert = listed.alert
        subject = alert.subject
        return cls(
            id=alert.id,
            device_id=subject.device_id,
            device_name=subject.device_name,
            ip_address=subject.ip_address,
            rule_id=subject.rule_id,
            rule_name=subject.rule_name,
            incident_id=listed.incident_id,
            alert_type=alert.alert_type,
            severity=alert.severity,
            state=alert.state,
            reason=alert.reason,
            message=alert.message,
            metric=alert.metric,
            entity=alert.entity,
            value=alert.value,
            seq=alert.seq,
            began_at=alert.began_at,
            fired_at=alert.fired_at,
            acknowledged=alert.acknowledged_at is not None,
            acknowledged_by=alert.acknowledged_by,
            acknowledged_by_name=alert.acknowledged_by_name,
            acknowledged_at=alert.acknowledged_at,
            acknowledge_note=alert.acknowledge_note,
            acknowledged_until=alert.acknowledged_until,
            acknowledged_until_worse=alert.acknowledged_until_worse,
            assigned_to=alert.assigned_to,
            assigned_to_name=listed.assigned_to_name,
            resolved=alert.resolved_at is not None,
            resolved_at=alert.resolved_at,
            resolved_by=alert.resolved_by,
            resolved_by_name=listed.resolved_by_name,
            created_at=listed.created_at,
        )


class HistoryView(BaseModel):
    """A step in an alert's life."""

    seq: int
    at: datetime
    from_state: State | None
    to_state: State
    reason: str
    actor_id: UUID | None
    actor_name: str
    note: str
    value: float | None

    @classmethod
    def of(cls, entry: HistoryEntry) -> HistoryView:
        """Return the view of a step."""
        step = entry.step
        return cls(
            seq=step.seq,
            at=step.at,
            from_state=step.from_state,
            to_state=step.to_state,
            reason=step.reason,
            actor_id=step.actor_id,
            actor_name=entry.actor_name,
            note=step.note,
            value=step.value,
        )


class SummaryView(BaseModel):
    """How many alerts are open, by severity and state; `open` leaves out pending ones."""

    open: int
    critical: int
    unacknowledged: int
    by_severity: dict[Severity, int]
    by_state: dict[State, int]


class StatisticsView(BaseModel):
    """How often there was trouble, and how long it took; null: it never came to it.

    Of alerts that people were told of: from told to the first acknowledgement (MTTA), from the
    beginning to the end (MTTR), from the end to the next beginning of the same alert (MTBF).
    """

    since: datetime
    until: datetime
    alerts: int
    acknowledged: int
    resolved: int
    mean_seconds_to_acknowledge: float | None
    mean_seconds_to_restore: float | None
    mean_seconds_between_failures: float | None


class PartStatisticsView(BaseModel):
    """The figures of a device, group, rule, type or period; a period's key is its first day."""

    key: str
    name: str
    alerts: int
    acknowledged: int
    resolved: int
    mean_seconds_to_acknowledge: float | None
    mean_seconds_to_restore: float | None
    mean_seconds_between_failures: float | None

    @classmethod
    def of(cls, part: PartStatistics) -> PartStatisticsView:
        """Return the view of a part's figures."""
        return cls(key=part.key, name=part.name, **asdict(part.figures))


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NoteIn(_Body):
    """What a person has to say about what they do."""

    note: Text = ""


class AcknowledgeIn(NoteIn):
    """How long an alert is somebody's: until its trouble is over, or an end that is said."""

    until: NearInstant | None = Field(default=None, description="It fires again then.")
    until_worse: bool = Field(default=False, description="It fires again when it grows worse.")


class AssignIn(NoteIn):
    """Whose an alert is to be; null: nobody's."""

    user_id: UUID | None


class CommentIn(_Body):
    """What somebody has to say about an alert."""

    text: Annotated[Text, Field(min_length=1)]


class CommentView(BaseModel):
    """What somebody had to say about an alert."""

    id: UUID
    at: datetime
    author_id: UUID | None
    author_name: str
    text: str

    @classmethod
    def of(cls, comment: Comment) -> CommentView:
        """Return the view of a comment."""
        return cls(
            id=comment.id,
            at=comment.at,
            author_id=comment.author_id,
            author_name=comment.author_name,
            text=comment.text,
        )


class BulkAcknowledgeIn(AcknowledgeIn):
    """Alerts to acknowledge at once."""

    alert_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_BULK)]


class ItemError(BaseModel):
    """Why one of many could not be done."""

    code: str
    message: str


class BulkItem(BaseModel):
    """What became of one of many alerts."""

    alert_id: UUID
    success: bool
    alert: AlertView | None = None
    error: ItemError | None = None
