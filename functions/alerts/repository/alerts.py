"""Alerts and their history in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError
from netpulse.ids import AlertId
from psycopg.types.json import Jsonb

from functions.alerts.domain.alert import Severity, State
from functions.alerts.domain.listing import Comment, Count, HistoryEntry, Listed
from functions.alerts.domain.shown import Receiver
from functions.alerts.repository import rows, statistics
from functions.alerts.repository.paging import containing, limits, order_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpulse.db import Row, Transaction
    from netpulse.ids import DeviceId, IncidentId, RuleId, UserId

    from functions.alerts.domain.alert import Alert
    from functions.alerts.domain.ledger import Ledger
    from functions.alerts.domain.listing import (
        AlertFilter,
        Cut,
        Part,
        PartStatistics,
        Statistics,
        StatisticsFilter,
    )

_LIVE = "(a.resolved_at IS NULL OR a.is_quiet)"
_COLUMNS = ", ".join(rows.ALERT_TYPES)
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in rows.ALERT_TYPES if name != "id")
_STEPS = ", ".join(rows.STEP_TYPES)
_SEVERITY = "array_position(ARRAY['info', 'warning', 'critical'], a.severity::text)"
# The alert's lifetime lets the years be left out in which it was not.
HISTORY = (
    "SELECT h.*, coalesce(u.full_name, '') AS actor_name FROM netpulse.alert_history h "
    "LEFT JOIN netpulse.users u ON u.id = h.actor_id "
    "WHERE h.alert_id = %(id)s AND h.at >= %(since)s "
    "AND h.at <= coalesce(%(until)s::timestamptz, 'infinity') AND h.seq > %(after)s "
    "ORDER BY h.seq LIMIT %(limit)s"
)
_ORDER = {
    "created_at": "a.created_at {0}, a.id",
    "began_at": "a.began_at {0}, a.id",
    "severity": f"{_SEVERITY} {{0}}, a.created_at DESC, a.id",
    "state": "a.state {0}, a.created_at DESC, a.id",
    "resolved_at": "a.resolved_at {0} NULLS LAST, a.id",
}


class PostgresAlerts:
    """The organisation's alerts and their history."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def open_of_devices(self, device_ids: Iterable[DeviceId]) -> list[Alert]:
        """Return the open and quiet alerts of devices."""
        return self._live("a.device_id = ANY(%s)", (list(device_ids),))

    def open_of_rule(self, rule_id: RuleId) -> list[Alert]:
        """Return a rule's open and quiet alerts."""
        return self._live("a.rule_id = %s", (rule_id,))

    def open_of_type(self, alert_type: str) -> list[Alert]:
        """Return the open and quiet alerts of a type."""
        return self._live("a.alert_type = %s", (alert_type,))

    def unexplained(self) -> list[Alert]:
        """Return the open alerts that are neither pending nor explained by a dead parent."""
        found = self._transaction.rows(
            f"{rows.SELECT} {rows.FROM} WHERE a.resolved_at IS NULL AND a.state <> 'pending' "
            "AND NOT (a.state = 'suppressed' AND a.reason = 'parent_down') "
            "ORDER BY a.created_at, a.id"
        )
        return [rows.alert_of(row) for row in found]

    def open_of_incident(self, incident_id: IncidentId) -> list[Alert]:
        """Return an incident's open alerts, oldest first."""
        live = self._live("a.incident_id = %s", (incident_id,))
        return [each for each in live if each.is_open]

    def some(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Alert]:
        """Return those of the alerts that there are."""
        found = self._transaction.rows(
            f"{rows.SELECT} {rows.FROM} WHERE a.id = ANY(%s)", (list(alert_ids),)
        )
        return {AlertId(row["id"]): rows.alert_of(row) for row in found}

    def listed(self, alert_id: AlertId) -> Listed:
        """Return an alert; raise NotFoundError (ALERT_NOT_FOUND)."""
        row = self._transaction.row(f"{rows.SELECT} {rows.FROM} WHERE a.id = %s", (alert_id,))
        if row is None:
            raise NotFoundError.of("alert", alert_id)
        return _listed(row)

    def listed_many(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Listed]:
        """Return those of the alerts that there are, as lists show them."""
        found = self._transaction.rows(
            f"{rows.SELECT} {rows.FROM} WHERE a.id = ANY(%s)", (list(alert_ids),)
        )
        return {AlertId(row["id"]): _listed(row) for row in found}

    def page(self, which: AlertFilter, cut: Cut) -> tuple[list[Listed], int]:
        """Return one page, and how many there are."""
        where, parameters = _where(which)
        order = order_by(_ORDER, cut)
        total = self._transaction.value(f"SELECT count(*) {rows.FROM} WHERE {where}", parameters)
        found = self._transaction.rows(
            f"{rows.SELECT} {rows.FROM} WHERE {where} ORDER BY {order} "
            "LIMIT %(limit)s OFFSET %(offset)s",
            {**parameters, **limits(cut)},
        )
        return [_listed(row) for row in found], total

    def history(self, alert: Alert, *, after: int, limit: int) -> list[HistoryEntry]:
        """Return an alert's steps after a seq, oldest first."""
        since, until = alert.lifetime
        found = self._transaction.rows(
            HISTORY,
            {"id": alert.id, "since": since, "until": until, "after": after, "limit": limit},
        )
        return [HistoryEntry(step=rows.step_of(r), actor_name=r["actor_name"]) for r in found]

    def statistics(self, which: StatisticsFilter) -> Statistics:
        """Return how often there was trouble and how long it took."""
        return statistics.whole(self._transaction, which)

    def part_statistics(
        self, which: StatisticsFilter, by: Part, *, zone: str, limit: int
    ) -> list[PartStatistics]:
        """Return the figures of each part: periods in time, others those of most alerts first."""
        return statistics.parts(self._transaction, which, by, zone=zone, limit=limit)

    def receivers(self) -> list[Receiver]:
        """Return the channels that are told."""
        found = self._transaction.rows(
            "SELECT name, severities, group_by, critical_at_once "
            "FROM netpulse.notification_channels WHERE enabled ORDER BY lower(name), id"
        )
        return [
            Receiver(
                name=row["name"],
                severities=tuple(row["severities"]),
                group_by=tuple(row["group_by"]),
                critical_at_once=row["critical_at_once"],
            )
            for row in found
        ]

    def comment(self, comment: Comment) -> None:
        """Keep what somebody had to say."""
        self._transaction.run(
            "INSERT INTO netpulse.alert_comments "
            "(id, organization_id, alert_id, at, author_id, author_name, text) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                comment.id,
                self._transaction.organization_id,
                comment.alert_id,
                comment.at,
                comment.author_id,
                comment.author_name,
                comment.text,
            ),
        )

    def comments(self, alert_id: AlertId) -> list[Comment]:
        """Return what was said about an alert, oldest first."""
        found = self._transaction.rows(
            "SELECT id, alert_id, at, author_id, author_name, text FROM netpulse.alert_comments "
            "WHERE alert_id = %s ORDER BY at, id",
            (alert_id,),
        )
        return [Comment(**row) for row in found]

    def is_member(self, user_id: UserId) -> bool:
        """Return whether somebody may work for the organisation."""
        return bool(
            self._transaction.value(
                "SELECT EXISTS (SELECT FROM netpulse.memberships WHERE user_id = %s)",
                (user_id,),
            )
        )

    def counts(self) -> list[Count]:
        """Return how many open alerts there are of each severity and state."""
        found = self._transaction.rows(
            "SELECT severity, state, count FROM netpulse.alert_counts WHERE count > 0"
        )
        return [
            Count(severity=Severity(row["severity"]), state=State(row["state"]), count=row["count"])
            for row in found
        ]

    def write(self, ledger: Ledger) -> None:
        """Write what changed in a ledger."""
        organization_id = self._transaction.organization_id
        if dropped := ledger.dropped:
            self._transaction.run("DELETE FROM netpulse.alerts WHERE id = ANY(%s)", (dropped,))
        if saved := ledger.saved:
            self._transaction.run(
                f"INSERT INTO netpulse.alerts (organization_id, {_COLUMNS}) "  # noqa: S608
                f"SELECT %s, {_COLUMNS} FROM jsonb_to_recordset(%s) AS r "
                f"({rows.typed(rows.ALERT_TYPES)}) ON CONFLICT (id) DO UPDATE SET {_UPDATES}",
                (organization_id, Jsonb([rows.row_of(alert) for alert in saved])),
            )
        if history := ledger.history:
            self._transaction.run(
                f"INSERT INTO netpulse.alert_history (organization_id, {_STEPS}) "  # noqa: S608
                f"SELECT %s, {_STEPS} FROM jsonb_to_recordset(%s) AS r "
                f"({rows.typed(rows.STEP_TYPES)}) ON CONFLICT DO NOTHING",
                (organization_id, Jsonb([rows.step_row(step) for step in history])),
            )

    def _live(self, condition: str, parameters: tuple[Any, ...]) -> list[Alert]:
        found = self._transaction.rows(
            f"{rows.SELECT} {rows.FROM} WHERE {condition} AND {_LIVE} ORDER BY a.created_at, a.id",
            parameters,
        )
        return [rows.alert_of(row) for row in found]


def _where(which: AlertFilter) -> tuple[str, dict[str, Any]]:
    given: dict[str, tuple[str, Any]] = {
        "states": ("a.state = ANY(%(states)s)", list(which.states)),
        "severities": ("a.severity = ANY(%(severities)s)", list(which.severities)),
        "device_id": ("a.device_id = %(device_id)s", which.device_id),
        "rule_id": ("a.rule_id = %(rule_id)s", which.rule_id),
        "incident_id": ("a.incident_id = %(incident_id)s", which.incident_id),
        "alert_type": ("a.alert_type = %(alert_type)s", which.alert_type),
        "acknowledged": ("a.acknowledged = %(acknowledged)s", which.acknowledged),
        "resolved": ("a.resolved = %(resolved)s", which.resolved),
        "since": ("a.created_at >= %(since)s", which.since),
        "until": ("a.created_at < %(until)s", which.until),
        "search": (
            "(a.message ILIKE %(search)s OR d.name ILIKE %(search)s OR r.name ILIKE %(search)s)",
            containing(which.search),
        ),
    }
    used = {name: pair for name, pair in given.items() if pair[1] not in (None, [])}
    conditions = ["true", *(condition for condition, _ in used.values())]
    return " AND ".join(conditions), {name: value for name, (_, value) in used.items()}


def _listed(row: Row) -> Listed:
    return Listed(
        alert=rows.alert_of(row),
        created_at=row["created_at"],
        resolved_by_name=row["resolved_by_name"],
        incident_id=row["incident_id"],
        assigned_to_name=row["assigned_to_name"],
    )
