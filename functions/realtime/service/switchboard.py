"""Sockets: opened for a ticket, closed, and answered when they say something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netpulse.observability import logger
from pydantic import ValidationError

from functions.realtime.domain.connection import Refusal, opened
from functions.realtime.models import COMMAND, Ping, Renew, Subscribe, Unsubscribe
from functions.realtime.service.tickets import RefusedError

if TYPE_CHECKING:
    from netpulse.clock import Clock

    from functions.realtime.domain.connection import Connection
    from functions.realtime.domain.topics import Topic
    from functions.realtime.ports import Connections
    from functions.realtime.service.tickets import TicketOffice


class Switchboard:
    """Opens and closes sockets and answers what they say."""

    def __init__(self, office: TicketOffice, connections: Connections, clock: Clock) -> None:
        self._office = office
        self._connections = connections
        self._clock = clock

    def connect(self, connection_id: str, secret: str, *, origin: str) -> Connection:
        """Open a socket for a ticket; raise RefusedError."""
        caller = self._office.take(secret, origin=origin)
        connection = opened(connection_id, caller, origin=origin, now=self._clock.now())
        self._connections.save(connection)
        return connection

    def disconnect(self, connection_id: str) -> None:
        """Forget a socket."""
        self._connections.remove(connection_id)

    def answer(self, connection_id: str, text: str) -> dict[str, Any] | None:
        """Return the reply to what a socket said; None when it must be closed instead."""
        connection = self._connections.get(connection_id)
        if connection is None or connection.has_expired(self._clock.now()):
            return None
        try:
            command = COMMAND.validate_json(text)
        except ValidationError as error:
            return _complaint(error)
        match command:
            case Ping():
                last_seq = self._connections.last_seq(connection.organization_id)
                return {"type": "pong", "last_seq": last_seq}
            case Renew():
                return self._renew(connection, command.ticket)
            case Subscribe():
                return self._listen(connection, connection.topics | set(command.topics))
            case Unsubscribe():
                return self._listen(connection, connection.topics - set(command.topics))

    def _listen(self, connection: Connection, topics: frozenset[Topic]) -> dict[str, Any]:
        changed = replace(connection, topics=topics)
        self._connections.change(changed)
        # what the caller may not see is not in the list: subscribing to it is no error, for the
        # permission may come later
        return {"type": "subscribed", "topics": sorted(changed.sees)}

    def _renew(self, connection: Connection, secret: str) -> dict[str, Any]:
        try:
            renewed = self._renewed(connection, secret)
        except RefusedError as error:
            logger.info("renewal refused", extra={"refusal": error.refusal})
            return {"type": "error", "code": error.code, "message": error.message}
        self._connections.change(renewed)
        return {"type": "renewed", "expires_at": renewed.expires_at.isoformat()}

    def _renewed(self, connection: Connection, secret: str) -> Connection:
        # what a socket says carries no Origin; the one it was opened from was checked
        caller = self._office.take(secret, origin=connection.origin)
        if not connection.is_of(caller):
            raise RefusedError(Refusal.OTHER_CALLER)
        return connection.renewed(caller, self._clock.now())


def _complaint(error: ValidationError) -> dict[str, Any]:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        return {"type": "error", "code": "MALFORMED_REQUEST", "message": "This is not JSON"}
    place = ".".join(str(part) for part in first["loc"])
    message = f"{place}: {first['msg']}" if place else first["msg"]
    return {"type": "error", "code": "INVALID_INPUT", "message": message}
