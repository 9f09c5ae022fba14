"""What people do with an alert: take it on, give it back, give it to somebody, declare it over.

As in its life, each function takes an alert and returns the change, or None where nothing changes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from netpulse.ids import UserId

from functions.alerts.domain.alert import Actor, Alert, Change, News, Reason, State
from functions.alerts.domain.steps import if_told, next_of, step


def acknowledged(
    alert: Alert,
    *,
    by: Actor,
    note: str,
    now: datetime,
    until: datetime | None = None,
    until_worse: bool = False,
) -> Change | None:
    """Return a firing alert that a person took on; None if it is in another state."""
    if alert.state is not State.FIRING:
        return None
    mine = _taken(next_of(alert), by, note, now=now, until=until, until_worse=until_worse)
    taken = replace(mine, state=State.ACKNOWLEDGED, reason=Reason.ACKNOWLEDGED)
    return step(alert, taken, at=now, news=News.ACKNOWLEDGED, by=by, note=note)


def covered(
    alert: Alert,
    *,
    by: Actor,
    note: str,
    now: datetime,
    until: datetime | None = None,
    until_worse: bool = False,
) -> Change | None:
    """Return a muted alert that a person took on with its incident: it stays as quiet as it is."""
    if alert.state is not State.SUPPRESSED or alert.acknowledged_at is not None:
        return None
    mine = _taken(next_of(alert), by, note, now=now, until=until, until_worse=until_worse)
    news = if_told(alert)
    return step(alert, mine, at=now, news=news, by=by, note=note, why=Reason.ACKNOWLEDGED)


def unacknowledged(
    alert: Alert,
    *,
    now: datetime,
    by: Actor | None = None,
    reason: Reason = Reason.UNACKNOWLEDGED,
) -> Change | None:
    """Return an alert that nobody is on any more: it fires again, unless it is muted."""
    if not alert.is_open or alert.acknowledged_at is None:
        return None
    back = given_back(next_of(alert))
    if alert.state is State.SUPPRESSED:
        return step(alert, back, at=now, news=if_told(alert), by=by, why=reason)
    # what was taken on with its incident before anybody was told of it is told now
    fires = replace(back, state=State.FIRING, reason=reason, fired_at=back.fired_at or now)
    return step(alert, fires, at=now, news=if_told(alert) or News.OPENED, by=by)


def assigned(
    alert: Alert, to: UserId | None, *, by: Actor, note: str, now: datetime
) -> Change | None:
    """Return an open alert that is somebody's to work on, or with None nobody's."""
    if not alert.is_open or alert.assigned_to == to:
        return None
    given, news = replace(next_of(alert), assigned_to=to), if_told(alert)
    return step(alert, given, at=now, news=news, by=by, note=note, why=Reason.ASSIGNED)


def resolved_by_hand(alert: Alert, *, by: Actor, note: str, now: datetime) -> Change | None:
    """Return an alert that a person declared over; it stays quiet until it was clear once."""
    if not alert.is_open:
        return None
    over = replace(
        next_of(alert),
        state=State.RESOLVED,
        reason=Reason.RESOLVED_BY_HAND,
        resolved_at=now,
        resolved_by=by.user_id,
        is_quiet=True,
    )
    news = News.RESOLVED if alert.was_told else None
    return step(alert, over, at=now, news=news, by=by, note=note)


def _taken(
    alert: Alert,
    by: Actor,
    note: str,
    *,
    now: datetime,
    until: datetime | None,
    until_worse: bool,
) -> Alert:
    return replace(
        alert,
        acknowledged_by=by.user_id,
        acknowledged_by_name=by.name,
        acknowledged_at=now,
        acknowledge_note=note,
        acknowledged_until=until,
        acknowledged_until_worse=until_worse,
        first_acknowledged_at=alert.first_acknowledged_at or now,
    )


def given_back(alert: Alert) -> Alert:
    """Return an alert that nobody is on."""
    return replace(
        alert,
        acknowledged_by=None,
        acknowledged_by_name="",
        acknowledged_at=None,
        acknowledge_note="",
        acknowledged_until=None,
        acknowledged_until_worse=False,
    )
