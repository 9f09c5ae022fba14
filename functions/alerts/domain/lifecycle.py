"""An alert's life: pending, firing, acknowledged or suppressed, resolved; and why at each step.

Every function takes an alert and returns the change, or None where nothing changes. Time is an
argument; nothing here reads a clock or a database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from netpulse.ids import UserId

from functions.alerts.domain.alert import (
    Actor,
    Alert,
    Change,
    News,
    Reason,
    Severity,
    State,
    Transition,
)
from functions.alerts.domain.external import External

# A poller that is just being replaced is nobody's trouble.
SILENCE_HOLD = timedelta(minutes=2)
NO_HOLD = timedelta(0)
_GRADES = list(Severity)
# Why nobody is to be told of an alert now; None: nothing keeps it from being told.
MuteOf = Callable[[Alert], Reason | None]


def not_muted(_alert: Alert) -> Reason | None:
    """Return that nothing mutes an alert."""
    return None


def opened(
    alert: Alert,
    *,
    hold: timedelta,
    now: datetime,
    suppressed: Reason | None = None,
    mute_of: MuteOf = not_muted,
) -> Change:
    """Return the first step of a new alert: suppressed, firing at once, or pending for `hold`."""
    if suppressed is not None:
        return _step(None, replace(alert, state=State.SUPPRESSED, reason=suppressed), at=now)
    if _was_held(alert, hold, alert.last_slot_at or now):
        return _fired(None, alert, Reason.BREACHED, now=now, mute_of=mute_of)
    return _step(None, replace(alert, state=State.PENDING, reason=Reason.BREACHED), at=now)


def breached(
    alert: Alert,
    *,
    value: float | None,
    slot_at: datetime,
    hold: timedelta,
    now: datetime,
    mute_of: MuteOf = not_muted,
) -> Change | None:
    """Return the alert after one more sight of the trouble; a quiet one stays as it is."""
    if not alert.is_open:
        return None
    seen = replace(alert, value=value, last_slot_at=slot_at)
    if alert.state is State.PENDING and _was_held(alert, hold, slot_at):
        return _fired(alert, _next(seen), Reason.HELD, now=now, mute_of=mute_of)
    return None if seen == alert else Change(alert=seen)


def elapsed(
    alert: Alert, *, hold: timedelta, now: datetime, mute_of: MuteOf = not_muted
) -> Change | None:
    """Return the alert when its timer rings: it fires if it was pending for long enough."""
    if alert.state is not State.PENDING or not _was_held(alert, hold, now):
        return None
    return _fired(alert, _next(alert), Reason.HELD, now=now, mute_of=mute_of)


def cleared(alert: Alert, *, now: datetime, reason: Reason = Reason.CLEARED) -> Change | None:
    """Return the alert once the trouble is over: resolved, or no longer quiet."""
    if not alert.is_open:
        return Change(alert=replace(alert, is_quiet=False)) if alert.is_quiet else None
    over = replace(_next(alert), state=State.RESOLVED, reason=reason, resolved_at=now)
    return _step(alert, over, at=now, news=News.RESOLVED if alert.was_told else None)


def suppressed(alert: Alert, reason: Reason, *, now: datetime) -> Change | None:
    """Return the alert while something else explains it, or nobody wants to hear of it."""
    if not alert.is_open or (alert.state is State.SUPPRESSED and alert.reason is reason):
        return None
    muted = replace(_next(alert), state=State.SUPPRESSED, reason=reason)
    return _step(alert, muted, at=now, news=News.CHANGED if alert.was_told else None)


def released(
    alert: Alert,
    reason: Reason,
    *,
    hold: timedelta,
    now: datetime,
    message: str | None = None,
    mute_of: MuteOf = not_muted,
) -> Change | None:
    """Return the alert when what suppressed it is over: it fires, or waits for `hold`."""
    if alert.state is not State.SUPPRESSED:
        return None
    own = replace(_next(alert), message=message or alert.message)
    if (other := mute_of(own)) is not None:
        still = replace(own, reason=other)
        return _step(alert, still, at=now) if alert.reason is not other else None
    if alert.acknowledged_at is not None:
        back = replace(own, state=State.ACKNOWLEDGED, reason=reason)
        return _step(alert, back, at=now, news=News.CHANGED)
    if not alert.was_told and not _was_held(alert, hold, now):
        return _step(alert, replace(own, state=State.PENDING, reason=reason), at=now)
    return _fired(alert, own, reason, now=now)


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
    taken = replace(
        _next(alert),
        state=State.ACKNOWLEDGED,
        reason=Reason.ACKNOWLEDGED,
        acknowledged_by=by.user_id,
        acknowledged_by_name=by.name,
        acknowledged_at=now,
        acknowledge_note=note,
        acknowledged_until=until,
        acknowledged_until_worse=until_worse,
        first_acknowledged_at=alert.first_acknowledged_at or now,
    )
    return _step(alert, taken, at=now, news=News.ACKNOWLEDGED, by=by, note=note)


def unacknowledged(
    alert: Alert,
    *,
    now: datetime,
    by: Actor | None = None,
    reason: Reason = Reason.UNACKNOWLEDGED,
) -> Change | None:
    """Return an acknowledged alert that fires again; None if it is in another state."""
    if alert.state is not State.ACKNOWLEDGED:
        return None
    back = replace(_given_back(_next(alert)), state=State.FIRING, reason=reason)
    return _step(alert, back, at=now, news=News.CHANGED, by=by)


def told_again(
    alert: Alert, external: External, *, began_at: datetime, now: datetime
) -> Change | None:
    """Return another system's alert that was posted again, with its newest word."""
    if not alert.is_open:
        return None
    seen = replace(alert, external=external, began_at=began_at, last_slot_at=now)
    return Change(alert=seen)


def escalated(alert: Alert, *, note: str, now: datetime) -> Change | None:
    """Return a firing alert of which more people are told; None if somebody is on it."""
    if alert.state is not State.FIRING:
        return None
    told = replace(_next(alert), reason=Reason.ESCALATED)
    return _step(alert, told, at=now, news=News.ESCALATED, note=note)


def warned(alert: Alert, *, note: str, now: datetime) -> Change | None:
    """Return an open alert of which people are reminded; why it is in its state stays known."""
    if not alert.is_open:
        return None
    return _step(alert, _next(alert), at=now, news=_if_told(alert), note=note)


def assigned(
    alert: Alert, to: UserId | None, *, by: Actor, note: str, now: datetime
) -> Change | None:
    """Return an open alert that is somebody's to work on, or with None nobody's."""
    if not alert.is_open or alert.assigned_to == to:
        return None
    # why it is in its state must stay known
    given = replace(_next(alert), assigned_to=to)
    return _step(alert, given, at=now, news=_if_told(alert), by=by, note=note)


def resolved_by_hand(alert: Alert, *, by: Actor, note: str, now: datetime) -> Change | None:
    """Return an alert that a person declared over; it stays quiet until it was clear once."""
    if not alert.is_open:
        return None
    over = replace(
        _next(alert),
        state=State.RESOLVED,
        reason=Reason.RESOLVED_BY_HAND,
        resolved_at=now,
        resolved_by=by.user_id,
        is_quiet=True,
    )
    news = News.RESOLVED if alert.was_told else None
    return _step(alert, over, at=now, news=news, by=by, note=note)


def regraded(
    alert: Alert, severity: Severity, *, now: datetime, reason: Reason = Reason.RULE_CHANGED
) -> Change | None:
    """Return an open alert that is of another severity now."""
    if not alert.is_open or alert.severity is severity:
        return None
    # why it is suppressed must stay known: it is asked when that ends
    kept = alert.reason if alert.state is State.SUPPRESSED else reason
    graded = replace(_next(alert), severity=severity, reason=kept)
    is_worse = _GRADES.index(severity) > _GRADES.index(alert.severity)
    if alert.state is State.ACKNOWLEDGED and alert.acknowledged_until_worse and is_worse:
        graded = replace(_given_back(graded), state=State.FIRING, reason=Reason.GREW_WORSE)
    return _step(alert, graded, at=now, news=_if_told(alert))


def _given_back(alert: Alert) -> Alert:
    return replace(
        alert,
        acknowledged_by=None,
        acknowledged_by_name="",
        acknowledged_at=None,
        acknowledge_note="",
        acknowledged_until=None,
        acknowledged_until_worse=False,
    )


def _if_told(alert: Alert) -> News | None:
    return News.CHANGED if alert.was_told else None


def _was_held(alert: Alert, hold: timedelta, seen_at: datetime) -> bool:
    return seen_at - alert.began_at >= hold


def _fired(
    before: Alert | None,
    after: Alert,
    reason: Reason,
    *,
    now: datetime,
    mute_of: MuteOf = not_muted,
) -> Change:
    """Return the alert at the moment it would be told: it fires, unless it is muted."""
    if (muted := mute_of(after)) is not None:
        return _step(before, replace(after, state=State.SUPPRESSED, reason=muted), at=now)
    fired = replace(after, state=State.FIRING, reason=reason, fired_at=after.fired_at or now)
    return _step(before, fired, at=now, news=News.CHANGED if after.was_told else News.OPENED)


def _next(alert: Alert) -> Alert:
    return replace(alert, seq=alert.seq + 1)


def _step(
    before: Alert | None,
    after: Alert,
    *,
    at: datetime,
    news: News | None = None,
    by: Actor | None = None,
    note: str = "",
) -> Change:
    transition = Transition(
        alert_id=after.id,
        seq=after.seq,
        at=at,
        from_state=before.state if before else None,
        to_state=after.state,
        reason=after.reason,
        actor_id=by.user_id if by else None,
        note=note,
        value=after.value,
    )
    return Change(alert=after, transition=transition, news=news)
