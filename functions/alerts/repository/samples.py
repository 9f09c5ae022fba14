"""What was measured, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.ids import DeviceId

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.db import Transaction


class PostgresSamples:
    """The organisation's samples."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def last_seen(self, metric: str, *, since: datetime) -> list[tuple[DeviceId, str, datetime]]:
        """Return the polled series of a metric that had a value since an instant, and its slot."""
        rows = self._transaction.rows(
            "SELECT r.device_id, r.entity, last.slot_at FROM netpulse.series r "
            "JOIN netpulse.devices d ON d.id = r.device_id AND d.is_active "
            "AND d.retired_at IS NULL "
            "LEFT JOIN netpulse.interfaces i ON i.device_id = r.device_id "
            "AND r.entity = 'if:' || i.if_name AND i.removed_at IS NOT NULL "
            "CROSS JOIN LATERAL (SELECT s.slot_at FROM netpulse.samples s "
            "WHERE s.device_number = r.device_number AND s.block = r.block "
            "AND s.slot_at >= %s AND s.values[r.position] <> 'NaN' "
            "ORDER BY s.slot_at DESC LIMIT 1) last "
            "WHERE r.metric = %s AND i.device_id IS NULL",
            (since, metric),
        )
        return [(DeviceId(row["device_id"]), row["entity"], row["slot_at"]) for row in rows]
