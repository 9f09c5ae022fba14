from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import JobId
from netpulse.jobs import Jobs

from tests.support.clock import NOON
from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.db import Database

    from tests.support.database import TestDatabase


@pytest.fixture
def database(postgres: TestDatabase) -> Iterator[Database]:
    found = postgres.database()
    yield found
    found.close()


@pytest.fixture
def jobs(database: Database, postgres: TestDatabase) -> Iterator[Jobs]:
    with database.transaction(new_organization(postgres)) as transaction:
        yield Jobs(transaction)


def test_a_job_runs_from_queued_to_its_result(jobs: Jobs) -> None:
    job_id = jobs.start("report", {"days": 7}, by=uuid4(), at=NOON)
    assert jobs.get(job_id)["state"] == "queued"
    claimed = jobs.claim(job_id, at=NOON)
    assert claimed is not None
    assert claimed["request"] == {"days": 7}
    assert jobs.advance(job_id, 0.5)
    assert jobs.succeed(job_id, {"url": "x"}, at=NOON)
    job = jobs.get(job_id)
    assert (job["state"], job["progress"], job["result"]) == ("succeeded", 1, {"url": "x"})
    assert job["finished_at"] == NOON


def test_a_job_is_claimed_once(jobs: Jobs) -> None:
    job_id = jobs.start("report", {}, by=None, at=NOON)
    assert jobs.claim(job_id, at=NOON) is not None
    assert jobs.claim(job_id, at=NOON) is None


def test_progress_never_goes_back(jobs: Jobs) -> None:
    job_id = jobs.start("report", {}, by=None, at=NOON)
    jobs.claim(job_id, at=NOON)
    jobs.advance(job_id, 0.5)
    jobs.advance(job_id, 0.25)
    assert jobs.get(job_id)["progress"] == 0.5


def test_a_cancelled_job_is_neither_claimed_nor_finished(jobs: Jobs) -> None:
    queued = jobs.start("report", {}, by=None, at=NOON)
    assert jobs.cancel(queued, at=NOON)
    assert jobs.claim(queued, at=NOON) is None
    running = jobs.start("report", {}, by=None, at=NOON)
    jobs.claim(running, at=NOON)
    assert jobs.cancel(running, at=NOON)
    assert not jobs.advance(running, 0.9)
    assert not jobs.succeed(running, {}, at=NOON)
    assert jobs.get(running)["state"] == "cancelled"


def test_what_is_over_cannot_be_cancelled_or_fail(jobs: Jobs) -> None:
    job_id = jobs.start("report", {}, by=None, at=NOON)
    jobs.claim(job_id, at=NOON)
    jobs.succeed(job_id, {}, at=NOON)
    assert not jobs.cancel(job_id, at=NOON)
    jobs.fail(job_id, code="X", message="x", at=NOON)
    assert jobs.get(job_id)["state"] == "succeeded"


def test_a_failed_job_says_why(jobs: Jobs) -> None:
    job_id = jobs.start("report", {}, by=None, at=NOON)
    jobs.fail(job_id, code="REPORT_TOO_LARGE", message="Too many devices", at=NOON)
    job = jobs.get(job_id)
    assert job["state"] == "failed"
    assert job["error"] == {"code": "REPORT_TOO_LARGE", "message": "Too many devices"}


def test_an_unknown_job_is_not_found(jobs: Jobs) -> None:
    with pytest.raises(NotFoundError) as caught:
        jobs.get(JobId(uuid4()))
    assert caught.value.code == "JOB_NOT_FOUND"


def test_another_organisations_job_is_not_found(database: Database, postgres: TestDatabase) -> None:
    with database.transaction(new_organization(postgres)) as transaction:
        job_id = Jobs(transaction).start("report", {}, by=None, at=NOON)
    with database.transaction(new_organization(postgres)) as transaction:
        theirs = Jobs(transaction)
        with pytest.raises(NotFoundError):
            theirs.get(job_id)
        assert theirs.claim(job_id, at=NOON) is None
        assert not theirs.cancel(job_id, at=NOON)
