"""Alerts taken on by the link in a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse import replies
from netpulse.errors import NotFoundError
from netpulse.observability import logger

from functions.alerts.domain.alert import Actor
from functions.alerts.models.alerts import AlertView, BulkAcknowledgeIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.clock import Clock

    from functions.alerts.domain.reply import Reply
    from functions.alerts.ports import OpenWork
    from functions.alerts.service.desk import AlertDesk

    Find = Callable[[bytes], Reply | None]


class UnknownLinkError(NotFoundError):
    """No message that still counts has this link."""

    code = "LINK_NOT_FOUND"


class Replying:
    """Shows what a message told of, and gives it to whoever got the message."""

    def __init__(self, find: Find, work: OpenWork, desk: AlertDesk, clock: Clock) -> None:
        self._find = find
        self._work = work
        self._desk = desk
        self._clock = clock

    def show(self, code: str) -> list[AlertView]:
        """Return the alerts a message told of, as they are now; raise UnknownLinkError."""
        return self._alerts(self._reply(code))

    def take_on(self, code: str) -> list[AlertView]:
        """Acknowledge those that fire, and return all as they are then; raise UnknownLinkError."""
        reply = self._reply(code)
        # what people did is told by their names, and a number is no user's
        note = f"By the link in the message to {reply.recipient}"
        body = BulkAcknowledgeIn(alert_ids=list(reply.alert_ids), note=note)
        by = Actor(user_id=None, name=reply.recipient)
        self._desk.acknowledge_many(reply.organization_id, body, by=by)
        logger.info("alerts taken on by a link", extra={"alerts": len(reply.alert_ids)})
        return self._alerts(reply)

    def _reply(self, code: str) -> Reply:
        reply = self._find(replies.hash_of(code))
        if reply is None or not reply.alert_ids or not reply.holds(self._clock.now()):
            raise UnknownLinkError("This link is not known, or too old")
        return reply

    def _alerts(self, reply: Reply) -> list[AlertView]:
        with self._work(reply.organization_id) as work:
            listed = work.alerts.listed_many(reply.alert_ids)
        return sorted(map(AlertView.of, listed.values()), key=lambda each: each.device_name)
