"""Silences, inhibition rules and maintenance windows in PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError
from netpulse.ids import SilenceId
from psycopg import errors
from psycopg.types.json import Jsonb

from functions.alerts.domain.maintenance import Frequency, Recurrence, Window
from functions.alerts.domain.matchers import Matcher, Operator
from functions.alerts.domain.muting import Inhibition, Silence
from functions.alerts.ports.mutes import NameTakenError
from functions.alerts.repository.paging import limits
from functions.alerts.repository.rule_rows import scope_json, scope_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction

    from functions.alerts.domain.listing import Cut

_STATES = {
    "pending": "starts_at > %(now)s AND ends_at > %(now)s",
    "active": "starts_at <= %(now)s AND ends_at > %(now)s",
    "expired": "ends_at <= %(now)s",
}


class Table:
    """One of an organisation's tables that people keep."""

    table: str
    thing: str

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def _row(self, key: UUID) -> Row:
        row = self._transaction.row(
            f"SELECT * FROM netpulse.{self.table} WHERE id = %s",  # noqa: S608 - constant
            (key,),
        )
        if row is None:
            raise NotFoundError.of(self.thing, key)
        return row

    def _rows(self) -> list[Row]:
        return self._transaction.rows(
            f"SELECT * FROM netpulse.{self.table} ORDER BY lower(name), id"  # noqa: S608 - constant
        )

    def _save(self, given: Mapping[str, Any], *, at: datetime) -> None:
        values = {
            **given,
            "organization_id": self._transaction.organization_id,
            "created_at": at,
            "updated_at": at,
        }
        kept = {"id", "organization_id", "created_at", "created_by", "created_by_name"}
        updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in kept)
        self._transaction.run(
            f"INSERT INTO netpulse.{self.table} ({', '.join(values)}) "  # noqa: S608 - constant
            f"VALUES ({', '.join(f'%({name})s' for name in values)}) "
            f"ON CONFLICT (id) DO UPDATE SET {updates}",
            values,
        )

    def remove(self, key: UUID) -> None:
        """Delete one."""
        self._transaction.run(
            f"DELETE FROM netpulse.{self.table} WHERE id = %s",  # noqa: S608 - constant
            (key,),
        )


class PostgresSilences(Table):
    """The organisation's silences."""

    table, thing = "silences", "silence"

    def active(self, now: datetime) -> list[Silence]:
        """Return those that silence at an instant."""
        return self._where(_STATES["active"], now)

    def upcoming(self, now: datetime) -> list[Silence]:
        """Return those that are not over."""
        return self._where("ends_at > %(now)s", now)

    def page(self, *, state: str | None, now: datetime, cut: Cut) -> tuple[list[Silence], int]:
        """Return one page, and how many there are."""
        where = _STATES[state] if state else "true"
        total = self._transaction.value(
            f"SELECT count(*) FROM netpulse.silences WHERE {where}",  # noqa: S608 - constant
            {"now": now},
        )
        rows = self._transaction.rows(
            f"SELECT * FROM netpulse.silences WHERE {where} "  # noqa: S608 - constant
            "ORDER BY ends_at DESC, id LIMIT %(limit)s OFFSET %(offset)s",
            {"now": now, **limits(cut)},
        )
        return [_silence(row) for row in rows], total

    def get(self, silence_id: SilenceId) -> Silence:
        """Return a silence; raise NotFoundError (SILENCE_NOT_FOUND)."""
        return _silence(self._row(silence_id))

    def save(self, silence: Silence, *, at: datetime) -> None:
        """Insert or replace a silence."""
        given = {
            "id": silence.id,
            "matchers": matchers_json(silence.matchers),
            "starts_at": silence.starts_at,
            "ends_at": silence.ends_at,
            "until_resolved": silence.until_resolved,
            "comment": silence.comment,
            "created_by": silence.created_by,
            "created_by_name": silence.created_by_name,
        }
        self._save(given, at=at)

    def _where(self, condition: str, now: datetime) -> list[Silence]:
        rows = self._transaction.rows(
            f"SELECT * FROM netpulse.silences WHERE {condition} ORDER BY ends_at, id",  # noqa: S608
            {"now": now},
        )
        return [_silence(row) for row in rows]


class PostgresInhibitions(Table):
    """The organisation's inhibition rules."""

    table, thing = "inhibition_rules", "inhibition_rule"

    def all(self) -> list[Inhibition]:
        """Return every rule, by name."""
        return [_inhibition(row) for row in self._rows()]

    def get(self, inhibition_id: UUID) -> Inhibition:
        """Return a rule; raise NotFoundError (INHIBITION_RULE_NOT_FOUND)."""
        return _inhibition(self._row(inhibition_id))

    def save(self, inhibition: Inhibition, *, at: datetime) -> None:
        """Insert or replace a rule; raise NameTakenError."""
        given = {
            "id": inhibition.id,
            "name": inhibition.name,
            "source_matchers": matchers_json(inhibition.source),
            "target_matchers": matchers_json(inhibition.target),
            "equal": list(inhibition.equal),
            "enabled": inhibition.is_enabled,
        }
        try:
            with self._transaction.connection.transaction():
                self._save(given, at=at)
        except errors.UniqueViolation as error:
            raise NameTakenError.of(self.thing, inhibition.name) from error


class PostgresWindows(Table):
    """The organisation's maintenance windows."""

    table, thing = "maintenance_windows", "maintenance_window"

    def all(self) -> list[Window]:
        """Return every window, by name."""
        return [_window(row) for row in self._rows()]

    def get(self, window_id: UUID) -> Window:
        """Return a window; raise NotFoundError (MAINTENANCE_WINDOW_NOT_FOUND)."""
        return _window(self._row(window_id))

    def save(self, window: Window, *, at: datetime) -> None:
        """Insert or replace a window."""
        given = {
            "id": window.id,
            "name": window.name,
            "comment": window.comment,
            "scope": Jsonb(scope_json(window.scope)),
            "with_children": window.with_children,
            "time_zone": window.time_zone,
            "starts_local": window.starts_local,
            "duration_seconds": int(window.duration.total_seconds()),
            "recurrence": _recurrence_json(window.recurrence),
            "enabled": window.is_enabled,
            "created_by": window.created_by,
            "created_by_name": window.created_by_name,
        }
        self._save(given, at=at)


def matchers_json(matchers: Sequence[Matcher]) -> Jsonb:
    """Return matchers as their column keeps them."""
    return Jsonb([{"name": m.name, "op": m.op.value, "value": m.value} for m in matchers])


def matchers_of(found: Sequence[Mapping[str, str]]) -> tuple[Matcher, ...]:
    """Return matchers from their column."""
    return tuple(Matcher(m["name"], Operator(m["op"]), m["value"]) for m in found)


def _silence(row: Row) -> Silence:
    return Silence(
        id=SilenceId(row["id"]),
        matchers=matchers_of(row["matchers"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        until_resolved=row["until_resolved"],
        comment=row["comment"],
        created_by=row["created_by"],
        created_by_name=row["created_by_name"],
    )


def _inhibition(row: Row) -> Inhibition:
    return Inhibition(
        id=row["id"],
        name=row["name"],
        source=matchers_of(row["source_matchers"]),
        target=matchers_of(row["target_matchers"]),
        equal=tuple(row["equal"]),
        is_enabled=row["enabled"],
    )


def _window(row: Row) -> Window:
    return Window(
        id=row["id"],
        name=row["name"],
        comment=row["comment"],
        scope=scope_of(row["scope"]),
        with_children=row["with_children"],
        time_zone=row["time_zone"],
        starts_local=row["starts_local"],
        duration=timedelta(seconds=row["duration_seconds"]),
        recurrence=_recurrence(row["recurrence"]),
        is_enabled=row["enabled"],
        created_by=row["created_by"],
        created_by_name=row["created_by_name"],
    )


def _recurrence_json(recurrence: Recurrence | None) -> Jsonb | None:
    if recurrence is None:
        return None
    return Jsonb(
        {
            "frequency": recurrence.frequency,
            "interval": recurrence.interval,
            "weekdays": sorted(recurrence.weekdays),
            "month_day": recurrence.month_day,
            "until": recurrence.until.isoformat() if recurrence.until else None,
        }
    )


def _recurrence(found: Mapping[str, Any] | None) -> Recurrence | None:
    if found is None:
        return None
    return Recurrence(
        frequency=Frequency(found["frequency"]),
        interval=found["interval"],
        weekdays=frozenset(found["weekdays"]),
        month_day=found["month_day"],
        until=date.fromisoformat(found["until"]) if found["until"] else None,
    )
