"""A provider that records, and notify's repositories over memory and over PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, cast
from uuid import uuid4

import pytest

from functions.notify.ports import NotifyWork
from functions.notify.repository import PostgresNotifyWork
from tests.support.database import TestDatabase
from tests.support.notify_memory import MemoryOutbox, MemoryWork
from tests.support.organizations import new_organization
from tests.support.recorder import Recorder, recording

Open = Callable[[], AbstractContextManager[NotifyWork]]


@pytest.fixture(params=["memory", "postgres"])
def work(request: pytest.FixtureRequest) -> Iterator[Open]:
    if request.param == "memory":
        memory = MemoryWork()
        yield lambda: cast("AbstractContextManager[NotifyWork]", memory(uuid4()))  # type: ignore[arg-type]
        return
    postgres: TestDatabase = request.getfixturevalue("postgres")
    organization_id = new_organization(postgres)
    database = postgres.database()

    def opened() -> AbstractContextManager[NotifyWork]:
        return _Postgres(database.transaction(organization_id))

    yield opened
    database.close()


class _Postgres(AbstractContextManager[NotifyWork]):
    def __init__(self, transaction: AbstractContextManager[Any]) -> None:
        self._transaction = transaction

    def __enter__(self) -> NotifyWork:
        return PostgresNotifyWork(self._transaction.__enter__(), MemoryOutbox())

    def __exit__(self, *error: Any) -> bool | None:
        return self._transaction.__exit__(*error)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recording() as found:
        yield found
