"""A step of an alert's life, written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from functions.alerts.domain.alert import Actor, Alert, Change, News, Reason, Transition


def if_told(alert: Alert) -> News | None:
    """Return that a step is news, if people know of the alert."""
    return News.CHANGED if alert.was_told else None


def next_of(alert: Alert) -> Alert:
    """Return an alert about to take a step."""
    return replace(alert, seq=alert.seq + 1)


def step(
    before: Alert | None,
    after: Alert,
    *,
    at: datetime,
    news: News | None = None,
    by: Actor | None = None,
    note: str = "",
    why: Reason | None = None,
) -> Change:
    """Return a step; `why` it was taken, where the alert stays in its state for the reason it is.

    That reason must stay known: it is asked when what it names ends.
    """
    transition = Transition(
        alert_id=after.id,
        seq=after.seq,
        at=at,
        from_state=before.state if before else None,
        to_state=after.state,
        reason=why or after.reason,
        actor_id=by.user_id if by else None,
        note=note,
        value=after.value,
    )
    return Change(alert=after, transition=transition, news=news)
