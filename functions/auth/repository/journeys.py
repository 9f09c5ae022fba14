"""People on the way to an identity provider, in DynamoDB: items `journey#<digest>`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse import aws

from functions.auth.domain.single_sign_on import Journey

if TYPE_CHECKING:
    Item = dict[str, Any]


class DynamoJourneys:
    """Journeys, each taken once."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def save(self, journey: Journey) -> None:
        """Store a journey that begins."""
        aws.client("dynamodb").put_item(
            TableName=self._table_name,
            Item={
                **_key(journey.digest),
                "provider_id": {"S": str(journey.provider_id)},
                "nonce": {"S": journey.nonce},
                "verifier": {"S": journey.verifier},
                "expires_at": {"N": str(int(journey.expires_at.timestamp()))},
            },
        )

    def finish(self, digest: str, *, at: datetime) -> Journey | None:
        """Take a journey out; None when there is none, or it took too long."""
        item = (
            aws.client("dynamodb")
            .delete_item(TableName=self._table_name, Key=_key(digest), ReturnValues="ALL_OLD")
            .get("Attributes")
        )
        if item is None or int(item["expires_at"]["N"]) <= at.timestamp():
            return None
        return Journey(
            digest=digest,
            provider_id=UUID(item["provider_id"]["S"]),
            nonce=item["nonce"]["S"],
            verifier=item["verifier"]["S"],
            expires_at=datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC),
        )


def _key(digest: str) -> Item:
    return {"pk": {"S": f"journey#{digest}"}, "sk": {"S": "-"}}
