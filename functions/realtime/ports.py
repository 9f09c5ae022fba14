"""What realtime needs from the world."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.ids import OrganizationId

    from functions.realtime.domain.connection import Connection, Ticket
    from functions.realtime.domain.messages import Told


class Tickets(Protocol):
    """Tickets that were issued and not yet used."""

    def save(self, ticket: Ticket) -> None:
        """Remember a ticket."""
        ...

    def burn(self, digest: str) -> Ticket | None:
        """Take a ticket out; of several who try at once, one gets it."""
        ...


class Connections(Protocol):
    """Open sockets, and the newest number each organisation's were told."""

    def save(self, connection: Connection) -> None:
        """Remember an open socket."""
        ...

    def change(self, connection: Connection) -> bool:
        """Remember a socket's new topics, permissions and expiry; return False if it is gone."""
        ...

    def remove(self, connection_id: str) -> None:
        """Forget a socket."""
        ...

    def get(self, connection_id: str) -> Connection | None:
        """Return a socket, or None."""
        ...

    def of(self, organization_id: OrganizationId) -> list[Connection]:
        """Return all sockets of an organisation."""
        ...

    def reached(self, organization_id: OrganizationId, seq: int) -> None:
        """Remember that facts up to `seq` were told."""
        ...

    def last_seq(self, organization_id: OrganizationId) -> int:
        """Return the newest number that was told, 0 before the first."""
        ...


class Delivery(StrEnum):
    """What became of a frame."""

    DELIVERED = "delivered"
    GONE = "gone"
    DROPPED = "dropped"
    FAILED = "failed"


class Sockets(Protocol):
    """The way to open sockets."""

    def send(self, connection_id: str, frame: str) -> Delivery:
        """Send one frame and say what became of it."""
        ...

    def close(self, connection_id: str) -> None:
        """Close a socket, if it is still open."""
        ...


@dataclass(frozen=True)
class Stretch:
    """Facts after a number, and the numbers that are kept."""

    facts: Sequence[Told]
    oldest_seq: int | None
    last_seq: int


class FactLog(Protocol):
    """The organisations' event log."""

    def since(self, organization_id: OrganizationId, seq: int, *, limit: int) -> Stretch:
        """Return at most `limit` facts after number `seq`, oldest first."""
        ...

    def last_seq(self, organization_id: OrganizationId) -> int:
        """Return the number of the newest fact, 0 before the first."""
        ...
