"""Measured values for tests: devices, series and samples in a database, and who asks for them."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from math import nan
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

import psycopg
from netpulse import timeseries
from netpulse.permissions import Role
from netpulse.timeseries.model import micros
from netpulse.work import Relay, UnitOfWork

from functions.metrics.channels.promql import parse, parse_selector
from functions.metrics.handlers.http import application
from functions.metrics.handlers.services import Services
from functions.metrics.repository.work import BoundedWork, work_of
from functions.metrics.service.archives import ArchiveService
from functions.metrics.service.billing import BillingService
from functions.metrics.service.devices import DeviceMetricsService
from functions.metrics.service.prometheus import PrometheusService
from functions.metrics.service.queries import QueryService
from functions.metrics.service.rankings import RankingService
from functions.metrics.service.retention import RetentionService
from functions.metrics.service.writing import WriteService
from tests.support.devices import HeardBus
from tests.support.http import Client, FakeAccess, a_principal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netpulse.clock import Clock
    from netpulse.db import Database
    from netpulse.ids import OrganizationId

    from functions.metrics.ports import Work
    from functions.metrics.ports.archives import ArchiveFiles
    from functions.metrics.ports.foreign import ForeignWork
    from functions.metrics.ports.retention import PolicyWork
    from tests.support.database import TestDatabase


def work_on(
    database: Database, clock: Clock, *, statement_timeout: timedelta = timedelta(seconds=15)
) -> BoundedWork:
    """Return work on a real database."""
    unit = UnitOfWork(database, Relay(database, HeardBus(), clock), clock, work_of)
    return BoundedWork(unit, statement_timeout=statement_timeout)


@contextmanager
def nothing_written(organization_id: OrganizationId) -> Iterator[Any]:
    """Open no foreign series: this test has no use for them."""
    raise AssertionError(f"nothing is written here, and not to {organization_id}")
    yield


def services_over(
    work: Work,
    clock: Clock,
    foreign: ForeignWork = nothing_written,
    *,
    files: ArchiveFiles | None = None,
    policies: PolicyWork | None = None,
) -> Services:
    """Return the services of measured values over some work."""
    writing = WriteService(foreign)
    return Services(
        devices=lambda: DeviceMetricsService(work, clock),
        queries=lambda: QueryService(work, clock),
        rankings=lambda: RankingService(work, clock),
        billing=lambda: BillingService(work, clock),
        prometheus=lambda: PrometheusService(
            work, clock, parse=parse, parse_selector=parse_selector
        ),
        writing=lambda: writing,
        archives=lambda: ArchiveService(work, cast("ArchiveFiles", files), clock),
        retention=lambda: RetentionService(cast("PolicyWork", policies), clock),
    )


def a_client(
    services: Services,
    clock: Clock,
    organization_id: OrganizationId,
    *,
    role: Role = Role.VIEWER,
) -> Client:
    """Return a client that is logged in to an organisation."""
    access = FakeAccess(a_principal(role, organization_id=organization_id))
    return Client(application(lambda: access, services, clock=clock))


def put_device(
    postgres: TestDatabase,
    organization_id: OrganizationId,
    *,
    name: str = "Core",
    interval_s: int = 60,
    tags: Sequence[str] = (),
    created_at: datetime = datetime(2026, 1, 1, tzinfo=UTC),
) -> str:
    """Insert a device and return its id."""
    device_id = uuid4()
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.devices (id, organization_id, name, ip_address, device_type, "
            "interval_seconds, tags, created_at) "
            "SELECT %s, %s, %s, '192.0.2.1'::inet + count(*), 'router', %s, %s, %s "
            "FROM netpulse.devices WHERE organization_id = %s",
            (
                *(device_id, organization_id, name, interval_s, list(tags), created_at),
                organization_id,
            ),
        )
    return str(device_id)


def put_group(
    postgres: TestDatabase, organization_id: OrganizationId, name: str, members: Sequence[str]
) -> str:
    """Insert a group of devices and return its id."""
    group_id = uuid4()
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.device_groups (id, organization_id, name) VALUES (%s, %s, %s)",
            (group_id, organization_id, name),
        )
        for each in members:
            connection.execute(
                "INSERT INTO netpulse.device_group_members VALUES (%s, %s, %s)",
                (organization_id, group_id, UUID(each)),
            )
    return str(group_id)


def put_rows(
    postgres: TestDatabase,
    device_id: str,
    first: datetime,
    interval: timedelta,
    rows: Sequence[Sequence[float | None] | None],
    *,
    block: int = 0,
) -> None:
    """Record one row a slot; None for a row leaves the slot out, None for a value is no value."""
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "SELECT netpulse.ensure_sample_partitions(%s, %s)",
            ((first - timedelta(days=1)).date(), (first + len(rows) * interval).date()),
        )
        # tests live in a past that no default keeps
        connection.execute(
            "INSERT INTO netpulse.retention_policies (organization_id, raw_days, five_minute_days, "
            "hourly_days, daily_days) SELECT organization_id, 3650, 3650, 3650, 3650 "
            "FROM netpulse.devices WHERE id = %s ON CONFLICT DO NOTHING",
            (device_id,),
        )
        found = connection.execute(
            "SELECT d.number, o.number FROM netpulse.devices d "
            "JOIN netpulse.organizations o ON o.id = d.organization_id WHERE d.id = %s",
            (device_id,),
        ).fetchone()
        assert found is not None
        batch = [
            timeseries.Row(
                micros(first + place * interval),
                found[0],
                found[1],
                block,
                [nan if value is None else value for value in row],
            )
            for place, row in enumerate(rows)
            if row is not None
        ]
        timeseries.write(connection, batch)


def columns(*of: Sequence[float | None]) -> list[list[float | None]]:
    """Return columns of values as rows."""
    return [list(row) for row in zip(*of, strict=True)]


def data_of(client: Client, path: str, body: dict[str, Any]) -> Any:
    """Return what a POST is answered with."""
    answer = client.call("POST", path, body=body)
    assert answer.status == 200, answer.text
    return answer.data


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def application_on(
    database: Database, organization_id: OrganizationId
) -> Callable[[str, dict[str, Any] | None], float]:
    """Return what asks the whole API and tells how many milliseconds the answer took."""
    clock = _SystemClock()
    client = a_client(services_over(work_on(database, clock), clock), clock, organization_id)

    def ask(path: str, body: dict[str, Any] | None) -> float:
        method, given = ("GET", {}) if body is None else ("POST", {"body": body})
        began = time.perf_counter()
        with redirect_stdout(io.StringIO()):
            answer = client.call(method, path, **given)
        took = 1000 * (time.perf_counter() - began)
        assert answer.status == 200, answer.text
        return took

    return ask
