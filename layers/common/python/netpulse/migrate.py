"""Apply the schema's history: SQL files in order, forward only."""

from __future__ import annotations

import io
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "migrations"
# Any number will do; it must only be the same in every runner.
_LOCK_KEY = 0x6E65_7470


@contextmanager
def _one_at_a_time(url: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
        yield


def migrate(url: str) -> list[str]:
    """Apply every pending migration to the database at `url`; return the names applied.

    Concurrent runs wait for each other. A killed run leaves whole files applied or not applied.
    """
    # yoyo is only in the platform function's asset, not in the shared layer
    from yoyo import get_backend, read_migrations  # noqa: PLC0415

    backend_url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    with _one_at_a_time(url):
        backend = get_backend(backend_url, migration_table="_netpulse_migrations")
        try:
            # we hold the advisory lock, so a lock row can only be a killed run's leftover
            backend.break_lock()
            pending = backend.to_apply(read_migrations(str(FOLDER)))
            # yoyo prints what SELECTs in a migration return
            with backend.lock(), redirect_stdout(io.StringIO()):
                backend.apply_migrations(pending)
            return [migration.id for migration in pending]
        finally:
            backend.connection.close()
