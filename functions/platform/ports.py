"""What the platform's services need from the world."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.events import Recorded
    from netpulse.ids import JobId

    from functions.platform.domain.fleet import Fleet
    from functions.platform.models import JobState, JobView


class Upkeep(Protocol):
    """The chores, inside one transaction that sees every organisation."""

    def unpublished(self, *, before: datetime, limit: int) -> list[Recorded]:
        """Return facts no one has published yet, oldest first, locked."""
        ...

    def mark_published(self, records: Sequence[Recorded], at: datetime) -> None:
        """Remember that these facts are on the bus."""
        ...

    def forget(self, *, facts_before: datetime, consumed_before: datetime) -> int:
        """Delete what is old; return how many rows."""
        ...

    def connections(self) -> int:
        """Return how many connections the database has."""
        ...


UpkeepWork: TypeAlias = Callable[[], AbstractContextManager[Upkeep]]


class JobRecords(Protocol):
    """An organisation's jobs."""

    def page(
        self, *, state: JobState | None, kind: str | None, page: int, per_page: int
    ) -> tuple[list[JobView], int]:
        """Return one page of jobs, newest first, and how many there are."""
        ...

    def get(self, job_id: JobId) -> JobView:
        """Return a job; raise NotFoundError (JOB_NOT_FOUND)."""
        ...

    def cancel(self, job_id: JobId, *, at: datetime) -> bool:
        """Cancel a job that is not over; return False when it is."""
        ...


JobWork: TypeAlias = Callable[[UUID], AbstractContextManager[JobRecords]]


class Pollers(Protocol):
    """What is known of the pollers."""

    def read(self) -> Fleet:
        """Return heartbeats and shards as they stand."""
        ...


class Check(Protocol):
    """Asks one thing the platform depends on whether it is well; raises when it is not."""

    def __call__(self) -> None:
        """Raise if the dependency cannot be used."""
        ...
