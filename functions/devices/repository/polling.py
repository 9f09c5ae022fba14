"""What the pollers tell of their own work on a device."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from functions.devices.domain.polling import PolledSlot
from functions.devices.models.polling import PollStateView

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.ids import DeviceId

_STATE = """
    SELECT state, is_hard, first_failed_at, reason, poller, updated_at AS since,
           (SELECT count(*) FROM jsonb_array_elements(history) probe
            WHERE probe->>0 <> 'up') AS lost_probes
    FROM netpulse.poll_states WHERE device_id = %s
"""
# Slots of the last hours are rows yet: days are packed only when they are over for long.
_SLOTS = """
    SELECT s.slot_at, s.values[lag.position] AS lag_ms, s.values[took.position] AS duration_ms
    FROM netpulse.series lag
    JOIN netpulse.series took ON took.device_id = lag.device_id AND took.entity = ''
        AND took.metric = 'poll_duration_ms' AND took.block = lag.block
    JOIN netpulse.samples s ON s.device_number = lag.device_number AND s.block = lag.block
    WHERE lag.device_id = %s AND lag.entity = '' AND lag.metric = 'poll_lag_ms'
      AND s.slot_at >= %s AND s.values[lag.position] <> 'NaN'::double precision
    ORDER BY s.slot_at
"""


class PostgresPolling:
    """Reads how a device is polled."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def shard(self, device_id: DeviceId) -> int:
        """Return the shard that a device belongs to."""
        return int(self._transaction.value("SELECT netpulse.shard_of(%s)", (device_id,)))

    def state(self, device_id: DeviceId) -> PollStateView | None:
        """Return the poller's standing of a device; None before its first probe."""
        rows = self._transaction.rows(_STATE, (device_id,))
        return PollStateView.model_validate(rows[0]) if rows else None

    def slots(self, device_id: DeviceId, *, since: datetime) -> list[PolledSlot]:
        """Return the recorded slots of a device in time."""
        return [
            PolledSlot(row["slot_at"], _number(row["lag_ms"]), _number(row["duration_ms"]))
            for row in self._transaction.rows(_SLOTS, (device_id, since))
        ]


def _number(value: float | None) -> float | None:
    return None if value is None or isnan(value) else value
