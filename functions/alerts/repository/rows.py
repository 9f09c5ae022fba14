"""Rows of alerts and history, read and written."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from netpulse.ids import AlertId, DeviceId, RuleId, UserId

from functions.alerts.domain.alert import Alert, Reason, Severity, State, Subject, Transition
from functions.alerts.domain.external import External

if TYPE_CHECKING:
    from netpulse.db import Row

# Every alert is read with the names of its device, rule and people.
SELECT = (
    "SELECT a.*, coalesce(d.name, '') AS device_name, coalesce(host(d.ip_address), '') AS "
    "ip_address, coalesce(r.name, '') AS rule_name, "
    "coalesce(u.full_name, a.acknowledged_by_name) AS acknowledged_by_name, "
    "coalesce(v.full_name, '') AS resolved_by_name, "
    "coalesce(w.full_name, '') AS assigned_to_name "
)
FROM = (
    "FROM netpulse.alerts a LEFT JOIN netpulse.devices d ON d.id = a.device_id "
    "LEFT JOIN netpulse.alert_rules r ON r.id = a.rule_id "
    "LEFT JOIN netpulse.users u ON u.id = a.acknowledged_by "
    "LEFT JOIN netpulse.users v ON v.id = a.resolved_by "
    "LEFT JOIN netpulse.users w ON w.id = a.assigned_to "
)
ALERT_TYPES = {
    "id": "uuid",
    "device_id": "uuid",
    "rule_id": "uuid",
    "fingerprint": "text",
    "alert_type": "text",
    "severity": "text",
    "state": "text",
    "reason": "text",
    "message": "text",
    "metric": "text",
    "entity": "text",
    "value": "double precision",
    "seq": "integer",
    "began_at": "timestamptz",
    "fired_at": "timestamptz",
    "last_slot_at": "timestamptz",
    "acknowledged_by": "uuid",
    "acknowledged_by_name": "text",
    "acknowledged_at": "timestamptz",
    "acknowledge_note": "text",
    "acknowledged_until": "timestamptz",
    "acknowledged_until_worse": "boolean",
    "first_acknowledged_at": "timestamptz",
    "assigned_to": "uuid",
    "external": "jsonb",
    "resolved_at": "timestamptz",
    "resolved_by": "uuid",
    "is_quiet": "boolean",
}
_EXTERNAL = dict.fromkeys(("labels", "annotations", "generator_url", "ends_at", "timed_out"), "")
STEP_TYPES = {
    "alert_id": "uuid",
    "seq": "integer",
    "at": "timestamptz",
    "from_state": "text",
    "to_state": "text",
    "reason": "text",
    "actor_id": "uuid",
    "note": "text",
    "value": "double precision",
}


def typed(columns: dict[str, str]) -> str:
    """Return a column list for jsonb_to_recordset."""
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def alert_of(row: Row) -> Alert:
    """Return a row as an alert."""
    return Alert(
        id=AlertId(row["id"]),
        fingerprint=row["fingerprint"],
        subject=Subject(
            device_id=DeviceId(row["device_id"]) if row["device_id"] else None,
            device_name=row["device_name"] or _instance(row["external"]),
            ip_address=row["ip_address"],
            rule_id=RuleId(row["rule_id"]) if row["rule_id"] else None,
            rule_name=row["rule_name"],
        ),
        alert_type=row["alert_type"],
        severity=Severity(row["severity"]),
        state=State(row["state"]),
        reason=Reason(row["reason"]),
        message=row["message"],
        began_at=row["began_at"],
        seq=row["seq"],
        metric=row["metric"],
        entity=row["entity"],
        value=row["value"],
        fired_at=row["fired_at"],
        last_slot_at=row["last_slot_at"],
        acknowledged_by=UserId(row["acknowledged_by"]) if row["acknowledged_by"] else None,
        acknowledged_by_name=row["acknowledged_by_name"],
        acknowledged_at=row["acknowledged_at"],
        acknowledge_note=row["acknowledge_note"],
        acknowledged_until=row["acknowledged_until"],
        acknowledged_until_worse=row["acknowledged_until_worse"],
        first_acknowledged_at=row["first_acknowledged_at"],
        assigned_to=UserId(row["assigned_to"]) if row["assigned_to"] else None,
        external=_external(row["external"]) if row["external"] else None,
        resolved_at=row["resolved_at"],
        resolved_by=UserId(row["resolved_by"]) if row["resolved_by"] else None,
        is_quiet=row["is_quiet"],
    )


def row_of(alert: Alert) -> dict[str, Any]:
    """Return an alert as JSON for its row."""
    given = {name: getattr(alert, name) for name in ALERT_TYPES if hasattr(alert, name)}
    given |= {"device_id": alert.subject.device_id, "rule_id": alert.subject.rule_id}
    written = {name: _json(value) for name, value in given.items() if name != "external"}
    external = alert.external
    return {**written, "external": json_row(external, _EXTERNAL) if external else None}


def json_row(thing: object, columns: dict[str, str]) -> dict[str, Any]:
    """Return a thing as JSON for a row with a column for each of its attributes."""
    return {name: _json(getattr(thing, name)) for name in columns}


def step_row(step: Transition) -> dict[str, Any]:
    """Return a step as JSON for its row."""
    return json_row(step, STEP_TYPES)


def step_of(row: Row) -> Transition:
    """Return a row as a step."""
    return Transition(
        alert_id=AlertId(row["alert_id"]),
        seq=row["seq"],
        at=row["at"],
        from_state=State(row["from_state"]) if row["from_state"] else None,
        to_state=State(row["to_state"]),
        reason=Reason(row["reason"]),
        actor_id=UserId(row["actor_id"]) if row["actor_id"] else None,
        note=row["note"],
        value=row["value"],
    )


def _instance(found: dict[str, Any] | None) -> str:
    return str(found["labels"].get("instance", ""))[:255] if found else ""


def _external(found: dict[str, Any]) -> External:
    return External(**{**found, "ends_at": datetime.fromisoformat(found["ends_at"])})


def _json(value: object) -> object:
    if value is None or isinstance(value, str | int | float | dict):
        return value
    return _instant(value) if hasattr(value, "isoformat") else str(value)


def _instant(at: datetime | Any) -> str:
    return str(at.isoformat())
