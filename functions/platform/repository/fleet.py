"""The table that pollers meet at, as far as people want to know of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from netpulse import aws

from functions.platform.domain.fleet import Fleet, Heartbeat

if TYPE_CHECKING:
    from collections.abc import Mapping

_POLLER = "poller#"
_MAP = "shards"


class DynamoFleet:
    """Reads heartbeats and the shard map (pollers/shards/leases.py writes them)."""

    def __init__(self, table: str) -> None:
        self._table = table

    def read(self) -> Fleet:
        """Return the fleet as it stands."""
        answer = aws.client("dynamodb").scan(TableName=self._table)
        items = {item["pk"]["S"]: item for item in answer["Items"]}
        return Fleet(
            heartbeats=tuple(
                Heartbeat(
                    poller=key.removeprefix(_POLLER),
                    beat_at=datetime.fromtimestamp(int(item["beat_at"]["N"]), UTC),
                    status=json.loads(item["status"]["S"]),
                )
                for key, item in sorted(items.items())
                if key.startswith(_POLLER)
            ),
            owners=_owners(items.get(_MAP)),
        )


def _owners(item: Mapping[str, Any] | None) -> tuple[str, ...]:
    if item is None:
        return ()
    owners = json.loads(item["owners"]["S"])
    return tuple(owners["names"][place] for place in owners["shards"])
