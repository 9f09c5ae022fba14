"""An incident: one outage with the device at its root, and what it took with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from netpulse.ids import DeviceId, IncidentId, UserId

from functions.alerts.domain.alert import Severity


class IncidentReason(StrEnum):
    """Why an incident is as it is."""

    ROOT_DOWN = "root_down"
    # what was taken for the root hangs on something that is down, too
    ROOT_FOUND = "root_found"
    # the root is back, what hung on it is not
    ROOT_RETURNED = "root_returned"
    RECOVERED = "recovered"
    MERGED = "merged"
    RESOLVED_BY_HAND = "resolved_by_hand"


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """One outage, from its first failed probe to the return of the last device."""

    id: IncidentId
    root_device_id: DeviceId | None
    title: str
    severity: Severity
    reason: IncidentReason
    began_at: datetime
    # beside the root: those in it now, and the most there were
    affected: int = 0
    most_affected: int = 0
    seq: int = 1
    resolved_at: datetime | None = None
    merged_into: IncidentId | None = None
    # whoever is on it, and when that ends of itself; an API key's owner has no id
    acknowledged_by: UserId | None = None
    acknowledged_at: datetime | None = None
    acknowledge_note: str = ""
    acknowledged_until: datetime | None = None
    acknowledged_until_worse: bool = False
    assigned_to: UserId | None = None

    @property
    def is_open(self) -> bool:
        """Whether the outage lasts."""
        return self.resolved_at is None

    def is_acknowledged(self, now: datetime) -> bool:
        """Whether somebody is on it at an instant."""
        until = self.acknowledged_until
        return self.acknowledged_at is not None and (until is None or now < until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of an incident's timeline."""

    incident_id: IncidentId
    at: datetime
    kind: str
    text: str
    actor_id: UserId | None = None
    actor_name: str = ""
