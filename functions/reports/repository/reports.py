"""Reports in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError
from netpulse.ids import JobId, OrganizationId
from psycopg.types.json import Jsonb

from functions.reports.repository import rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.ids import ReportId

    from functions.reports.domain.definition import ReportFormat
    from functions.reports.domain.record import ReportRecord
    from functions.reports.ports import ReportFilter

_FROM = "FROM netpulse.reports r JOIN netpulse.jobs j ON j.id = r.job_id"
_SELECT = f"SELECT r.*, j.state, j.progress, j.error, j.finished_at {_FROM}"
_WANTED = """
    WHERE (%(kind)s::text IS NULL OR r.kind = %(kind)s)
      AND (%(state)s::text IS NULL OR j.state = %(state)s)
      AND (%(schedule_id)s::uuid IS NULL OR r.schedule_id = %(schedule_id)s)
"""
_STUCK = "j.state = 'running' AND j.started_at < %s"


class PostgresReports:
    """An organisation's reports."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, record: ReportRecord) -> None:
        """Insert a report; its job is there already."""
        self._transaction.run(
            "INSERT INTO netpulse.reports (id, organization_id, job_id, name, kind, definition, "
            "begin_at, end_at, time_zone, schedule_id, recipients, channel_ids, created_by, "
            "created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                record.id,
                self._transaction.organization_id,
                record.job_id,
                record.name,
                record.definition.kind,
                rows.stored(record.definition),
                record.begin,
                record.end,
                record.time_zone,
                record.schedule_id,
                list(record.recipients),
                list(record.channel_ids),
                record.created_by,
                record.created_at,
            ),
        )

    def get(self, report_id: ReportId) -> ReportRecord:
        """Return a report; raise NotFoundError (REPORT_NOT_FOUND)."""
        row = self._transaction.row(f"{_SELECT} WHERE r.id = %s", (report_id,))
        if row is None:
            raise NotFoundError.of("report", report_id)
        return rows.record(row)

    def page(
        self, wanted: ReportFilter, *, page: int, per_page: int
    ) -> tuple[list[ReportRecord], int]:
        """Return one page of reports, newest first, and how many there are."""
        parameters = {
            "kind": wanted.kind,
            "state": wanted.state,
            "schedule_id": wanted.schedule_id,
            "limit": per_page,
            "offset": (page - 1) * per_page,
        }
        found = self._transaction.rows(
            f"{_SELECT} {_WANTED} ORDER BY r.created_at DESC, r.id "
            "LIMIT %(limit)s OFFSET %(offset)s",
            parameters,
        )
        total = self._transaction.value(f"SELECT count(*) {_FROM} {_WANTED}", parameters)
        return [rows.record(row) for row in found], total

    def keep_files(self, report_id: ReportId, files: Mapping[ReportFormat, int]) -> None:
        """Note which files were made and their sizes in bytes."""
        sizes = {format_.value: size for format_, size in files.items()}
        self._transaction.run(
            "UPDATE netpulse.reports SET files = %s WHERE id = %s", (Jsonb(sizes), report_id)
        )

    def remove(self, report_id: ReportId) -> None:
        """Delete a report."""
        self._transaction.run("DELETE FROM netpulse.reports WHERE id = %s", (report_id,))

    def stuck(self, *, since: datetime) -> list[JobId]:
        """Return the jobs of reports that began before an instant and never ended."""
        found = self._transaction.rows(f"SELECT j.id {_FROM} WHERE {_STUCK}", (since,))
        return [JobId(row["id"]) for row in found]

    def organizations_stuck(self, since: datetime) -> list[OrganizationId]:
        """Return the organisations, of all that the role sees, that have such reports."""
        found = self._transaction.rows(
            f"SELECT DISTINCT r.organization_id {_FROM} WHERE {_STUCK}", (since,)
        )
        return [OrganizationId(row["organization_id"]) for row in found]
