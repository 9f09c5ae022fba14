"""What happened in incidents, line by line, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.ids import AlertId, UserId

from functions.alerts.domain.listing import TimelineEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.db import Transaction
    from netpulse.ids import IncidentId

    from functions.alerts.domain.incident import Entry


def timeline_of(
    transaction: Transaction, incident_id: IncidentId, *, after: int, limit: int
) -> list[TimelineEntry]:
    """Return what happened in an incident, in time, from a position on."""
    rows = transaction.rows(
        "SELECT t.*, coalesce(u.full_name, t.known_as) AS actor_name FROM ("
        "SELECT e.at, 0 AS kind_order, e.id, e.kind, e.text, NULL::uuid AS alert_id, "
        "e.actor_id, e.actor_name AS known_as FROM netpulse.incident_events e "
        "WHERE e.incident_id = %(id)s UNION ALL "
        # of alerts that nobody was told of the devices tell already
        "SELECT h.at, 1, h.seq, h.to_state, coalesce(nullif(h.note, ''), a.message), a.id, "
        "h.actor_id, '' FROM netpulse.alerts a "
        "JOIN netpulse.alert_history h ON h.alert_id = a.id "
        # leaves out the years in which the alert was not
        "AND h.at >= a.began_at - interval '1 day' "
        "AND h.at <= coalesce(a.resolved_at + interval '1 day', 'infinity') "
        "WHERE a.incident_id = %(id)s AND a.fired_at IS NOT NULL) t "
        "LEFT JOIN netpulse.users u ON u.id = t.actor_id "
        "ORDER BY t.at, t.kind_order, t.alert_id, t.id LIMIT %(limit)s OFFSET %(after)s",
        {"id": incident_id, "after": after, "limit": limit},
    )
    return [
        TimelineEntry(
            at=row["at"],
            kind=row["kind"],
            text=row["text"],
            alert_id=AlertId(row["alert_id"]) if row["alert_id"] else None,
            actor_id=UserId(row["actor_id"]) if row["actor_id"] else None,
            actor_name=row["actor_name"],
        )
        for row in rows
    ]


def comments_of(transaction: Transaction, incident_id: IncidentId) -> list[TimelineEntry]:
    """Return what was said about an incident, oldest first."""
    rows = transaction.rows(
        "SELECT e.at, e.kind, e.text, e.actor_id, "
        "coalesce(u.full_name, e.actor_name) AS actor_name "
        "FROM netpulse.incident_events e LEFT JOIN netpulse.users u ON u.id = e.actor_id "
        "WHERE e.incident_id = %s AND e.kind = 'comment' ORDER BY e.at, e.id",
        (incident_id,),
    )
    return [TimelineEntry(**row) for row in rows]


def write_entries(transaction: Transaction, entries: Sequence[Entry]) -> None:
    """Write lines down."""
    if entries:
        transaction.run_many(
            "INSERT INTO netpulse.incident_events (organization_id, incident_id, at, kind, "
            "text, actor_id, actor_name) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    transaction.organization_id,
                    each.incident_id,
                    each.at,
                    each.kind,
                    each.text,
                    each.actor_id,
                    each.actor_name,
                )
                for each in entries
            ],
        )
