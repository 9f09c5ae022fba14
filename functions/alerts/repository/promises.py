"""What was promised for alerts, in PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse.ids import AlertId
from psycopg.types.json import Jsonb

from functions.alerts.domain.promise import Promise
from functions.alerts.domain.service_level import ServiceLevel
from functions.alerts.repository.rows import typed
from functions.alerts.repository.service_levels import hours_json, hours_of, length_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpulse.db import Row, Transaction
    from netpulse.ids import IncidentId

_TYPES = {
    "alert_id": "uuid",
    "service_level_id": "uuid",
    "name": "text",
    "respond_seconds": "double precision",
    "restore_seconds": "double precision",
    "hours": "jsonb",
    "channel_ids": "uuid[]",
    "spent_seconds": "double precision",
    "running_since": "timestamptz",
    "responded_at": "timestamptz",
    "response_seconds": "double precision",
    "ended_at": "timestamptz",
    "respond_warned": "smallint",
    "restore_warned": "smallint",
}
_COLUMNS = ", ".join(_TYPES)
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in _TYPES if name != "alert_id")
_NO_LEVEL = UUID(int=0)


class PostgresPromises:
    """What was promised for the organisation's alerts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def some(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Promise]:
        """Return the promises of those of the alerts that have one."""
        rows = self._transaction.rows(
            "SELECT * FROM netpulse.alert_promises WHERE alert_id = ANY(%s)", (list(alert_ids),)
        )
        return {AlertId(row["alert_id"]): _promise(row) for row in rows}

    def of_incident(self, incident_id: IncidentId) -> list[Promise]:
        """Return the promises of an incident's alerts."""
        rows = self._transaction.rows(
            "SELECT p.* FROM netpulse.alerts a JOIN netpulse.alert_promises p ON p.alert_id = a.id "
            "WHERE a.incident_id = %s ORDER BY a.began_at, a.id",
            (incident_id,),
        )
        return [_promise(row) for row in rows]

    def keep(self, promises: Sequence[Promise]) -> None:
        """Insert or replace promises."""
        self._transaction.run(
            f"INSERT INTO netpulse.alert_promises (organization_id, {_COLUMNS}) "  # noqa: S608
            f"SELECT %s, {_COLUMNS} FROM jsonb_to_recordset(%s) AS r ({typed(_TYPES)}) "
            f"ON CONFLICT (alert_id) DO UPDATE SET {_UPDATES}",
            (self._transaction.organization_id, Jsonb([_row(each) for each in promises])),
        )


def _promise(row: Row) -> Promise:
    # what is gone warns nobody
    level = ServiceLevel(
        id=row["service_level_id"] or _NO_LEVEL,
        name=row["name"],
        respond_within=length_of(row["respond_seconds"]),
        restore_within=length_of(row["restore_seconds"]),
        hours=hours_of(row["hours"]) if row["hours"] else None,
        channel_ids=tuple(row["channel_ids"]),
        is_enabled=row["service_level_id"] is not None,
    )
    return Promise(
        alert_id=AlertId(row["alert_id"]),
        level=level,
        spent=timedelta(seconds=row["spent_seconds"]),
        running_since=row["running_since"],
        responded_at=row["responded_at"],
        response=length_of(row["response_seconds"]),
        ended_at=row["ended_at"],
        respond_warned=row["respond_warned"],
        restore_warned=row["restore_warned"],
    )


def _row(promise: Promise) -> dict[str, Any]:
    level = promise.level
    return {
        "alert_id": str(promise.alert_id),
        "service_level_id": str(level.id) if level.is_enabled else None,
        "name": level.name,
        "respond_seconds": _seconds(level.respond_within),
        "restore_seconds": _seconds(level.restore_within),
        "hours": hours_json(level.hours) if level.hours else None,
        "channel_ids": [str(each) for each in level.channel_ids],
        "spent_seconds": promise.spent.total_seconds(),
        "running_since": _text(promise.running_since),
        "responded_at": _text(promise.responded_at),
        "response_seconds": _seconds(promise.response),
        "ended_at": _text(promise.ended_at),
        "respond_warned": promise.respond_warned,
        "restore_warned": promise.restore_warned,
    }


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
