from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.auth import AuthWorld, Person
from tests.support.aws import make_tables, mocked_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase


@pytest.fixture
def world(postgres: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[AuthWorld]:
    with mocked_aws(monkeypatch):
        make_tables()
        yield AuthWorld(postgres)


@pytest.fixture
def admin(world: AuthWorld) -> Person:
    return world.register()


@pytest.fixture
def stranger(world: AuthWorld) -> Person:
    """The admin of another organisation."""
    return world.register("Other Net")
