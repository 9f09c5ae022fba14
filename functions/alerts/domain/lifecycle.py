"""An alert's life: pending, firing, acknowledged or suppressed, resolved; and why at each step.

Every function takes an alert and returns the change, or None where nothing changes. Time is an
argument; nothing here reads a clock or a database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from functions.alerts.domain.alert import (
    Alert,
    Change,
    News,
    Reason,
    Severity,
    State,
)
from functions.alerts.domain.external import External
from functions.alerts.domain.handwork import given_back
from functions.alerts.domain.steps import if_told, next_of, step

# A poller that is just being replaced is nobody's trouble.
SILENCE_HOLD = timedelta(minutes=2)
NO_HOLD = timedelta(0)
_GRADES = list(Severity)
# Why an alert is of another severity.
REGRADED = frozenset({Reason.RULE_CHANGED, Reason.LEVEL_CHANGED, Reason.GREW_WORSE})
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
        return step(None, replace(alert, state=State.SUPPRESSED, reason=suppressed), at=now)
    if _was_held(alert, hold, alert.last_slot_at or now):
        return _fired(None, alert, Reason.BREACHED, now=now, mute_of=mute_of)
    return step(None, replace(alert, state=State.PENDING, reason=Reason.BREACHED), at=now)


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
        return _fired(alert, next_of(seen), Reason.HELD, now=now, mute_of=mute_of)
    return None if seen == alert else Change(alert=seen)


def elapsed(
    alert: Alert, *, hold: timedelta, now: datetime, mute_of: MuteOf = not_muted
) -> Change | None:
    """Return the alert when its timer rings: it fires if it was pending for long enough."""
    if alert.state is not State.PENDING or not _was_held(alert, hold, now):
        return None
    return _fired(alert, next_of(alert), Reason.HELD, now=now, mute_of=mute_of)


def cleared(alert: Alert, *, now: datetime, reason: Reason = Reason.CLEARED) -> Change | None:
    """Return the alert once the trouble is over: resolved, or no longer quiet."""
    if not alert.is_open:
        return Change(alert=replace(alert, is_quiet=False)) if alert.is_quiet else None
    over = replace(next_of(alert), state=State.RESOLVED, reason=reason, resolved_at=now)
    return step(alert, over, at=now, news=News.RESOLVED if alert.was_told else None)


def suppressed(alert: Alert, reason: Reason, *, now: datetime) -> Change | None:
    """Return the alert while something else explains it, or nobody wants to hear of it."""
    if not alert.is_open or (alert.state is State.SUPPRESSED and alert.reason is reason):
        return None
    muted = replace(next_of(alert), state=State.SUPPRESSED, reason=reason)
    return step(alert, muted, at=now, news=News.CHANGED if alert.was_told else None)


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
    own = replace(next_of(alert), message=message or alert.message)
    if (other := mute_of(own)) is not None:
        still = replace(own, reason=other)
        return step(alert, still, at=now) if alert.reason is not other else None
    if alert.acknowledged_at is not None:
        back = replace(own, state=State.ACKNOWLEDGED, reason=reason)
        return step(alert, back, at=now, news=News.CHANGED)
    if not alert.was_told and not _was_held(alert, hold, now):
        return step(alert, replace(own, state=State.PENDING, reason=reason), at=now)
    return _fired(alert, own, reason, now=now)


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
    told = replace(next_of(alert), reason=Reason.ESCALATED)
    return step(alert, told, at=now, news=News.ESCALATED, note=note)


def warned(alert: Alert, *, note: str, now: datetime) -> Change | None:
    """Return an open alert of which people are reminded; nobody is, of one that is muted."""
    if not alert.is_open:
        return None
    news = if_told(alert) if alert.state is not State.SUPPRESSED else None
    return step(alert, next_of(alert), at=now, news=news, note=note, why=Reason.SERVICE_LEVEL)


def regraded(
    alert: Alert, severity: Severity, *, now: datetime, reason: Reason = Reason.RULE_CHANGED
) -> Change | None:
    """Return an open alert that is of another severity now."""
    if not alert.is_open or alert.severity is severity:
        return None
    # why it is suppressed must stay known: it is asked when that ends
    kept = alert.reason if alert.state is State.SUPPRESSED else reason
    graded = replace(next_of(alert), severity=severity, reason=kept)
    is_worse = _GRADES.index(severity) > _GRADES.index(alert.severity)
    news = if_told(alert)
    if alert.acknowledged_until_worse and is_worse:
        graded = given_back(graded)
        if alert.state is State.ACKNOWLEDGED:
            fired_at, news = graded.fired_at or now, news or News.OPENED
            graded = replace(
                graded, state=State.FIRING, reason=Reason.GREW_WORSE, fired_at=fired_at
            )
    return step(alert, graded, at=now, news=news)


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
        return step(before, replace(after, state=State.SUPPRESSED, reason=muted), at=now)
    fired = replace(after, state=State.FIRING, reason=reason, fired_at=after.fired_at or now)
    return step(before, fired, at=now, news=News.CHANGED if after.was_told else News.OPENED)
