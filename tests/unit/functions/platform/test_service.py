from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from netpulse.errors import ForbiddenError, UnavailableError
from netpulse.events import Meta, Recorded
from netpulse.ids import JobId, UserId
from netpulse.permissions import Role

from functions.platform.domain.retention import partition_plan
from functions.platform.models import JobState, JobView
from functions.platform.service import (
    HealthService,
    JobAlreadyOverError,
    JobService,
    UpkeepService,
)
from tests.support.clock import NOON, FakeClock
from tests.support.http import ORGANIZATION, a_principal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime


def well() -> None:
    return None


def ill() -> None:
    raise OSError("away")


def a_record() -> Recorded:
    meta = Meta(
        event_id=uuid4(),
        occurred_at=NOON,
        correlation_id="c",
        organization_id=ORGANIZATION,
        seq=1,
    )
    return Recorded(meta=meta, type="AlertOpened.v1", source="netpulse.alerts", data={})


class FakeUpkeep:
    def __init__(self, left: list[Recorded]) -> None:
        self.left = left
        self.asked: dict[str, Any] = {}

    def unpublished(self, *, before: datetime, limit: int) -> list[Recorded]:
        self.asked["unpublished_before"] = before
        return self.left[:limit]

    def mark_published(self, records: Sequence[Recorded], at: datetime) -> None:
        self.left = [record for record in self.left if record not in records]

    def forget(self, *, facts_before: datetime, consumed_before: datetime) -> int:
        self.asked["facts_before"] = facts_before
        return 3

    def connections(self) -> int:
        return 7


class FakeBus:
    def __init__(self, error: Exception | None = None) -> None:
        self.published: list[Recorded] = []
        self._error = error

    def publish(self, records: Sequence[Recorded]) -> None:
        if self._error:
            raise self._error
        self.published.extend(records)


def upkeep_service(upkeep: FakeUpkeep, bus: FakeBus) -> UpkeepService:
    @contextmanager
    def work() -> Iterator[FakeUpkeep]:
        yield upkeep

    return UpkeepService(work, bus, FakeClock())


def test_health_is_healthy_when_every_check_passes() -> None:
    view = HealthService({"database": well, "bus": well}, FakeClock(), version="1").health()
    assert (view.status, view.checks, view.version) == (
        "healthy",
        {"database": True, "bus": True},
        "1",
    )


def test_health_names_the_check_that_failed() -> None:
    view = HealthService({"database": ill, "bus": well}, FakeClock(), version="1").health()
    assert (view.status, view.checks) == ("unhealthy", {"database": False, "bus": True})


def test_the_sweep_publishes_what_was_left_and_marks_it() -> None:
    record = a_record()
    upkeep, bus = FakeUpkeep([record]), FakeBus()
    assert upkeep_service(upkeep, bus).run() == {
        "connections": 7,
        "published": 1,
        "forgotten": 3,
    }
    assert bus.published == [record]
    assert upkeep.left == []


def test_the_sweep_leaves_young_facts_to_their_own_relay() -> None:
    upkeep = FakeUpkeep([])
    upkeep_service(upkeep, FakeBus()).run()
    assert upkeep.asked["unpublished_before"] == NOON - timedelta(seconds=30)


def test_a_bus_that_refuses_leaves_the_facts_for_the_next_minute() -> None:
    upkeep = FakeUpkeep([a_record()])
    with pytest.raises(UnavailableError):
        upkeep_service(upkeep, FakeBus(UnavailableError("no"))).run()
    assert len(upkeep.left) == 1


def test_a_deployment_makes_partitions_a_week_ahead() -> None:
    plan = partition_plan(NOON)
    assert (plan.last_day - NOON.date()).days == 7
    assert (NOON.date() - plan.first_day).days >= 1


def a_job(state: JobState) -> JobView:
    return JobView(
        id=UUID(int=1),
        kind="report",
        state=state,
        progress=0.5,
        result=None,
        error=None,
        created_by=None,
        created_at=NOON,
        started_at=None,
        finished_at=None,
    )


class FakeJobs:
    def __init__(self, job: JobView) -> None:
        self.job = job

    def page(self, **_: Any) -> tuple[list[JobView], int]:
        return [self.job], 1

    def get(self, job_id: JobId) -> JobView:
        return self.job

    def cancel(self, job_id: JobId, *, at: datetime) -> bool:
        over = self.job.state not in (JobState.QUEUED, JobState.RUNNING)
        if not over:
            self.job = self.job.model_copy(update={"state": JobState.CANCELLED})
        return not over


def job_service(jobs: FakeJobs) -> JobService:
    @contextmanager
    def work(_organization_id: UUID) -> Iterator[FakeJobs]:
        yield jobs

    return JobService(work, FakeClock())


def test_a_running_job_is_cancelled() -> None:
    jobs = FakeJobs(a_job(JobState.RUNNING))
    job_service(jobs).cancel(ORGANIZATION, JobId(UUID(int=1)))
    assert jobs.job.state == JobState.CANCELLED


def test_a_job_that_is_over_cannot_be_cancelled() -> None:
    with pytest.raises(JobAlreadyOverError) as caught:
        job_service(FakeJobs(a_job(JobState.SUCCEEDED))).cancel(ORGANIZATION, JobId(UUID(int=1)))
    assert caught.value.details == {"state": "succeeded"}


def test_a_job_is_cancelled_by_whoever_started_it_or_an_admin() -> None:
    theirs = a_job(JobState.RUNNING).model_copy(update={"created_by": UUID(int=7)})
    with pytest.raises(ForbiddenError):
        job_service(FakeJobs(theirs)).cancel(
            ORGANIZATION, JobId(UUID(int=1)), by=a_principal(Role.OPERATOR)
        )
    for principal in (a_principal(Role.ADMIN), a_principal(user_id=UserId(UUID(int=7)))):
        jobs = FakeJobs(theirs)
        job_service(jobs).cancel(ORGANIZATION, JobId(UUID(int=1)), by=principal)
        assert jobs.job.state == JobState.CANCELLED


def test_a_long_outage_of_the_bus_is_made_up_for_in_one_minute() -> None:
    upkeep, bus = FakeUpkeep([a_record() for _ in range(1200)]), FakeBus()
    assert upkeep_service(upkeep, bus).run()["published"] == 1200
    assert upkeep.left == []
