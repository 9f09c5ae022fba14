"""What people do with an incident as a whole: what becomes of it, and of each of its alerts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from netpulse.ids import UserId

from functions.alerts.domain import handwork as hand
from functions.alerts.domain.alert import Actor, Alert, Change, State
from functions.alerts.domain.incident import Entry, Incident, IncidentReason


@dataclass(frozen=True, kw_only=True)
class Handled:
    """An incident after somebody did something, what its timeline says, and what alerts do."""

    incident: Incident
    entry: Entry
    change: Callable[[Alert], Change | None]


def acknowledged(
    incident: Incident,
    *,
    by: Actor,
    note: str,
    now: datetime,
    until: datetime | None = None,
    until_worse: bool = False,
) -> Handled:
    """Return an incident that somebody took on, with all of its alerts.

    Those that fire are theirs and escalate no more; those that are kept quiet stay so and are
    theirs when that ends. What fires of it later is told like any other.
    """
    after = replace(
        incident,
        seq=incident.seq + 1,
        acknowledged_by=by.user_id,
        acknowledged_at=now,
        acknowledge_note=note,
        acknowledged_until=until,
        acknowledged_until_worse=until_worse,
    )

    def taken(alert: Alert) -> Change | None:
        take = hand.covered if alert.state is State.SUPPRESSED else hand.acknowledged
        return take(alert, by=by, note=note, now=now, until=until, until_worse=until_worse)

    return Handled(incident=after, entry=_entry(after, "acknowledged", note, by, now), change=taken)


def given_back(incident: Incident, *, by: Actor, now: datetime) -> Handled:
    """Return an incident that nobody is on any more; its alerts fire again."""
    after = unattended(replace(incident, seq=incident.seq + 1))
    return Handled(
        incident=after,
        entry=_entry(after, "unacknowledged", "", by, now),
        change=lambda alert: hand.unacknowledged(alert, by=by, now=now),
    )


def assigned(
    incident: Incident, to: UserId | None, *, by: Actor, note: str, now: datetime
) -> Handled:
    """Return an incident that is somebody's to work on, with all of its alerts."""
    after = replace(incident, seq=incident.seq + 1, assigned_to=to)
    return Handled(
        incident=after,
        entry=_entry(after, "assigned", note, by, now),
        change=lambda alert: hand.assigned(alert, to, by=by, note=note, now=now),
    )


def resolved(incident: Incident, *, by: Actor, note: str, now: datetime) -> Handled:
    """Return an incident that somebody declared over; its alerts stay quiet until they cleared."""
    after = replace(
        incident,
        seq=incident.seq + 1,
        affected=0,
        resolved_at=now,
        reason=IncidentReason.RESOLVED_BY_HAND,
    )
    return Handled(
        incident=after,
        entry=_entry(after, "resolved", note, by, now),
        change=lambda alert: hand.resolved_by_hand(alert, by=by, note=note, now=now),
    )


def comment(incident: Incident, text: str, *, by: Actor, now: datetime) -> Entry:
    """Return what somebody has to say about an incident, over or not."""
    return _entry(incident, "comment", text, by, now)


def unattended(incident: Incident) -> Incident:
    """Return an incident that nobody is on."""
    return replace(
        incident,
        acknowledged_by=None,
        acknowledged_at=None,
        acknowledge_note="",
        acknowledged_until=None,
        acknowledged_until_worse=False,
    )


def covers(incident: Incident, alert: Alert, *, now: datetime) -> Change | None:
    """Return an alert that is folded into an incident somebody is on: it is theirs, too."""
    if not incident.is_acknowledged(now):
        return None
    return hand.covered(
        alert,
        by=Actor(user_id=incident.acknowledged_by, name=""),
        note=incident.acknowledge_note,
        now=now,
        until=incident.acknowledged_until,
        until_worse=incident.acknowledged_until_worse,
    )


def _entry(incident: Incident, kind: str, text: str, by: Actor, now: datetime) -> Entry:
    return Entry(
        incident_id=incident.id,
        at=now,
        kind=kind,
        text=text,
        actor_id=by.user_id,
        actor_name=by.name,
    )
