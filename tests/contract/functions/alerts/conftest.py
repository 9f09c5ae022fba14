from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.functions.alerts.stores import InMemory, OnPostgres, Store
from tests.integration.functions.alerts.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    made: Store = (
        InMemory()
        if request.param == "memory"
        else OnPostgres(Place(request.getfixturevalue("postgres")))
    )
    yield made
    made.close()
