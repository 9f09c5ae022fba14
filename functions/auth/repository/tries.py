"""Password tries in DynamoDB, in the table of sessions.

Items: `tries#<account>#<whose>` / `<window>` counts, `known#<account>` / `<address>` is an address
the person came in from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse import aws

from functions.auth.domain.throttle import KNOWN_FOR, WINDOW, account_key, neighbourhood

if TYPE_CHECKING:
    from datetime import datetime

    from functions.auth.domain.throttle import Bucket


class DynamoTries:
    """Counts tries and knows addresses."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def is_known(self, email: str, address: str, *, now: datetime) -> bool:
        """Return whether the person came in from an address not long ago."""
        item = (
            aws.client("dynamodb")
            .get_item(TableName=self._table_name, Key=_known(email, address))
            .get("Item")
        )
        return item is not None and int(item["expires_at"]["N"]) > now.timestamp()

    def count(self, bucket: Bucket) -> int:
        """Count one more try and return how many there are."""
        ends = bucket.window + int(WINDOW.total_seconds())
        answer = aws.client("dynamodb").update_item(
            TableName=self._table_name,
            Key=_key(bucket),
            UpdateExpression="ADD tries :one SET expires_at = :ends",
            ExpressionAttributeValues={":one": {"N": "1"}, ":ends": {"N": str(ends)}},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["tries"]["N"])

    def succeed(self, bucket: Bucket, email: str, address: str, *, now: datetime) -> None:
        """Forget a bucket's tries and know the address from now on."""
        client = aws.client("dynamodb")
        client.delete_item(TableName=self._table_name, Key=_key(bucket))
        until = str(int((now + KNOWN_FOR).timestamp()))
        client.put_item(
            TableName=self._table_name,
            Item={**_known(email, address), "expires_at": {"N": until}},
        )


def _key(bucket: Bucket) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"tries#{bucket.key}"}, "sk": {"S": str(bucket.window)}}


def _known(email: str, address: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"known#{account_key(email)}"}, "sk": {"S": neighbourhood(address) or "-"}}
