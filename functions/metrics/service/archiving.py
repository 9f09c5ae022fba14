"""Makes and restores archives, a device at a time, so that it can be watched and stopped."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.observability import logger

from functions.metrics.service.archives import MAKE, key_of
from functions.metrics.service.packing import Packing, Task
from functions.metrics.service.restoring import CannotRestoreError, Restoring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from netpulse.clock import Clock
    from netpulse.ids import JobId, OrganizationId
    from netpulse.jobs import Jobs

    from functions.metrics.ports import Work
    from functions.metrics.ports.archives import ArchiveFiles, ArchiveStore


# A function runs for 15 minutes at most.
_LONGEST = timedelta(minutes=15)
_BROKE_OFF = "It broke off; ask for it again"


class _CancelledError(Exception):
    """The job is no longer wanted."""


class Archivist:
    """Does the jobs that ArchiveService queues."""

    def __init__(
        self,
        work: Work,
        store: Callable[[OrganizationId], AbstractContextManager[ArchiveStore]],
        files: ArchiveFiles,
        clock: Clock,
    ) -> None:
        self._work = work
        self._store = store
        self._files = files
        self._clock = clock

    def run(self, organization_id: OrganizationId, job_id: JobId) -> bool:
        """Do a job unless it is cancelled, under way or done; return whether it was done."""
        with self._work(organization_id) as work:
            job = work.jobs.claim(job_id, at=self._clock.now())
            if job is None:
                self._give_up_if_stuck(work.jobs, job_id)
        if job is None:
            logger.info("archive job passed over: it is not queued", extra={"job": str(job_id)})
            return False
        task = self._task(organization_id, job_id, UUID(job["request"]["archive_id"]))
        with self._failing(organization_id, job_id):
            if job["kind"] == MAKE:
                since = job["request"].get("samples_from")
                result = Packing(task).make(datetime.fromisoformat(since) if since else None)
            else:
                result = Restoring(task, organization_id).restore()
            with self._work(organization_id) as work:
                return work.jobs.succeed(job_id, result, at=self._clock.now())
        return False

    def _give_up_if_stuck(self, jobs: Jobs, job_id: JobId) -> None:
        """End a job whose runner was cut off: the queue gives it out again, nobody works on it."""
        job = jobs.get(job_id)
        started = job["started_at"]
        if job["state"] == "running" and started < self._clock.now() - _LONGEST:
            jobs.fail(job_id, code="ARCHIVE_FAILED", message=_BROKE_OFF, at=self._clock.now())

    @contextmanager
    def _failing(self, organization_id: OrganizationId, job_id: JobId) -> Iterator[None]:
        """Let nobody wait for a job that broke off."""
        code, message = "ARCHIVE_FAILED", _BROKE_OFF
        over = False
        try:
            yield
            over = True
        except _CancelledError:
            over = True
            logger.info("archive job cancelled", extra={"job": str(job_id)})
        except CannotRestoreError as error:
            code, message = error.code, str(error)
        finally:
            if not over:
                with self._work(organization_id) as work:
                    work.jobs.fail(job_id, code=code, message=message, at=self._clock.now())

    def _task(self, organization_id: OrganizationId, job_id: JobId, archive_id: UUID) -> Task:
        def advance(share: float) -> None:
            with self._work(organization_id) as work:
                if not work.jobs.advance(job_id, share):
                    raise _CancelledError

        return Task(
            key=key_of(organization_id, archive_id),
            files=self._files,
            open=lambda: self._store(organization_id),
            advance=advance,
            now=self._clock.now(),
        )
