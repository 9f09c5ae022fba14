from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from netpulse import aws
from netpulse.clock import SYSTEM_CLOCK
from netpulse.errors import NotFoundError
from netpulse.ids import JobId, OrganizationId
from netpulse.jobs import Jobs
from psycopg.types.json import Jsonb

from functions.platform.repository.deployment import ensure_signing_key, prepare_database
from functions.platform.repository.records import PostgresJobWork, PostgresUpkeepWork
from functions.platform.service import JobService, UpkeepService
from tests.support.aws import mocked_aws
from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpulse.events import Recorded

    from tests.support.database import TestDatabase


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with mocked_aws(monkeypatch):
        yield


def a_secret(value: object) -> str:
    name = f"secret-{uuid4()}"
    aws.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(value))
    return name


@pytest.mark.usefixtures("cloud")
def test_a_deployment_gives_each_role_the_password_of_its_secret(postgres: TestDatabase) -> None:
    secret = a_secret({"username": "netpulse_app", "password": "it's a pass"})
    prepare_database(postgres.owner_url, {"netpulse_app": secret}, SYSTEM_CLOCK)
    with psycopg.connect(postgres.owner_url) as connection:
        kept = connection.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = 'netpulse_app'"
        ).fetchone()
    assert kept is not None
    assert kept[0].startswith("SCRAM-SHA-256$")


@pytest.mark.usefixtures("cloud")
def test_a_second_deployment_applies_nothing(postgres: TestDatabase) -> None:
    assert prepare_database(postgres.owner_url, {}, SYSTEM_CLOCK) == []


@pytest.mark.usefixtures("cloud")
def test_the_signing_key_is_made_once() -> None:
    secret = a_secret({"keys": []})
    assert ensure_signing_key(secret, SYSTEM_CLOCK)
    made = aws.secret(secret, fresh=True)["keys"]
    assert not ensure_signing_key(secret, SYSTEM_CLOCK)
    assert aws.secret(secret, fresh=True)["keys"] == made
    assert made[0]["private_pem"].startswith("-----BEGIN PRIVATE KEY-----")


def a_fact(postgres: TestDatabase, organization_id: OrganizationId, seq: int, age: str) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.outbox (organization_id, seq, event_id, source, type,"
            " occurred_at, correlation_id, data, recorded_at) VALUES (%s, %s, gen_random_uuid(),"
            " 'netpulse.alerts', 'AlertOpened.v1', now(), 'c', %s, now() - %s::interval)",
            (organization_id, seq, Jsonb({"n": seq}), age),
        )


class RecordingBus:
    def __init__(self) -> None:
        self.published: list[Recorded] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        self.published.extend(records)


def test_the_minute_publishes_left_facts_of_every_organisation_once(postgres: TestDatabase) -> None:
    one, other = new_organization(postgres), new_organization(postgres)
    a_fact(postgres, one, 1, "1 minute")
    a_fact(postgres, one, 2, "1 second")
    a_fact(postgres, other, 1, "1 minute")
    bus = RecordingBus()
    upkeep = UpkeepService(
        PostgresUpkeepWork(postgres.database("netpulse_system")), bus, SYSTEM_CLOCK
    )
    upkeep.run()
    upkeep.run()
    told = [(r.meta.organization_id, r.meta.seq) for r in bus.published]
    assert [fact for fact in told if fact[0] in (one, other)].count((one, 1)) == 1
    assert told.count((other, 1)) == 1
    assert (one, 2) not in told


def test_an_organisation_sees_and_cancels_only_its_own_jobs(postgres: TestDatabase) -> None:
    mine, theirs = new_organization(postgres), new_organization(postgres)
    database = postgres.database("netpulse_app")
    with database.transaction(mine) as transaction:
        job_id = Jobs(transaction).start("report", {}, by=None, at=SYSTEM_CLOCK.now())
    service = JobService(PostgresJobWork(database), SYSTEM_CLOCK)
    with pytest.raises(NotFoundError):
        service.get(theirs, job_id)
    with pytest.raises(NotFoundError):
        service.cancel(theirs, JobId(job_id))
    service.cancel(mine, job_id)
    jobs, total = service.page(mine, state=None, kind=None, page=1, per_page=10)
    assert (total, jobs[0].state) == (1, "cancelled")
