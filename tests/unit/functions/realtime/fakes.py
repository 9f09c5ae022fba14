"""Realtime's ports in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.realtime.domain.messages import StatusChange, Told
from functions.realtime.domain.topics import Topic
from functions.realtime.ports import Delivery, Stretch
from tests.support.clock import NOON

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from functions.realtime.domain.connection import Connection, Ticket


@dataclass
class MemoryTickets:
    """Tickets in a dictionary."""

    saved: dict[str, Ticket] = field(default_factory=dict)

    def save(self, ticket: Ticket) -> None:
        self.saved[ticket.digest] = ticket

    def burn(self, digest: str) -> Ticket | None:
        return self.saved.pop(digest, None)


@dataclass
class MemoryConnections:
    """Sockets in a dictionary."""

    saved: dict[str, Connection] = field(default_factory=dict)
    told: dict[OrganizationId, int] = field(default_factory=dict)

    def save(self, connection: Connection) -> None:
        self.saved[connection.id] = connection

    def change(self, connection: Connection) -> bool:
        if connection.id not in self.saved:
            return False
        self.saved[connection.id] = connection
        return True

    def remove(self, connection_id: str) -> None:
        self.saved.pop(connection_id, None)

    def get(self, connection_id: str) -> Connection | None:
        return self.saved.get(connection_id)

    def of(self, organization_id: OrganizationId) -> list[Connection]:
        return [c for c in self.saved.values() if c.organization_id == organization_id]

    def reached(self, organization_id: OrganizationId, seq: int) -> None:
        self.told[organization_id] = max(seq, self.last_seq(organization_id))

    def last_seq(self, organization_id: OrganizationId) -> int:
        return self.told.get(organization_id, 0)


@dataclass
class MemorySockets:
    """Remembers what was sent where; answers as it was told to."""

    outcomes: dict[str, Delivery] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def send(self, connection_id: str, frame: str) -> Delivery:
        self.sent.append((connection_id, frame))
        return self.outcomes.get(connection_id, Delivery.DELIVERED)

    def close(self, connection_id: str) -> None:
        self.closed.append(connection_id)


@dataclass
class MemoryFactLog:
    """An organisation's facts in a list."""

    facts: list[Told] = field(default_factory=list)
    newest: int = 0

    def since(self, organization_id: OrganizationId, seq: int, *, limit: int) -> Stretch:
        later = [fact for fact in self.facts if fact.seq > seq][:limit]
        oldest = self.facts[0].seq if self.facts else None
        return Stretch(later, oldest, self.last_seq(organization_id))

    def last_seq(self, organization_id: OrganizationId) -> int:
        return self.facts[-1].seq if self.facts else self.newest


@dataclass
class MemorySessions:
    """Sessions, some of which ended."""

    ended: set[str] = field(default_factory=set)

    def revoked(self, *, token_id: str, session_id: str, user_id: str, issued_at: int) -> bool:
        return bool(self.ended & {token_id, session_id, user_id})


def an_alert(seq: int, *, topic: Topic | None = Topic.ALERTS, **data: Any) -> Told:
    """Return a fact that is told as it is."""
    return Told(seq, "AlertOpened.v1", "2026-03-02T12:00:00Z", topic, data)


def a_status(seq: int, number: int, status: str = "offline") -> Told:
    """Return a change of a device's status, `seq` seconds after noon."""
    change = StatusChange(number, status, NOON + timedelta(seconds=seq))
    at = "2026-03-02T12:00:00Z"
    return Told(seq, "DeviceStatusChanged.v1", at, Topic.STATUS, {}, change)
