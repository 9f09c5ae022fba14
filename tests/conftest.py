"""Fixtures every kind of test may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase

pytest_plugins = ["tests.support.deployed"]

# No test asserts a time, nor does hypothesis: a busy machine draws its examples slowly.
settings.register_profile("netpulse", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("netpulse")


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestDatabase]:
    """A real, migrated PostgreSQL for the whole session; isolate tests by organisation."""
    from tests.support.database import running_database

    with running_database() as database:
        yield database


@pytest.fixture
def own_postgres(postgres: TestDatabase) -> Iterator[TestDatabase]:
    """A migrated database of the test's own, for what looks at every organisation."""
    with postgres.copy() as database:
        yield database


@pytest.fixture
def aws_in_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS answered by moto, empty: make what the test needs with tests.support.aws."""
    from tests.support.aws import mocked_aws

    with mocked_aws(monkeypatch):
        yield
