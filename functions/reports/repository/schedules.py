"""Report schedules in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from netpulse.errors import NotFoundError
from netpulse.ids import OrganizationId

from functions.reports.domain.errors import ScheduleExistsError
from functions.reports.repository import rows

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.ids import ScheduleId

    from functions.reports.domain.record import Schedule

_MAX_DUE = 100


class PostgresSchedules:
    """An organisation's report schedules."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, schedule_id: ScheduleId) -> Schedule:
        """Return a schedule, locked; raise NotFoundError (REPORT_SCHEDULE_NOT_FOUND)."""
        row = self._transaction.row(
            "SELECT * FROM netpulse.report_schedules WHERE id = %s FOR UPDATE", (schedule_id,)
        )
        if row is None:
            raise NotFoundError.of("report_schedule", schedule_id)
        return rows.schedule(row)

    def page(self, *, page: int, per_page: int) -> tuple[list[Schedule], int]:
        """Return one page of schedules by name, and how many there are."""
        found = self._transaction.rows(
            "SELECT * FROM netpulse.report_schedules ORDER BY lower(name), id LIMIT %s OFFSET %s",
            (per_page, (page - 1) * per_page),
        )
        total = self._transaction.value("SELECT count(*) FROM netpulse.report_schedules")
        return [rows.schedule(row) for row in found], total

    def save(self, schedule: Schedule) -> None:
        """Insert or replace a schedule; raise ScheduleExistsError when the name is taken."""
        columns = {
            **rows.schedule_columns(schedule),
            "organization_id": self._transaction.organization_id,
        }
        names = list(columns)
        changed = [name for name in names if name not in {"id", "organization_id", "created_at"}]
        try:
            self._transaction.run(
                f"INSERT INTO netpulse.report_schedules ({', '.join(names)}) "  # noqa: S608 - our own columns
                f"VALUES ({', '.join(f'%({name})s' for name in names)}) "
                "ON CONFLICT (id) DO UPDATE SET "
                f"{', '.join(f'{name} = excluded.{name}' for name in changed)}",
                columns,
            )
        except psycopg.errors.UniqueViolation as error:
            raise ScheduleExistsError(
                f"There is a report schedule named {schedule.name} already"
            ) from error

    def remove(self, schedule_id: ScheduleId) -> None:
        """Delete a schedule; its reports stay."""
        self._transaction.run("DELETE FROM netpulse.report_schedules WHERE id = %s", (schedule_id,))

    def due(self, *, by: datetime) -> list[Schedule]:
        """Return those due by an instant, locked; those another process has are left out."""
        found = self._transaction.rows(
            "SELECT * FROM netpulse.report_schedules WHERE next_run_at <= %s "
            "ORDER BY next_run_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            (by, _MAX_DUE),
        )
        return [rows.schedule(row) for row in found]

    def organizations_due(self, by: datetime) -> list[OrganizationId]:
        """Return the organisations, of all that the role sees, that have schedules due."""
        found = self._transaction.rows(
            "SELECT DISTINCT organization_id FROM netpulse.report_schedules "
            "WHERE next_run_at <= %s",
            (by,),
        )
        return [OrganizationId(row["organization_id"]) for row in found]
