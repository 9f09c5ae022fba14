"""What is told of an alert: an event of its life, with what the fact said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Event(StrEnum):
    """What happened to an alert that someone may want to be told."""

    PROBLEM = "problem"
    RECOVERY = "recovery"
    ACKNOWLEDGED = "acknowledged"


_RANKS = {"info": 0, "warning": 1, "critical": 2}


def rank(severity: str) -> int:
    """Return how grave a severity is, for comparison."""
    return _RANKS[severity]


@dataclass(frozen=True, kw_only=True)
class News:
    """One event of one alert."""

    event: Event
    alert_id: UUID
    alert_seq: int
    severity: str
    state: str
    device_name: str
    ip_address: str
    rule_name: str
    alert_type: str
    reason: str
    message: str
    began_at: datetime
    device_id: UUID | None = None
    rule_id: UUID | None = None
    metric: str | None = None
    entity: str = ""
    value: float | None = None
    ended_at: datetime | None = None
    acknowledged_by: str = ""
    note: str = ""
    # the alert was open before: its severity, value or reason changed
    changed: bool = False
    # an escalation: these channels are told, whatever severities they take
    channel_ids: tuple[UUID, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether the trouble is over."""
        return self.event is Event.RECOVERY
