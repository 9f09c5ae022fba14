from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.auth import AuthWorld, Person
from tests.support.aws import make_tables, mocked_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase


@pytest.fixture(scope="module")
def tables() -> Iterator[None]:
    """The tables of a whole file: every test has people and sessions of its own."""
    with pytest.MonkeyPatch.context() as monkeypatch, mocked_aws(monkeypatch):
        make_tables()
        yield


@pytest.fixture
def world(postgres: TestDatabase, tables: None) -> AuthWorld:
    return AuthWorld(postgres)


@pytest.fixture
def admin(world: AuthWorld) -> Person:
    return world.register()


@pytest.fixture
def stranger(world: AuthWorld) -> Person:
    """The admin of another organisation."""
    return world.register("Other Net")
