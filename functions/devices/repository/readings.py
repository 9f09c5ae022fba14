"""Measured values in PostgreSQL: only the blocks, positions and days that are asked for."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from functions.devices.domain.curves import Aggregate
from functions.devices.domain.series import Series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.ids import DeviceId

    from functions.devices.domain.curves import Cut
    from functions.devices.domain.series import Sample

# slot_at is compared with constants, so that the planner leaves out the other days' partitions
_VALUES = """
    FROM unnest(%(ids)s::int[], %(blocks)s::smallint[], %(positions)s::smallint[])
        AS r (id, block, position)
    JOIN netpulse.samples s ON s.block = r.block
    CROSS JOIN LATERAL (SELECT s.values[r.position] AS value) v
    WHERE s.device_number = %(device_number)s AND s.block = ANY(%(blocks)s::smallint[])
      AND s.slot_at >= %(begin)s AND s.slot_at < %(end)s
      AND v.value <> 'NaN'::double precision
"""
_AGGREGATES = {
    Aggregate.AVG: "avg(v.value)",
    Aggregate.MIN: "min(v.value)",
    Aggregate.MAX: "max(v.value)",
    Aggregate.SUM: "sum(v.value)",
    Aggregate.COUNT: "count(*)::double precision",
    Aggregate.LAST: "(array_agg(v.value ORDER BY s.slot_at DESC))[1]",
}


class PostgresReadings:
    """What was measured on the organisation's devices."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def series(self, device_id: DeviceId, metrics: Sequence[str]) -> list[Series]:
        """Return a device's series of these metrics, of all when none is named."""
        rows = self._transaction.rows(
            "SELECT id, device_number, entity, metric, unit, kind, block, position "
            "FROM netpulse.series WHERE device_id = %s AND (%s OR metric = ANY(%s::text[])) "
            "ORDER BY entity, metric",
            (device_id, not metrics, list(metrics)),
        )
        return [Series(**row) for row in rows]

    def samples(
        self, series: Sequence[Series], *, begin: datetime, end: datetime
    ) -> Mapping[int, list[Sample]]:
        """Return each series' values in time, by the series' id; series of one device."""
        found: dict[int, list[Sample]] = defaultdict(list)
        for row in self._rows(
            f"SELECT r.id, s.slot_at, v.value {_VALUES} ORDER BY s.slot_at",
            series,
            begin=begin,
            end=end,
        ):
            found[row["id"]].append((row["slot_at"], row["value"]))
        return found

    def buckets(
        self, series: Sequence[Series], cut: Cut, aggregate: Aggregate
    ) -> Mapping[int, dict[datetime, float]]:
        """Return each series' value a bucket, by the series' id; series of one device."""
        found: dict[int, dict[datetime, float]] = defaultdict(dict)
        for row in self._rows(
            "SELECT r.id, netpulse.time_bucket(make_interval(secs => %(step)s), s.slot_at) AS at, "
            f"{_AGGREGATES[aggregate]} AS value {_VALUES} GROUP BY 1, 2",
            series,
            begin=cut.begin,
            end=cut.end,
            step=cut.step_s,
        ):
            found[row["id"]][row["at"]] = row["value"]
        return found

    def latest(self, series: Sequence[Series], *, since: datetime) -> Mapping[int, Sample]:
        """Return each series' newest value, by the series' id; series of one device."""
        rows = self._rows(
            f"SELECT DISTINCT ON (r.id) r.id, s.slot_at, v.value {_VALUES} "
            "ORDER BY r.id, s.slot_at DESC",
            series,
            begin=since,
            end="infinity",
        )
        return {row["id"]: (row["slot_at"], row["value"]) for row in rows}

    def _rows(self, sql: str, series: Sequence[Series], **parameters: Any) -> list[dict[str, Any]]:
        if not series:
            return []
        return self._transaction.rows(
            sql,
            {
                **parameters,
                "device_number": series[0].device_number,
                "ids": [each.id for each in series],
                "blocks": [each.block for each in series],
                "positions": [each.position for each in series],
            },
        )
