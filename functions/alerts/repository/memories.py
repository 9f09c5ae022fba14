"""What rules remember of series, in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from functions.alerts.domain.memory import NOTHING, Memory
from functions.alerts.domain.rule import fingerprint_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netpulse.db import Transaction
    from netpulse.ids import DeviceId, RuleId

_NOTHING = asdict(NOTHING)


class PostgresMemories:
    """What the organisation's rules remember."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of_devices(self, device_ids: Iterable[DeviceId]) -> dict[str, Memory]:
        """Return what rules remember of devices' series, by fingerprint."""
        rows = self._transaction.rows(
            "SELECT fingerprint, memory FROM netpulse.alert_memories WHERE device_id = ANY(%s)",
            (list(device_ids),),
        )
        return {row["fingerprint"]: _memory(row["memory"]) for row in rows}

    def write(self, memories: Mapping[str, Memory]) -> None:
        """Write memories; those that hold nothing are deleted."""
        empty = [key for key, memory in memories.items() if memory == NOTHING]
        if empty:
            self._transaction.run(
                "DELETE FROM netpulse.alert_memories "
                "WHERE organization_id = %s AND fingerprint = ANY(%s)",
                (self._transaction.organization_id, empty),
            )
        kept = [_row(key, memory) for key, memory in memories.items() if memory != NOTHING]
        if kept:
            self._transaction.run(
                "INSERT INTO netpulse.alert_memories "
                "(organization_id, fingerprint, rule_id, device_id, memory) "
                "SELECT %s, r.fingerprint, r.rule_id, r.device_id, r.memory "
                "FROM jsonb_to_recordset(%s) AS r "
                "(fingerprint text, rule_id uuid, device_id uuid, memory jsonb) "
                "ON CONFLICT (organization_id, fingerprint) DO UPDATE SET memory = excluded.memory",
                (self._transaction.organization_id, Jsonb(kept)),
            )

    def forget_rule(self, rule_id: RuleId) -> None:
        """Delete what a rule remembers: it was described anew."""
        self._transaction.run("DELETE FROM netpulse.alert_memories WHERE rule_id = %s", (rule_id,))


def _row(key: str, memory: Memory) -> dict[str, Any]:
    rule_id, device_id, _ = fingerprint_parts(key)
    told = {name: value for name, value in asdict(memory).items() if value != _NOTHING[name]}
    return {
        "fingerprint": key,
        "rule_id": str(rule_id),
        "device_id": str(device_id),
        "memory": told,
    }


def _memory(told: Mapping[str, Any]) -> Memory:
    points = tuple((at, value) for at, value in told.get("points", ()))
    return Memory(**{**told, "points": points})
