from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.functions.alerts.callers import client_of
from tests.integration.functions.alerts.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase
    from tests.support.http import Client


@pytest.fixture
def place(postgres: TestDatabase) -> Iterator[Place]:
    """An organisation of its own."""
    made = Place(postgres)
    yield made
    made.database.close()


@pytest.fixture
def client(place: Place) -> Client:
    return client_of(place)
