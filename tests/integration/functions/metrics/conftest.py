"""Measured values over HTTP on a real PostgreSQL, one organisation a test."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.clock import FakeClock
from tests.support.metrics import a_client, services_over, work_on
from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.db import Database
    from netpulse.ids import OrganizationId

    from functions.metrics.handlers.services import Services
    from tests.support.database import TestDatabase
    from tests.support.http import Client


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def organization(postgres: TestDatabase) -> OrganizationId:
    return new_organization(postgres)


@pytest.fixture
def database(postgres: TestDatabase) -> Iterator[Database]:
    with closing(postgres.database()) as opened:
        yield opened


@pytest.fixture
def services(database: Database, clock: FakeClock) -> Services:
    return services_over(work_on(database, clock), clock)


@pytest.fixture
def client(services: Services, clock: FakeClock, organization: OrganizationId) -> Client:
    return a_client(services, clock, organization)


@pytest.fixture
def stranger(postgres: TestDatabase, services: Services, clock: FakeClock) -> Client:
    """A client of another organisation."""
    return a_client(services, clock, new_organization(postgres, "Other"))
