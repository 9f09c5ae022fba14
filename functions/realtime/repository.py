"""The connections table in DynamoDB, and the event log in PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse import aws
from netpulse.ids import OrganizationId
from netpulse.outbox import EventLog
from netpulse.permissions import Permission

from functions.realtime.domain.connection import Caller, Connection, Ticket
from functions.realtime.domain.topics import Topic
from functions.realtime.models import told
from functions.realtime.ports import Stretch

if TYPE_CHECKING:
    from netpulse.db import Database

Item = dict[str, dict[str, Any]]
_INDEX = "organization"


def _text(value: object) -> dict[str, str]:
    return {"S": str(value)}


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _words(values: frozenset[Any]) -> dict[str, Any]:
    # DynamoDB has no empty string sets
    return {"L": [{"S": str(value)} for value in sorted(values)]}


def _without_nothing(item: dict[str, dict[str, Any] | None]) -> Item:
    return {name: value for name, value in item.items() if value is not None}


def _epoch(instant: datetime) -> dict[str, str]:
    return _number(int(instant.timestamp()))


class DynamoTickets:
    """Tickets: items `ticket#<sha256>`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def save(self, ticket: Ticket) -> None:
        """Remember a ticket."""
        caller = ticket.caller
        item = {
            "pk": _text(f"ticket#{ticket.digest}"),
            "organization_id": _text(caller.organization_id),
            "permissions": _words(caller.permissions),
            "user_id": _text(caller.user_id) if caller.user_id else None,
            "session_id": _text(caller.session_id) if caller.session_id else None,
            "token_id": _text(caller.token_id) if caller.token_id else None,
            "token_issued_at": _maybe_number(caller.token_issued_at),
            "token_expires_at": _maybe_number(caller.token_expires_at),
            "origin": _text(ticket.origin) if ticket.origin else None,
            "expires_at": _epoch(ticket.expires_at),
        }
        aws.client("dynamodb").put_item(TableName=self._table_name, Item=_without_nothing(item))

    def burn(self, digest: str) -> Ticket | None:
        """Take a ticket out; of several who try at once, one gets it."""
        answer = aws.client("dynamodb").delete_item(
            TableName=self._table_name,
            Key={"pk": _text(f"ticket#{digest}")},
            ReturnValues="ALL_OLD",
        )
        item = answer.get("Attributes")
        return _ticket(digest, item) if item else None


def _maybe_number(value: int | None) -> dict[str, str] | None:
    return None if value is None else _number(value)


def _maybe(item: Item, name: str) -> str | None:
    return next(iter(item[name].values())) if name in item else None


def _maybe_id(item: Item, name: str) -> UUID | None:
    return UUID(item[name]["S"]) if name in item else None


def _maybe_int(item: Item, name: str) -> int | None:
    return int(item[name]["N"]) if name in item else None


def _instant(item: Item, name: str) -> datetime:
    return datetime.fromtimestamp(int(item[name]["N"]), tz=UTC)


def _permissions(item: Item) -> frozenset[Permission]:
    return frozenset(Permission(word["S"]) for word in item["permissions"]["L"])


def _ticket(digest: str, item: Item) -> Ticket:
    caller = Caller(
        organization_id=OrganizationId(UUID(item["organization_id"]["S"])),
        permissions=_permissions(item),
        user_id=_maybe_id(item, "user_id"),
        session_id=_maybe(item, "session_id"),
        token_id=_maybe(item, "token_id"),
        token_issued_at=_maybe_int(item, "token_issued_at"),
        token_expires_at=_maybe_int(item, "token_expires_at"),
    )
    return Ticket(
        digest=digest,
        caller=caller,
        origin=_maybe(item, "origin") or "",
        expires_at=_instant(item, "expires_at"),
    )


class DynamoConnections:
    """Open sockets, and an item `organization#<id>` with the newest number that was told."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def save(self, connection: Connection) -> None:
        """Remember an open socket."""
        item = {
            "pk": _text(connection.id),
            "connection_id": _text(connection.id),
            "organization_id": _text(connection.organization_id),
            "permissions": _words(connection.permissions),
            "topics": _words(connection.topics),
            "origin": _text(connection.origin) if connection.origin else None,
            "user_id": _text(connection.user_id) if connection.user_id else None,
            "session_id": _text(connection.session_id) if connection.session_id else None,
            "expires_at": _epoch(connection.expires_at),
        }
        aws.client("dynamodb").put_item(TableName=self._table_name, Item=_without_nothing(item))

    def change(self, connection: Connection) -> bool:
        """Remember a socket's new topics, permissions and expiry; return False if it is gone."""
        dynamodb = aws.client("dynamodb")
        try:
            dynamodb.update_item(
                TableName=self._table_name,
                Key={"pk": _text(connection.id)},
                # never bring a closed socket back
                ConditionExpression="attribute_exists(pk)",
                UpdateExpression="SET topics = :topics, #p = :permissions, expires_at = :ends",
                ExpressionAttributeNames={"#p": "permissions"},
                ExpressionAttributeValues={
                    ":topics": _words(connection.topics),
                    ":permissions": _words(connection.permissions),
                    ":ends": _epoch(connection.expires_at),
                },
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def remove(self, connection_id: str) -> None:
        """Forget a socket."""
        aws.client("dynamodb").delete_item(
            TableName=self._table_name, Key={"pk": _text(connection_id)}
        )

    def get(self, connection_id: str) -> Connection | None:
        """Return a socket, or None."""
        answer = aws.client("dynamodb").get_item(
            TableName=self._table_name, Key={"pk": _text(connection_id)}, ConsistentRead=True
        )
        item = answer.get("Item")
        return _connection(item) if item and "connection_id" in item else None

    def of(self, organization_id: OrganizationId) -> list[Connection]:
        """Return all sockets of an organisation."""
        pages = aws.client("dynamodb").get_paginator("query")
        return [
            _connection(item)
            for page in pages.paginate(
                TableName=self._table_name,
                IndexName=_INDEX,
                KeyConditionExpression="organization_id = :organization",
                ExpressionAttributeValues={":organization": _text(organization_id)},
            )
            for item in page["Items"]
        ]

    def reached(self, organization_id: OrganizationId, seq: int) -> None:
        """Remember that facts up to `seq` were told."""
        dynamodb = aws.client("dynamodb")
        try:
            dynamodb.update_item(
                TableName=self._table_name,
                Key={"pk": _text(f"organization#{organization_id}")},
                ConditionExpression="attribute_not_exists(last_seq) OR last_seq < :seq",
                UpdateExpression="SET last_seq = :seq",
                ExpressionAttributeValues={":seq": _number(seq)},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return  # a later batch was quicker

    def last_seq(self, organization_id: OrganizationId) -> int:
        """Return the newest number that was told, 0 before the first."""
        answer = aws.client("dynamodb").get_item(
            TableName=self._table_name, Key={"pk": _text(f"organization#{organization_id}")}
        )
        return _maybe_int(answer.get("Item", {}), "last_seq") or 0


def _connection(item: Item) -> Connection:
    return Connection(
        id=item["pk"]["S"],
        organization_id=OrganizationId(UUID(item["organization_id"]["S"])),
        permissions=_permissions(item),
        topics=frozenset(Topic(word["S"]) for word in item["topics"]["L"]),
        expires_at=_instant(item, "expires_at"),
        user_id=_maybe_id(item, "user_id"),
        session_id=_maybe(item, "session_id"),
        origin=_maybe(item, "origin") or "",
    )


class PostgresFactLog:
    """The event log: the outbox table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, organization_id: OrganizationId, seq: int, *, limit: int) -> Stretch:
        """Return at most `limit` facts after number `seq`, oldest first."""
        with self._database.transaction(organization_id) as transaction:
            log = EventLog(transaction)
            # the end before the facts: one committed in between is not mistaken for a gap
            last_seq = log.last_seq()
            records = log.since(seq, limit=limit)
            oldest_seq = log.oldest_seq()
        facts = [told(record.meta, record.type, dict(record.data)) for record in records]
        return Stretch(facts=facts, oldest_seq=oldest_seq, last_seq=last_seq)

    def last_seq(self, organization_id: OrganizationId) -> int:
        """Return the number of the newest fact, 0 before the first."""
        with self._database.transaction(organization_id) as transaction:
            return EventLog(transaction).last_seq()
