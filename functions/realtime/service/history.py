"""The events that fill a gap: the same messages as on the socket, by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.realtime.domain.messages import messages
from functions.realtime.domain.topics import visible
from functions.realtime.models import EventsView

if TYPE_CHECKING:
    from netpulse.principal import Principal

    from functions.realtime.ports import FactLog


class History:
    """Answers what happened after a number."""

    def __init__(self, log: FactLog) -> None:
        self._log = log

    def since(self, principal: Principal, seq: int | None, *, limit: int) -> EventsView:
        """Return the facts after `seq` that the caller may see; without it, where the log ends."""
        organization_id = principal.organization_id
        if seq is None:
            last_seq = self._log.last_seq(organization_id)
            return EventsView(messages=[], last_seq=last_seq, has_more=False, reset=False)
        stretch = self._log.since(organization_id, seq, limit=limit)
        oldest = stretch.oldest_seq if stretch.oldest_seq is not None else stretch.last_seq + 1
        if seq + 1 < oldest or seq > stretch.last_seq:
            return EventsView(messages=[], last_seq=stretch.last_seq, has_more=False, reset=True)
        reached = stretch.facts[-1].seq if stretch.facts else seq
        return EventsView(
            messages=messages(stretch.facts, visible(principal.permissions)),
            last_seq=reached,
            has_more=reached < stretch.last_seq,
            reset=False,
        )
