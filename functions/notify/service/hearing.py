"""Facts about alerts, understood as news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.events import (
    AlertAcknowledged,
    AlertChanged,
    AlertEscalated,
    AlertFact,
    AlertOpened,
    AlertResolved,
)

from functions.notify.domain.news import Event, News

if TYPE_CHECKING:
    from netpulse.consumer import Heard

_KINDS = (AlertOpened, AlertChanged, AlertAcknowledged, AlertEscalated, AlertResolved)
_FACTS: dict[str, type[AlertFact]] = {fact.type_name(): fact for fact in _KINDS}
_SAME = tuple(AlertFact.model_fields)


def news_of(heard: Heard) -> News | None:
    """Return what a fact says, or None when it is none of ours."""
    kind = _FACTS.get(heard.type)
    if kind is None:
        return None
    fact = heard.read(kind)
    said: dict[str, Any] = {name: getattr(fact, name) for name in _SAME}
    match fact:
        case AlertResolved():
            return News(event=Event.RECOVERY, ended_at=fact.resolved_at, **said)
        case AlertAcknowledged():
            return News(
                event=Event.ACKNOWLEDGED,
                acknowledged_by=fact.acknowledged_by_name,
                note=fact.note,
                **said,
            )
        case AlertEscalated():
            # the step, or the service level that runs out, is why they are told
            return News(event=Event.PROBLEM, channel_ids=fact.channel_ids, note=fact.step, **said)
        case AlertOpened():
            return News(event=Event.PROBLEM, fired_at=fact.fired_at, **said)
        case _:
            return News(event=Event.PROBLEM, changed=isinstance(fact, AlertChanged), **said)
