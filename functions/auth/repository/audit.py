"""The audit log in PostgreSQL; triggers write it, this reads it and notes what no row tells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.auth.models.audit import AuditEntryView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpulse.db import Transaction

    from functions.auth.models.audit import AuditQuery

_FROM = (
    "SELECT id, occurred_at, actor_kind, actor_id, actor_name, source_ip, request_id, action, "
    "target_type, target_id, target_name, before, after FROM netpulse.audit_log "
    "WHERE organization_id = %(organization)s "
    "AND (%(before)s::bigint IS NULL OR id < %(before)s) "
    "AND (%(actor_id)s::uuid IS NULL OR actor_id = %(actor_id)s) "
    "AND (%(action)s = '' OR starts_with(action, %(action)s)) "
    "AND (%(target_type)s = '' OR target_type = %(target_type)s) "
    "AND (%(target_id)s = '' OR target_id = %(target_id)s) "
    "AND (%(since)s::timestamptz IS NULL OR occurred_at >= %(since)s) "
    "AND (%(until)s::timestamptz IS NULL OR occurred_at < %(until)s) "
    "ORDER BY id DESC LIMIT %(limit)s"
)


class PostgresAudit:
    """The audit log of the organisation of this work."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def note(
        self,
        action: str,
        *,
        target_type: str,
        target_id: object,
        target_name: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Note what the caller did when no changed row tells it."""
        self._transaction.run(
            "SELECT netpulse.audit(%s, %s, %s, %s, %s)",
            (action, target_type, str(target_id), target_name, json.dumps(details or {})),
        )

    def stretch(self, query: AuditQuery, *, before: int | None, limit: int) -> list[AuditEntryView]:
        """Return entries with smaller ids than `before`, the newest first."""
        rows = self._transaction.rows(
            _FROM,
            {
                **query.model_dump(),
                "organization": self._transaction.organization_id,
                "before": before,
                "limit": limit,
            },
        )
        return [AuditEntryView(**row) for row in rows]
