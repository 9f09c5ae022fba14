"""The lease store in DynamoDB: an item a poller, and one for the map of all shards."""

import json
import time
from collections.abc import Mapping
from typing import Any

from netpulse import aws

from pollers.domain.shards import ShardMap, empty_map
from pollers.shards.ports import Member, Snapshot

_MAP = "shards"
_POLLER = "poller#"
# A heartbeat nobody cleared away goes by itself; who is alive is told by its growing alone.
_KEPT_S = 86_400


class DynamoLeases:
    """Reads everything in one request; the map is replaced only by its successor."""

    def __init__(self, table: str) -> None:
        self._table = table

    def beat(self, poller: str, member: Member) -> None:
        """Write a poller's heartbeat."""
        now = int(time.time())
        self._client().put_item(
            TableName=self._table,
            Item={
                **_key(f"{_POLLER}{poller}"),
                "beat": {"N": str(member.beat)},
                "beat_at": {"N": str(now)},
                "status": {"S": json.dumps(member.status)},
                "expires_at": {"N": str(now + _KEPT_S)},
            },
        )

    def read(self) -> Snapshot:
        """Return heartbeats and shard map as they stand now."""
        answer = self._client().scan(TableName=self._table, ConsistentRead=True)
        members, shards = {}, empty_map()
        for item in answer["Items"]:
            key = item["pk"]["S"]
            if key == _MAP:
                shards = _map(item)
            elif key.startswith(_POLLER):
                members[key.removeprefix(_POLLER)] = Member(
                    int(item["beat"]["N"]), json.loads(item["status"]["S"])
                )
        return Snapshot(members, shards)

    def replace(self, shards: ShardMap) -> bool:
        """Write a shard map if it follows the one that stands; return whether it did."""
        client = self._client()
        try:
            client.put_item(
                TableName=self._table,
                Item={
                    **_key(_MAP),
                    "version": {"N": str(shards.version)},
                    "owners": {"S": json.dumps(_numbered(shards.owners))},
                    "epochs": {"S": json.dumps(shards.epochs, separators=(",", ":"))},
                },
                ConditionExpression="attribute_not_exists(pk) OR #version = :before",
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":before": {"N": str(shards.version - 1)}},
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def forget(self, poller: str, *, beat: int | None = None) -> None:
        """Remove a heartbeat, unless it has grown beyond `beat`."""
        client = self._client()
        condition: dict[str, Any] = {}
        if beat is not None:
            condition = {
                "ConditionExpression": "beat <= :beat",
                "ExpressionAttributeValues": {":beat": {"N": str(beat)}},
            }
        try:
            client.delete_item(TableName=self._table, Key=_key(f"{_POLLER}{poller}"), **condition)
        except client.exceptions.ConditionalCheckFailedException:
            return

    def _client(self) -> Any:
        return aws.client("dynamodb", is_urgent=True)


def _key(name: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": name}}


def _numbered(owners: tuple[str, ...]) -> dict[str, list[Any]]:
    # Each name once: 256 task names would not fit the item's cheapest size.
    names = sorted(set(owners))
    place = {name: number for number, name in enumerate(names)}
    return {"names": names, "shards": [place[owner] for owner in owners]}


def _map(item: Mapping[str, Any]) -> ShardMap:
    owners = json.loads(item["owners"]["S"])
    return ShardMap(
        version=int(item["version"]["N"]),
        owners=tuple(owners["names"][place] for place in owners["shards"]),
        epochs=tuple(json.loads(item["epochs"]["S"])),
    )
