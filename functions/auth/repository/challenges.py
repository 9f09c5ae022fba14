"""Challenges in DynamoDB, in the table of sessions: items `challenge#<digest>`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse import aws
from netpulse.ids import OrganizationId, UserId

from functions.auth.domain.second_factor import MOST_CODES, Challenge
from functions.auth.domain.session import Client

if TYPE_CHECKING:
    Item = dict[str, Any]


class DynamoChallenges:
    """People between the password and the second factor."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def save(self, challenge: Challenge) -> None:
        """Store a challenge."""
        aws.client("dynamodb").put_item(
            TableName=self._table_name,
            Item={
                **_key(challenge.digest),
                "user_id": {"S": str(challenge.user_id)},
                "organization_id": {"S": str(challenge.organization_id)},
                "client_id": {"S": challenge.client.value},
                "nonce": {"B": challenge.nonce or b"-"},
                "tries": {"N": "0"},
                "expires_at": {"N": str(int(challenge.expires_at.timestamp()))},
            },
        )

    def attempt(self, digest: str, *, at: datetime) -> Challenge | None:
        """Count one answer to a challenge and return it; None when it is over or used up."""
        client = aws.client("dynamodb")
        try:
            answer = client.update_item(
                TableName=self._table_name,
                Key=_key(digest),
                UpdateExpression="ADD tries :one",
                ConditionExpression="attribute_exists(pk) AND tries < :most AND expires_at > :now",
                ExpressionAttributeValues={
                    ":one": {"N": "1"},
                    ":most": {"N": str(MOST_CODES)},
                    ":now": {"N": str(int(at.timestamp()))},
                },
                ReturnValues="ALL_NEW",
            )
        except client.exceptions.ConditionalCheckFailedException:
            return None
        return _challenge(digest, answer["Attributes"])

    def finish(self, digest: str) -> bool:
        """Take a challenge out; of several who try at once, one gets True."""
        answer = aws.client("dynamodb").delete_item(
            TableName=self._table_name, Key=_key(digest), ReturnValues="ALL_OLD"
        )
        return "Attributes" in answer


def _key(digest: str) -> Item:
    return {"pk": {"S": f"challenge#{digest}"}, "sk": {"S": "-"}}


def _challenge(digest: str, item: Item) -> Challenge:
    return Challenge(
        digest=digest,
        user_id=UserId(UUID(item["user_id"]["S"])),
        organization_id=OrganizationId(UUID(item["organization_id"]["S"])),
        client=Client(item["client_id"]["S"]),
        expires_at=datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC),
        nonce=bytes(item["nonce"]["B"]),
    )
