"""Incidents in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError
from netpulse.ids import AlertId, DeviceId, IncidentId
from psycopg.types.json import Jsonb

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.incident import Incident, IncidentReason
from functions.alerts.domain.listing import IncidentDevice, ListedIncident, TimelineEntry
from functions.alerts.repository.paging import containing, limits, order_by
from functions.alerts.repository.rows import json_row, typed
from functions.alerts.repository.timelines import comments_of, timeline_of, write_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpulse.db import Row, Transaction

    from functions.alerts.domain.correlation import Correlation
    from functions.alerts.domain.incident import Entry
    from functions.alerts.domain.listing import Cut, IncidentFilter

_TYPES = {
    "id": "uuid",
    "root_device_id": "uuid",
    "title": "text",
    "severity": "text",
    "reason": "text",
    "began_at": "timestamptz",
    "affected": "integer",
    "most_affected": "integer",
    "seq": "integer",
    "resolved_at": "timestamptz",
    "merged_into": "uuid",
    "acknowledged_by": "uuid",
    "acknowledged_at": "timestamptz",
    "acknowledge_note": "text",
    "acknowledged_until": "timestamptz",
    "acknowledged_until_worse": "boolean",
    "assigned_to": "uuid",
}
_COLUMNS = ", ".join(_TYPES)
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in _TYPES if name != "id")
_LISTED = (
    "SELECT i.*, coalesce(d.name, '') AS root_name, coalesce(host(d.ip_address), '') AS root_ip, "
    "(SELECT count(*) FROM netpulse.alerts a WHERE a.incident_id = i.id) AS alerts, "
    "coalesce(u.full_name, '') AS acknowledged_by_name, "
    "coalesce(w.full_name, '') AS assigned_to_name "
    "FROM netpulse.incidents i LEFT JOIN netpulse.devices d ON d.id = i.root_device_id "
    "LEFT JOIN netpulse.users u ON u.id = i.acknowledged_by "
    "LEFT JOIN netpulse.users w ON w.id = i.assigned_to "
)
_ORDER = {
    "began_at": "i.began_at {0}, i.id",
    "affected": "i.most_affected {0}, i.began_at DESC, i.id",
    "resolved_at": "i.resolved_at {0} NULLS LAST, i.id",
}


class PostgresIncidents:
    """The organisation's incidents."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def open(self) -> list[Incident]:
        """Return the incidents that last, oldest first."""
        rows = self._transaction.rows(
            "SELECT * FROM netpulse.incidents WHERE resolved_at IS NULL ORDER BY began_at, id"
        )
        return [_incident(row) for row in rows]

    def places(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, IncidentId]:
        """Return in which open incident each of the devices is, if in one."""
        rows = self._transaction.rows(
            "SELECT device_id, incident_id FROM netpulse.incident_devices "
            "WHERE device_id = ANY(%s) AND left_at IS NULL",
            (list(device_ids),),
        )
        return {DeviceId(row["device_id"]): IncidentId(row["incident_id"]) for row in rows}

    def write(self, correlation: Correlation) -> None:
        """Write what a correlation came to."""
        # those over first: another may take over their root
        changed = sorted(correlation.changed, key=lambda each: each.is_open)
        self._save([each for each in changed if not each.is_open])
        self._save([each for each in changed if each.is_open])
        self._save(correlation.opened)
        now = correlation.now
        # what left an incident or joined another one does not go over with the rest of it
        self._leave(correlation)
        for old, into in correlation.merged.items():
            self._move(old, into, correlation)
            self._transaction.run(
                "UPDATE netpulse.alerts SET incident_id = %s WHERE incident_id = %s", (into, old)
            )
        for old, into in correlation.succeeded.items():
            moved = self._move(old, into, correlation)
            self._transaction.run(
                "UPDATE netpulse.alerts SET incident_id = %s WHERE incident_id = %s "
                "AND device_id = ANY(%s) AND state <> 'resolved'",
                (into, old, moved),
            )
        self._join(list(correlation.joined), list(correlation.joined.values()), now)
        write_entries(self._transaction, correlation.entries)

    def handle(self, incident: Incident, entry: Entry) -> None:
        """Keep what somebody did with an incident; its devices leave one that is over."""
        self._save([incident])
        if not incident.is_open:
            self._transaction.run(
                "UPDATE netpulse.incident_devices SET left_at = greatest(%s, joined_at) "
                "WHERE incident_id = %s AND left_at IS NULL",
                (incident.resolved_at, incident.id),
            )
        write_entries(self._transaction, [entry])

    def comment(self, entry: Entry) -> None:
        """Keep what somebody had to say."""
        write_entries(self._transaction, [entry])

    def comments(self, incident_id: IncidentId) -> list[TimelineEntry]:
        """Return what was said about an incident, oldest first."""
        return comments_of(self._transaction, incident_id)

    def link(self, alerts: Mapping[AlertId, IncidentId]) -> None:
        """Say which incident alerts belong to."""
        if alerts:
            self._transaction.run(
                "UPDATE netpulse.alerts a SET incident_id = g.incident_id "
                "FROM unnest(%s::uuid[], %s::uuid[]) AS g (id, incident_id) WHERE a.id = g.id",
                (list(alerts), list(alerts.values())),
            )

    def page(self, which: IncidentFilter, cut: Cut) -> tuple[list[ListedIncident], int]:
        """Return one page, and how many there are."""
        where, parameters = _where(which)
        total = self._transaction.value(
            f"SELECT count(*) FROM netpulse.incidents i WHERE {where}",  # noqa: S608
            parameters,
        )
        rows = self._transaction.rows(
            f"{_LISTED} WHERE {where} ORDER BY {order_by(_ORDER, cut)} "
            "LIMIT %(limit)s OFFSET %(offset)s",
            {**parameters, **limits(cut)},
        )
        return [_listed(row) for row in rows], total

    def get(self, incident_id: IncidentId) -> ListedIncident:
        """Return an incident; raise NotFoundError (INCIDENT_NOT_FOUND)."""
        row = self._transaction.row(f"{_LISTED} WHERE i.id = %s", (incident_id,))
        if row is None:
            raise NotFoundError.of("incident", incident_id)
        return _listed(row)

    def devices(self, incident_id: IncidentId, cut: Cut) -> tuple[list[IncidentDevice], int]:
        """Return one page of the devices that were or are in an incident, and how many."""
        total = self._transaction.value(
            "SELECT count(*) FROM netpulse.incident_devices WHERE incident_id = %s", (incident_id,)
        )
        rows = self._transaction.rows(
            "SELECT m.*, d.name, host(d.ip_address) AS ip_address, "
            "coalesce(s.status, 'unknown') AS status, i.root_device_id = d.id AS is_root "
            "FROM netpulse.incident_devices m JOIN netpulse.incidents i ON i.id = m.incident_id "
            "JOIN netpulse.devices d ON d.id = m.device_id "
            "LEFT JOIN netpulse.device_status s ON s.device_id = d.id "
            "WHERE m.incident_id = %(id)s "
            "ORDER BY is_root DESC NULLS LAST, m.left_at IS NOT NULL, d.name, d.id "
            "LIMIT %(limit)s OFFSET %(offset)s",
            {"id": incident_id, **limits(cut)},
        )
        return [_device(row) for row in rows], total

    def timeline(self, incident_id: IncidentId, *, after: int, limit: int) -> list[TimelineEntry]:
        """Return what happened in an incident, in time, from a position on."""
        return timeline_of(self._transaction, incident_id, after=after, limit=limit)

    def _save(self, incidents: Sequence[Incident]) -> None:
        if not incidents:
            return
        states = {each.id: "open" if each.is_open else "resolved" for each in incidents}
        rows = [{**json_row(each, _TYPES), "state": states[each.id]} for each in incidents]
        self._transaction.run(
            f"INSERT INTO netpulse.incidents (organization_id, state, {_COLUMNS}) "  # noqa: S608
            f"SELECT %s, r.state, {', '.join(f'r.{name}' for name in _TYPES)} "
            f"FROM jsonb_to_recordset(%s) AS r (state text, {typed(_TYPES)}) "
            f"ON CONFLICT (id) DO UPDATE SET state = excluded.state, {_UPDATES}",
            (self._transaction.organization_id, Jsonb(rows)),
        )

    def _leave(self, correlation: Correlation) -> None:
        if correlation.left:
            self._transaction.run(
                "UPDATE netpulse.incident_devices d SET left_at = greatest(%s, d.joined_at) "
                "FROM unnest(%s::uuid[], %s::uuid[]) AS g (device_id, incident_id) "
                "WHERE d.device_id = g.device_id AND d.incident_id = g.incident_id "
                "AND d.left_at IS NULL",
                (correlation.now, list(correlation.left), list(correlation.left.values())),
            )

    def _move(self, old: IncidentId, into: IncidentId, correlation: Correlation) -> list[DeviceId]:
        now = correlation.now
        rows = self._transaction.rows(
            "UPDATE netpulse.incident_devices SET left_at = greatest(%s, joined_at) "
            "WHERE incident_id = %s AND left_at IS NULL RETURNING device_id",
            (now, old),
        )
        moved = [
            DeviceId(row["device_id"]) for row in rows if row["device_id"] not in correlation.joined
        ]
        self._join(moved, [into] * len(moved), now)
        return moved

    def _join(
        self, device_ids: Sequence[DeviceId], incident_ids: Sequence[IncidentId], now: Any
    ) -> None:
        if device_ids:
            self._transaction.run(
                "INSERT INTO netpulse.incident_devices "
                "(organization_id, incident_id, device_id, joined_at) "
                "SELECT %s, g.incident_id, g.device_id, %s "
                "FROM unnest(%s::uuid[], %s::uuid[]) AS g (device_id, incident_id) "
                "ON CONFLICT (incident_id, device_id) DO UPDATE SET left_at = NULL",
                (self._transaction.organization_id, now, list(device_ids), list(incident_ids)),
            )


def _where(which: IncidentFilter) -> tuple[str, dict[str, Any]]:
    given: dict[str, tuple[str, Any]] = {
        "is_open": ("(i.resolved_at IS NULL) = %(is_open)s", which.is_open),
        "device_id": (
            "EXISTS (SELECT 1 FROM netpulse.incident_devices m WHERE m.incident_id = i.id "
            "AND m.device_id = %(device_id)s)",
            which.device_id,
        ),
        "since": ("i.began_at >= %(since)s", which.since),
        "until": ("i.began_at < %(until)s", which.until),
        "search": ("i.title ILIKE %(search)s", containing(which.search)),
    }
    used = {name: pair for name, pair in given.items() if pair[1] is not None}
    conditions = ["true", *(condition for condition, _ in used.values())]
    return " AND ".join(conditions), {name: value for name, (_, value) in used.items()}


def _incident(row: Row) -> Incident:
    found = Incident(**{name: row[name] for name in _TYPES})
    return replace(found, severity=Severity(row["severity"]), reason=IncidentReason(row["reason"]))


def _listed(row: Row) -> ListedIncident:
    return ListedIncident(
        incident=_incident(row),
        root_name=row["root_name"],
        root_ip_address=row["root_ip"],
        alerts=row["alerts"],
        acknowledged_by_name=row["acknowledged_by_name"],
        assigned_to_name=row["assigned_to_name"],
        created_at=row["created_at"],
    )


def _device(row: Row) -> IncidentDevice:
    return IncidentDevice(
        device_id=DeviceId(row["device_id"]),
        name=row["name"],
        ip_address=row["ip_address"],
        status=row["status"],
        is_root=bool(row["is_root"]),
        joined_at=row["joined_at"],
        left_at=row["left_at"],
    )
