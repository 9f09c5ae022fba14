"""Our public keys where the authorizer reads them: it may not read the secret of the private ones.

One item of the sessions table, `jwks` / `-`, holds them all, so that a key which was taken out of
the secret is gone here as well.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from netpulse import aws
from netpulse.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

# infra/grants.py lets the authorizer read items of this partition and no others.
_KEY = {"pk": {"S": "jwks"}, "sk": {"S": "-"}}


class PublishedKeys:
    """The keys that verify our tokens, as JWKs."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def publish(self, keys: Sequence[dict[str, str]]) -> None:
        """Let these keys, and no others, verify our tokens."""
        aws.client("dynamodb").put_item(
            TableName=self._table_name, Item={**_KEY, "keys": {"S": json.dumps(list(keys))}}
        )

    def read(self) -> list[dict[str, Any]]:
        """Return the published keys; raise UnavailableError if there are none to be had."""
        try:
            answer = aws.client("dynamodb").get_item(
                TableName=self._table_name, Key=_KEY, ConsistentRead=True
            )
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError("Our keys cannot be read") from error
        if "Item" not in answer:
            raise UnavailableError("NetPulse is not set up yet; try again shortly")
        keys: list[dict[str, Any]] = json.loads(answer["Item"]["keys"]["S"])
        return keys
