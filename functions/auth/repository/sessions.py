"""Sessions and refresh tokens in DynamoDB.

Items: `user#<user id>` / `session#<id>` is a session, `refresh#<digest>` / `-` a refresh token,
`denied#<session id>` / `-` what netpulse.access looks for. TTL deletes late, so `expires_at` is
always compared as well.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse import aws
from netpulse.ids import OrganizationId, UserId

from functions.auth.domain.session import ACCESS_LIFETIME, Client, RefreshToken, Session

if TYPE_CHECKING:
    Item = dict[str, Any]

# The last access token of a session is over by then, on every clock.
_DENIED_FOR = ACCESS_LIFETIME + timedelta(minutes=5)


class DynamoSessions:
    """Sessions and their refresh tokens."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def start(self, session: Session, token: RefreshToken) -> None:
        """Store a new session and its first refresh token."""
        self._transact({"Put": {"Item": _session_item(session)}}, _put(token))

    def token(self, digest: str) -> RefreshToken | None:
        """Return a refresh token, or None."""
        item = self._get(f"refresh#{digest}", "-")
        return _token(digest, item) if item else None

    def find(self, user_id: UserId, session_id: str) -> Session | None:
        """Return a session, or None."""
        item = self._get(f"user#{user_id}", f"session#{session_id}")
        return _session(item) if item else None

    def of(self, user_id: UserId) -> list[Session]:
        """Return a person's sessions that were not revoked."""
        pages = (
            aws.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self._table_name,
                ConsistentRead=True,
                KeyConditionExpression="pk = :user AND begins_with(sk, :session)",
                ExpressionAttributeValues={
                    ":user": {"S": f"user#{user_id}"},
                    ":session": {"S": "session#"},
                },
            )
        )
        sessions = [_session(item) for page in pages for item in page["Items"]]
        return [session for session in sessions if session.revoked_at is None]

    def rotate(
        self, old: RefreshToken, successor: RefreshToken, *, sealed: bytes, at: datetime
    ) -> bool:
        """Replace a token that nobody used and store its successor; False: someone was faster."""
        used = {
            "Key": _key(f"refresh#{old.digest}", "-"),
            "UpdateExpression": "SET used_at = :at, sealed_successor = :sealed",
            "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(used_at)",
            "ExpressionAttributeValues": {":at": _instant(at), ":sealed": {"B": sealed}},
        }
        still_open = {
            "Key": _key(f"user#{old.user_id}", f"session#{old.session_id}"),
            "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(revoked_at)",
        }
        client = aws.client("dynamodb")
        try:
            self._transact({"Update": used}, {"ConditionCheck": still_open}, _put(successor))
        except client.exceptions.TransactionCanceledException:
            return False
        return True

    def move(self, session: Session, organization_id: OrganizationId) -> None:
        """Let a session go on in another organisation."""
        aws.client("dynamodb").update_item(
            TableName=self._table_name,
            Key=_key(f"user#{session.user_id}", f"session#{session.id}"),
            UpdateExpression="SET organization_id = :organization",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":organization": {"S": str(organization_id)}},
        )

    def revoke(self, session: Session, *, at: datetime) -> None:
        """End a session and deny every access token of it."""
        denied = {
            **_key(f"denied#{session.id}", "-"),
            "expires_at": {"N": str(int((at + _DENIED_FOR).timestamp()))},
        }
        ended = {
            "Key": _key(f"user#{session.user_id}", f"session#{session.id}"),
            "UpdateExpression": "SET revoked_at = :at",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": {":at": _instant(at)},
        }
        self._transact({"Put": {"Item": denied}}, {"Update": ended})

    def _get(self, pk: str, sk: str) -> Item | None:
        answer = aws.client("dynamodb").get_item(
            TableName=self._table_name, Key=_key(pk, sk), ConsistentRead=True
        )
        found: Item | None = answer.get("Item")
        return found

    def _transact(self, *actions: dict[str, dict[str, Any]]) -> None:
        aws.client("dynamodb").transact_write_items(
            TransactItems=[
                {kind: {"TableName": self._table_name, **what}}
                for action in actions
                for kind, what in action.items()
            ]
        )


def _key(pk: str, sk: str) -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _instant(at: datetime) -> dict[str, str]:
    return {"S": at.isoformat()}


def _read_instant(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]["S"]).astimezone(UTC) if name in item else None


def _put(token: RefreshToken) -> dict[str, dict[str, Any]]:
    item = {
        **_key(f"refresh#{token.digest}", "-"),
        "session_id": {"S": token.session_id},
        "user_id": {"S": str(token.user_id)},
        "valid_until": _instant(token.expires_at),
        # a used token is kept as long as its session may live: only so is its reuse noticed
        "expires_at": {"N": str(int((token.expires_at + timedelta(days=30)).timestamp()))},
    }
    return {"Put": {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def _token(digest: str, item: Item) -> RefreshToken:
    valid_until = _read_instant(item, "valid_until")
    if valid_until is None:
        raise ValueError("a refresh token without an end")
    sealed = item.get("sealed_successor", {}).get("B")
    return RefreshToken(
        digest=digest,
        session_id=item["session_id"]["S"],
        user_id=UserId(UUID(item["user_id"]["S"])),
        expires_at=valid_until,
        used_at=_read_instant(item, "used_at"),
        sealed_successor=bytes(sealed) if sealed is not None else None,
    )


def _session_item(session: Session) -> Item:
    provider = {"provider_id": {"S": str(session.provider_id)}} if session.provider_id else {}
    return {
        **_key(f"user#{session.user_id}", f"session#{session.id}"),
        "organization_id": {"S": str(session.organization_id)},
        "client_id": {"S": session.client.value},
        "started_at": _instant(session.started_at),
        "expires_at": {"N": str(int(session.ends_at.timestamp()))},
        **provider,
    }


def _session(item: Item) -> Session:
    started_at = _read_instant(item, "started_at")
    if started_at is None:
        raise ValueError("a session without a beginning")
    return Session(
        id=item["sk"]["S"].removeprefix("session#"),
        user_id=UserId(UUID(item["pk"]["S"].removeprefix("user#"))),
        organization_id=OrganizationId(UUID(item["organization_id"]["S"])),
        client=Client(item["client_id"]["S"]),
        started_at=started_at,
        ends_at=datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC),
        provider_id=UUID(item["provider_id"]["S"]) if "provider_id" in item else None,
        revoked_at=_read_instant(item, "revoked_at"),
    )
