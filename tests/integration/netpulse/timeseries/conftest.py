"""A store of its own, for the state of rollup and compaction is the whole database's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit, urlunsplit
from uuid import UUID, uuid4

import psycopg
import pytest
from netpulse.db import Database
from netpulse.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase

TABLES = (
    "samples, chunks, latest_samples, rollups_5m, rollups_1h, rollups_1d, dirty_buckets, "
    "rollup_ranges, quarantined_samples"
)


@dataclass
class Store:
    """A database with one organisation and its devices 1 and 2, and a door for each role."""

    url: str
    organization_id: UUID
    organization_number: int
    system: Database
    app: Database

    def run(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        """Run a statement as the owner."""
        with psycopg.connect(self.url, autocommit=True) as owner:
            cursor = owner.execute(sql.encode(), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        """Forget every sample."""
        names = ", ".join(f"netpulse.{name.strip()}" for name in TABLES.split(","))
        self.run(
            f"TRUNCATE {names}; UPDATE netpulse.time_series_progress "
            "SET rolled_until = '-infinity', compacted_until = '-infinity'; "
            "DELETE FROM netpulse.retention_policies"
        )


def role_url(url: str, role: str) -> str:
    """Return the URL by which a role reaches the same database by its socket."""
    parts = urlsplit(url)
    return f"postgresql://{role}@/{parts.path.lstrip('/')}?host={parse_qs(parts.query)['host'][0]}"


def open_store(url: str) -> Store:
    """Migrate a database and fill in who is there."""
    migrate(url)
    with psycopg.connect(url, autocommit=True) as owner:
        found = owner.execute(
            "INSERT INTO netpulse.organizations (name, slug) VALUES ('Ours', 'ours') "
            "RETURNING id, number"
        ).fetchone()
        assert found
        for number in (1, 2):
            owner.execute(
                "INSERT INTO netpulse.devices (organization_id, name, ip_address, device_type) "
                "VALUES (%s, %s, ('192.0.2.' || %s)::inet, 'router')",
                (found[0], f"device {number}", number),
            )
        # Positions 1 to 3 of block 1; the third is a counter.
        owner.execute(
            "INSERT INTO netpulse.series (organization_id, device_id, device_number, metric, kind, "
            "block, position) SELECT organization_id, id, number, 'm' || p, "
            "CASE p WHEN 3 THEN 'counter' ELSE 'gauge' END, 1, p "
            "FROM netpulse.devices, generate_series(1, 3) p ORDER BY number, p"
        )
    system, app = (Database(role_url(url, f"netpulse_{role}")) for role in ("system", "app"))
    return Store(url, found[0], found[1], system, app)


@pytest.fixture(scope="package")
def a_store(postgres: TestDatabase) -> Iterator[Store]:
    name = f"store_{uuid4().hex}"
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"'.encode())
    store = open_store(urlunsplit(urlsplit(postgres.owner_url)._replace(path=f"/{name}")))
    yield store
    store.system.close()
    store.app.close()
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def store(a_store: Store) -> Store:
    """The store, empty."""
    a_store.empty()
    return a_store


def wait_until_blocked(url: str, holder: int) -> None:
    """Return once another session waits for the holder."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "DO $$ BEGIN FOR turn IN 1 .. 3000 LOOP "
            "IF EXISTS (SELECT FROM pg_stat_activity WHERE "
            f"{int(holder)} = ANY(pg_blocking_pids(pid))) THEN RETURN; END IF; "
            "PERFORM pg_stat_clear_snapshot(); PERFORM pg_sleep(0.01); END LOOP; "
            "RAISE EXCEPTION 'nobody waits'; END $$".encode()
        )
