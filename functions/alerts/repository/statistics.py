"""How often there was trouble and how long it took, in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from functions.alerts.domain.listing import Part, PartStatistics, Statistics

if TYPE_CHECKING:
    from netpulse.db import Row, Transaction

    from functions.alerts.domain.listing import StatisticsFilter

_TOLD = (
    "WITH told AS (SELECT a.device_id, a.rule_id, a.alert_type, a.fired_at, a.began_at, "
    "a.resolved_at, a.first_acknowledged_at AS taken_at, "
    "lag(a.resolved_at) OVER (PARTITION BY a.fingerprint ORDER BY a.began_at) AS before_at "
    "FROM netpulse.alerts a WHERE a.fired_at IS NOT NULL "
    "AND a.fired_at >= %(since)s AND a.fired_at < %(until)s "
    "AND (%(device_id)s::uuid IS NULL OR a.device_id = %(device_id)s) "
    "AND (%(group_id)s::uuid IS NULL OR a.device_id IN (SELECT m.device_id "
    "FROM netpulse.device_group_members m WHERE m.group_id = %(group_id)s)) "
    "AND (%(rule_id)s::uuid IS NULL OR a.rule_id = %(rule_id)s) "
    "AND (%(alert_type)s::text IS NULL OR a.alert_type = %(alert_type)s)) "
)
_FIGURES = (
    "count(*) AS alerts, count(taken_at) AS acknowledged, count(resolved_at) AS resolved, "
    # who takes an incident on may do so before each of its alerts is told
    "extract(epoch FROM avg(greatest(taken_at - fired_at, interval '0')) "
    "FILTER (WHERE taken_at IS NOT NULL))::float8 AS mean_seconds_to_acknowledge, "
    "extract(epoch FROM avg(resolved_at - began_at))::float8 AS mean_seconds_to_restore, "
    "extract(epoch FROM avg(began_at - before_at) FILTER (WHERE began_at >= before_at))"
    "::float8 AS mean_seconds_between_failures"
)
_NAMES = [each.name for each in fields(Statistics)]


def _period(unit: str) -> tuple[str, str, str]:
    day = f"date_trunc('{unit}', t.fired_at AT TIME ZONE %(zone)s)"
    return f"to_char({day}, 'YYYY-MM-DD')", "''", ""


# what it is told apart by, its name, and where that is
_PARTS = {
    Part.DEVICE: (
        "t.device_id::text",
        "d.name",
        "JOIN netpulse.devices d ON d.id = t.device_id",
    ),
    Part.GROUP: (
        "g.id::text",
        "g.name",
        "JOIN netpulse.device_group_members m ON m.device_id = t.device_id "
        "JOIN netpulse.device_groups g ON g.id = m.group_id",
    ),
    Part.RULE: (
        "t.rule_id::text",
        "r.name",
        "JOIN netpulse.alert_rules r ON r.id = t.rule_id",
    ),
    Part.TYPE: ("t.alert_type", "''", ""),
    Part.DAY: _period("day"),
    Part.WEEK: _period("week"),
    Part.MONTH: _period("month"),
}


def whole(transaction: Transaction, which: StatisticsFilter) -> Statistics:
    """Return the figures of all alerts."""
    row = transaction.row(f"{_TOLD} SELECT {_FIGURES} FROM told", asdict(which))  # noqa: S608
    assert row is not None  # noqa: S101 - aggregates give a row
    return _figures(row)


def parts(
    transaction: Transaction, which: StatisticsFilter, by: Part, *, zone: str, limit: int
) -> list[PartStatistics]:
    """Return the figures of each part: periods in time, others those of most alerts first."""
    key, name, joined = _PARTS[by]
    order = "1" if by.is_period else "alerts DESC, 2, 1"
    rows = transaction.rows(
        f"{_TOLD} SELECT {key} AS key, {name} AS name, {_FIGURES} FROM told t {joined} "  # noqa: S608
        f"GROUP BY 1, 2 ORDER BY {order} LIMIT %(limit)s",
        {**asdict(which), "zone": zone, "limit": limit},
    )
    return [PartStatistics(key=r["key"], name=r["name"], figures=_figures(r)) for r in rows]


def _figures(row: Row) -> Statistics:
    found: dict[str, Any] = {name: row[name] for name in _NAMES}
    return Statistics(**found)
