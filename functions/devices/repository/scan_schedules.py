"""Scans that repeat, in PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError
from netpulse.ids import OrganizationId
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from functions.devices.domain.errors import ScanScheduleAlreadyExistsError
from functions.devices.domain.scan_schedule import ScanSchedule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction

    from functions.devices.domain.listing import Slice

_SCHEDULES = """
    SELECT id, name, every_hours, scan, enabled, next_at, last_started_at, last_error, created_by
    FROM netpulse.discovery_schedules
"""


class PostgresScanSchedules:
    """The organisation's scans that repeat."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, schedule: ScanSchedule, *, at: datetime) -> None:
        """Store a new one; raise ScanScheduleAlreadyExistsError."""
        with _named(schedule.name):
            self._transaction.run(
                "INSERT INTO netpulse.discovery_schedules (id, organization_id, name, every_hours, "
                "scan, enabled, next_at, created_by, created_at, updated_at) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    schedule.id,
                    self._transaction.organization_id,
                    schedule.name,
                    schedule.every_hours,
                    Jsonb(schedule.scan),
                    schedule.enabled,
                    schedule.next_at,
                    schedule.created_by,
                    at,
                    at,
                ),
            )

    def save(self, schedule: ScanSchedule, *, at: datetime) -> None:
        """Store a changed one; raise ScanScheduleAlreadyExistsError."""
        with _named(schedule.name):
            self._transaction.run(
                "UPDATE netpulse.discovery_schedules SET name = %s, every_hours = %s, scan = %s, "
                "enabled = %s, next_at = %s, last_started_at = %s, last_error = %s, "
                "updated_at = %s WHERE id = %s",
                (
                    schedule.name,
                    schedule.every_hours,
                    Jsonb(schedule.scan),
                    schedule.enabled,
                    schedule.next_at,
                    schedule.last_started_at,
                    schedule.last_error,
                    at,
                    schedule.id,
                ),
            )

    def get(self, schedule_id: UUID) -> ScanSchedule:
        """Return one, locked for a change; raise NotFoundError."""
        row = self._transaction.row(
            _SCHEDULES + " WHERE id = %s FOR NO KEY UPDATE",
            (schedule_id,),
        )
        if row is None:
            raise NotFoundError.of("discovery_schedule", schedule_id)
        return _schedule(row)

    def page(self, part: Slice) -> tuple[list[ScanSchedule], int]:
        """Return one page of them by name, and how many there are."""
        rows = self._transaction.rows(
            _SCHEDULES + " ORDER BY name, id LIMIT %s OFFSET %s",
            (part.per_page, part.offset),
        )
        return [_schedule(row) for row in rows], self.count()

    def count(self) -> int:
        """Return how many there are."""
        found: int = self._transaction.value("SELECT count(*) FROM netpulse.discovery_schedules")
        return found

    def remove(self, schedule_id: UUID) -> None:
        """Delete one; the scans it began stay."""
        self._transaction.run(
            "DELETE FROM netpulse.discovery_schedules WHERE id = %s", (schedule_id,)
        )

    def is_under_way(self, schedule_id: UUID) -> bool:
        """Return whether a scan that it began waits or runs."""
        found: bool = self._transaction.value(
            "SELECT EXISTS (SELECT FROM netpulse.discovery_scans s JOIN netpulse.jobs j "
            "ON j.id = s.job_id WHERE s.schedule_id = %s AND j.state IN ('queued', 'running'))",
            (schedule_id,),
        )
        return found

    def began(self, schedule_id: UUID, scan_id: UUID, *, keep: int) -> None:
        """Note which scan it began; of those it began before only the newest are kept."""
        self._transaction.run(
            "UPDATE netpulse.discovery_scans SET schedule_id = %s WHERE id = %s",
            (schedule_id, scan_id),
        )
        self._transaction.run(
            "DELETE FROM netpulse.jobs WHERE id IN (SELECT job_id FROM netpulse.discovery_scans "
            "WHERE schedule_id = %s ORDER BY created_at DESC, id OFFSET %s)",
            (schedule_id, keep),
        )


@contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except UniqueViolation as error:
        raise ScanScheduleAlreadyExistsError(
            f"There is a scheduled scan named {name} already", details={"name": name}
        ) from error


def _schedule(row: Row) -> ScanSchedule:
    return ScanSchedule(**row)


def schedules_due(transaction: Transaction, now: datetime) -> list[tuple[OrganizationId, UUID]]:
    """Return the schedules, of all organisations, whose turn has come."""
    rows = transaction.rows(
        "SELECT organization_id, id FROM netpulse.discovery_schedules "
        "WHERE enabled AND next_at <= %s ORDER BY next_at LIMIT 100",
        (now,),
    )
    return [(OrganizationId(row["organization_id"]), row["id"]) for row in rows]
