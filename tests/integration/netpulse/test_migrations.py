"""The schema's history can be applied again, by two at once, and after a runner was killed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from netpulse.migrate import FOLDER, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase

NAMES = sorted(path.stem for path in FOLDER.glob("*.sql"))


@pytest.fixture
def empty(postgres: TestDatabase) -> Iterator[str]:
    """An empty database of its own in the same server."""
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"'.encode())
    yield urlunsplit(urlsplit(postgres.owner_url)._replace(path=f"/{name}"))
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_no_two_migrations_have_one_number() -> None:
    numbers = [int(name[:4]) for name in NAMES]
    assert len(set(numbers)) == len(numbers)


def test_a_second_run_has_nothing_to_do(empty: str) -> None:
    assert migrate(empty) == NAMES
    assert migrate(empty) == []


def test_two_runs_at_once_apply_each_migration_once(empty: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(migrate, [empty, empty]))
    assert sorted(runs, key=len) == [[], NAMES]


def test_a_lock_that_a_killed_run_left_stops_nobody(empty: str) -> None:
    migrate(empty)
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, now(), 4242) "
            "ON CONFLICT DO NOTHING"
        )
    assert migrate(empty) == []


def test_a_server_that_has_the_roles_already_is_fine(empty: str) -> None:
    # roles are the server's, not the database's: every other test database made them before
    assert migrate(empty)[0] == "0001_roles"
