"""What is told of an alert: an event of its life, with what the fact said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Event(StrEnum):
    """What happened to an alert that someone may want to be told."""

    PROBLEM = "problem"
    RECOVERY = "recovery"
    ACKNOWLEDGED = "acknowledged"
    # told before: it stands in a message that tells of others of its group, or is repeated
    ONGOING = "ongoing"


_EXTERNAL = "external"
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
    fired_at: datetime | None = None
    # those that nothing else here tells; of another system's alert all it has
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    # the alert was open before: its severity, value or reason changed
    changed: bool = False
    # an escalation: these channels are told, whatever severities they take
    channel_ids: tuple[UUID, ...] = ()

    @property
    def all_labels(self) -> dict[str, str]:
        """The alert's labels, as Alertmanager has them; empty ones are missing."""
        made = {
            "alertname": self.rule_name or self.alert_type,
            "severity": self.severity,
            "instance": self.ip_address,
            "device": self.device_name,
            "device_id": str(self.device_id or ""),
            "alert_type": self.alert_type,
            "metric": self.metric or "",
            "entity": self.entity,
        }
        own = {} if self.alert_type == _EXTERNAL and self.labels else made
        return {name: value for name, value in {**own, **self.labels}.items() if value}

    @property
    def is_over(self) -> bool:
        """Whether the trouble is over."""
        return self.event is Event.RECOVERY
