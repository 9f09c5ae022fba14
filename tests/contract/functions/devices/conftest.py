"""The inventory twice: in memory and in PostgreSQL, each with a hand to put measurements in."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from netpulse.ids import OrganizationId

from functions.devices.models.views import PeriodView
from tests.support.clock import FakeClock
from tests.support.devices import HeardBus, work_on
from tests.support.organizations import new_organization
from tests.unit.functions.devices.fakes import FakeWork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from typing import Any

    from netpulse.ids import DeviceId

    from functions.devices.ports import DevicesWork, Work
    from tests.support.database import TestDatabase


@dataclass
class Memory:
    """The inventory in memory."""

    organization_id: OrganizationId
    work: FakeWork

    def open(self) -> AbstractContextManager[DevicesWork]:
        return self.work(self.organization_id)

    def put_known(self, device_id: DeviceId, known: dict[str, Any]) -> None:
        self.work.stored(self.organization_id).known[device_id] = known

    def put_period(self, device_id: DeviceId, period: PeriodView) -> None:
        periods = self.work.stored(self.organization_id).periods
        periods.setdefault(device_id, []).append(period)


@dataclass
class Postgres:
    """The inventory in PostgreSQL."""

    organization_id: OrganizationId
    work: Work
    database: TestDatabase

    def open(self) -> AbstractContextManager[DevicesWork]:
        return self.work(self.organization_id)

    def put_known(self, device_id: DeviceId, known: dict[str, Any]) -> None:
        judged = {"status", "response_time_ms"}
        status = {name: value for name, value in known.items() if name in judged}
        identity = {name: value for name, value in known.items() if name not in judged}
        self._insert("device_status", device_id, status)
        self._insert("device_identities", device_id, identity)

    def put_period(self, device_id: DeviceId, period: PeriodView) -> None:
        self._insert("status_periods", device_id, period.model_dump())

    def _insert(self, table: str, device_id: DeviceId, values: dict[str, Any]) -> None:
        columns = {"device_id": device_id, "organization_id": self.organization_id, **values}
        with psycopg.connect(self.database.owner_url) as connection:
            connection.execute(
                f"INSERT INTO netpulse.{table} ({', '.join(columns)}) "
                f"VALUES ({', '.join(['%s'] * len(columns))})".encode(),
                list(columns.values()),
            )


House = Memory | Postgres


@pytest.fixture(params=["memory", "postgres"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    if request.param == "memory":
        yield Memory(OrganizationId(uuid4()), FakeWork())
        return
    postgres: TestDatabase = request.getfixturevalue("postgres")
    with closing(postgres.database()) as database:
        work = work_on(database, HeardBus(), FakeClock())
        yield Postgres(new_organization(postgres), work, postgres)
