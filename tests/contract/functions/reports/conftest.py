"""Reports' repositories over memory and over PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse.ids import OrganizationId

from functions.reports.ports import ReportsWork
from functions.reports.repository import PostgresReportsWork
from tests.support.organizations import new_organization
from tests.support.reports_memory import MemoryOutbox, MemoryWork

if TYPE_CHECKING:
    from netpulse.db import Database

    from tests.support.database import TestDatabase

Open = Callable[[], AbstractContextManager[ReportsWork]]


@contextmanager
def opened(database: Database, organization_id: OrganizationId) -> Iterator[ReportsWork]:
    """Open the work of an organisation on PostgreSQL."""
    with database.transaction(organization_id) as transaction:
        yield PostgresReportsWork(transaction, MemoryOutbox())


@pytest.fixture(params=["memory", "postgres"])
def work(request: pytest.FixtureRequest) -> Iterator[Open]:
    if request.param == "memory":
        memory = MemoryWork()
        yield lambda: memory(OrganizationId(uuid4()))
        return
    postgres: TestDatabase = request.getfixturevalue("postgres")
    organization_id = new_organization(postgres)
    with closing(postgres.database()) as database:
        yield lambda: opened(database, organization_id)
