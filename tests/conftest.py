"""Fixtures every kind of test may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestDatabase]:
    """A real, migrated PostgreSQL for the whole session; isolate tests by organisation."""
    from tests.support.database import running_database

    with running_database() as database:
        yield database
