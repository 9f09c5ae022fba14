"""The platform's SQL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netpulse.jobs import Jobs
from netpulse.outbox import EventLog

from functions.platform.models import JobView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Database, Transaction
    from netpulse.events import Recorded
    from netpulse.ids import JobId

    from functions.platform.models import JobState


class PostgresJobs:
    """An organisation's jobs."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._jobs = Jobs(transaction)

    def page(
        self, *, state: JobState | None, kind: str | None, page: int, per_page: int
    ) -> tuple[list[JobView], int]:
        """Return one page of jobs, newest first, and how many there are."""
        rows = self._transaction.rows(
            "SELECT *, count(*) OVER () AS total FROM netpulse.jobs "
            "WHERE (%(state)s::text IS NULL OR state = %(state)s) "
            "AND (%(kind)s::text IS NULL OR kind = %(kind)s) "
            "ORDER BY created_at DESC, id LIMIT %(limit)s OFFSET %(offset)s",
            {"state": state, "kind": kind, "limit": per_page, "offset": (page - 1) * per_page},
        )
        return [JobView.model_validate(row) for row in rows], rows[0]["total"] if rows else 0

    def get(self, job_id: JobId) -> JobView:
        """Return a job; raise NotFoundError (JOB_NOT_FOUND)."""
        return JobView.model_validate(self._jobs.get(job_id))

    def cancel(self, job_id: JobId, *, at: datetime) -> bool:
        """Cancel a job that is not over; return False when it is."""
        return self._jobs.cancel(job_id, at=at)


class PostgresUpkeep:
    """The chores, as a role that sees every organisation."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._log = EventLog(transaction)

    def unpublished(self, *, before: datetime, limit: int) -> list[Recorded]:
        """Return facts no one has published yet, oldest first, locked."""
        return self._log.unpublished(before=before, limit=limit)

    def mark_published(self, records: Sequence[Recorded], at: datetime) -> None:
        """Remember that these facts are on the bus."""
        self._log.mark_published(records, at)

    def forget(self, *, facts_before: datetime, consumed_before: datetime) -> int:
        """Delete what is old; return how many rows."""
        return self._log.forget_before(facts_before) + self._transaction.run(
            "DELETE FROM netpulse.consumed_events WHERE consumed_at < %s", (consumed_before,)
        )

    def connections(self) -> int:
        """Return how many connections the database has."""
        return int(
            self._transaction.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            )
        )


class PostgresJobWork:
    """Opens an organisation's jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def __call__(self, organization_id: UUID) -> Iterator[PostgresJobs]:
        """Open the work of one organisation."""
        with self._database.transaction(organization_id) as transaction:
            yield PostgresJobs(transaction)


class PostgresUpkeepWork:
    """Opens the chores' transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def __call__(self) -> Iterator[PostgresUpkeep]:
        """Open a transaction that sees every organisation."""
        with self._database.transaction(None) as transaction:
            yield PostgresUpkeep(transaction)
