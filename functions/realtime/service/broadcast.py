"""Pushes: what happened, told to every socket of the organisation that may know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netpulse.errors import UnavailableError
from netpulse.observability import count, emit, logger

from functions.realtime.domain.messages import frames, messages
from functions.realtime.ports import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.realtime.domain.connection import Connection
    from functions.realtime.domain.messages import Told
    from functions.realtime.ports import Connections, Sockets


@dataclass(frozen=True)
class Revocation:
    """A user whose session, or every session, ended."""

    user_id: UUID
    session_id: str | None


class Broadcaster:
    """Tells an organisation's sockets what happened."""

    def __init__(
        self,
        connections: Connections,
        sockets: Sockets,
        clock: Clock,
        *,
        each: Callable[
            [Callable[[Connection], Delivery], Iterable[Connection]], Iterable[Delivery]
        ],
    ) -> None:
        self._connections = connections
        self._sockets = sockets
        self._clock = clock
        # runs a function for each connection, some at a time: a thread pool's map
        self._each = each

    def tell(
        self, organization_id: OrganizationId, facts: Sequence[Told], revoked: Sequence[Revocation]
    ) -> None:
        """Close the sockets that must not listen any more and send each other one its frames.

        Raises UnavailableError when frames could not be sent for no fault of their socket's; who
        got theirs knows them by their numbers when they come again.
        """
        # first, so that whoever misses the push learns from the next ping that there was one
        self._connections.reached(organization_id, max(fact.seq for fact in facts))
        listening = self._close_ended(self._connections.of(organization_id), revoked)
        by_view = {
            view: frames(messages(facts, view)) for view in {each.sees for each in listening}
        }

        def send(connection: Connection) -> Delivery:
            return self._send(connection, by_view[connection.sees])

        outcomes = Counter(self._each(send, [c for c in listening if by_view[c.sees]]))
        if outcomes:
            logger.info("facts pushed", extra={"facts": len(facts), "sockets": dict(outcomes)})
            emit(
                facts_pushed_total=count(len(facts)),
                pushes_failed_total=count(outcomes[Delivery.FAILED]),
            )
        if outcomes[Delivery.FAILED]:
            raise UnavailableError("Some sockets could not be reached")

    def _close_ended(
        self, connections: Sequence[Connection], revoked: Sequence[Revocation]
    ) -> list[Connection]:
        now = self._clock.now()
        listening = []
        for connection in connections:
            ended = connection.has_expired(now) or any(
                connection.belongs_to(each.user_id, each.session_id) for each in revoked
            )
            if ended:
                self._sockets.close(connection.id)
                self._connections.remove(connection.id)
            else:
                listening.append(connection)
        return listening

    def _send(self, connection: Connection, texts: Sequence[str]) -> Delivery:
        for text in texts:
            outcome = self._sockets.send(connection.id, text)
            if outcome is Delivery.GONE:
                self._connections.remove(connection.id)
            if outcome is not Delivery.DELIVERED:
                # a later frame would only show the gap; the listener fetches all by number
                return outcome
        return Delivery.DELIVERED
