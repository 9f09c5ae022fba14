"""Jobs: work that takes longer than a request, with progress, a result and cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from netpulse.errors import NotFoundError
from netpulse.ids import JobId

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.db import Row, Transaction


class Jobs:
    """The organisation's jobs as their runners and watchers use them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def start(self, kind: str, request: dict[str, Any], *, by: UUID | None, at: datetime) -> JobId:
        """Queue a job and return its id."""
        job_id = JobId(uuid4())
        self._transaction.run(
            "INSERT INTO netpulse.jobs "
            "(id, organization_id, kind, request, created_by, created_at) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            (job_id, self._transaction.organization_id, kind, Jsonb(request), by, at),
        )
        return job_id

    def get(self, job_id: JobId) -> Row:
        """Return a job; raise NotFoundError (JOB_NOT_FOUND)."""
        row = self._transaction.row("SELECT * FROM netpulse.jobs WHERE id = %s", (job_id,))
        if row is None:
            raise NotFoundError.of("job", job_id)
        return row

    def claim(self, job_id: JobId, *, at: datetime) -> Row | None:
        """Mark a queued job as running and return it; None if it is cancelled, taken or done."""
        return self._transaction.row(
            "UPDATE netpulse.jobs SET state = 'running', started_at = %s "
            "WHERE id = %s AND state = 'queued' RETURNING *",
            (at, job_id),
        )

    def advance(self, job_id: JobId, progress: float) -> bool:
        """Note progress from 0 to 1; return False when the job was cancelled meanwhile."""
        return bool(
            self._transaction.run(
                "UPDATE netpulse.jobs SET progress = greatest(progress, %s) "
                "WHERE id = %s AND state = 'running'",
                (progress, job_id),
            )
        )

    def succeed(self, job_id: JobId, result: dict[str, Any], *, at: datetime) -> bool:
        """Finish a running job with its result; return False when it was cancelled meanwhile."""
        return bool(
            self._transaction.run(
                "UPDATE netpulse.jobs SET state = 'succeeded', progress = 1, result = %s, "
                "finished_at = %s WHERE id = %s AND state = 'running'",
                (Jsonb(result), at, job_id),
            )
        )

    def fail(self, job_id: JobId, *, code: str, message: str, at: datetime) -> None:
        """Finish a job that cannot succeed, saying why."""
        self._transaction.run(
            "UPDATE netpulse.jobs SET state = 'failed', error = %s, finished_at = %s "
            "WHERE id = %s AND state IN ('queued', 'running')",
            (Jsonb({"code": code, "message": message}), at, job_id),
        )

    def cancel(self, job_id: JobId, *, at: datetime) -> bool:
        """Cancel a job that is not over; return False when it is."""
        return bool(
            self._transaction.run(
                "UPDATE netpulse.jobs SET state = 'cancelled', finished_at = %s "
                "WHERE id = %s AND state IN ('queued', 'running')",
                (at, job_id),
            )
        )
