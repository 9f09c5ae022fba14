"""Makes and restores archives, a device at a time, so that it can be watched and stopped."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from contextlib import contextmanager
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from netpulse.observability import logger

from functions.metrics.domain.archive import (
    FORMAT,
    MAX_BYTES,
    TABLES,
    VERSION,
    csv_head,
    csv_lines,
    restored_id,
    restored_row,
    rows_of,
)
from functions.metrics.service.archives import MAKE, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from netpulse.clock import Clock
    from netpulse.ids import JobId, OrganizationId

    from functions.metrics.domain.archive import Block
    from functions.metrics.ports import Work
    from functions.metrics.ports.archives import ArchiveFiles, ArchiveStore

_WINDOW = timedelta(days=7)
_PAGE, _ROWS = 500, 2000
_AHEAD = timedelta(hours=1)


class CannotRestoreError(Exception):
    """The archive is not one, or its place is taken; `code` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _CancelledError(Exception):
    """The job is no longer wanted."""


class Archivist:
    """Does the jobs that ArchiveService queues."""

    def __init__(
        self,
        work: Work,
        store: Callable[[OrganizationId], AbstractContextManager[ArchiveStore]],
        files: ArchiveFiles,
        clock: Clock,
    ) -> None:
        self._work = work
        self._store = store
        self._files = files
        self._clock = clock

    def run(self, organization_id: OrganizationId, job_id: JobId) -> bool:
        """Do a job unless it is cancelled, under way or done; return whether it was done."""
        with self._work(organization_id) as work:
            job = work.jobs.claim(job_id, at=self._clock.now())
        if job is None:
            logger.info("archive job passed over: it is not queued", extra={"job": str(job_id)})
            return False
        task = _Task(self, organization_id, job_id, UUID(job["request"]["archive_id"]))
        with self._failing(organization_id, job_id):
            if job["kind"] == MAKE:
                since = job["request"].get("samples_from")
                result = task.make(datetime.fromisoformat(since) if since else None)
            else:
                result = task.restore()
            with self._work(organization_id) as work:
                return work.jobs.succeed(job_id, result, at=self._clock.now())
        return False

    @contextmanager
    def _failing(self, organization_id: OrganizationId, job_id: JobId) -> Iterator[None]:
        """Let nobody wait for a job that broke off."""
        code, message = "ARCHIVE_FAILED", "It broke off; ask for it again"
        over = False
        try:
            yield
            over = True
        except _CancelledError:
            over = True
            logger.info("archive job cancelled", extra={"job": str(job_id)})
        except CannotRestoreError as error:
            code, message = error.code, str(error)
        finally:
            if not over:
                with self._work(organization_id) as work:
                    work.jobs.fail(job_id, code=code, message=message, at=self._clock.now())

    def store(self, organization_id: OrganizationId) -> AbstractContextManager[ArchiveStore]:
        """Open what is kept of an organisation."""
        return self._store(organization_id)

    def advance(self, organization_id: OrganizationId, job_id: JobId, share: float) -> None:
        """Note progress; raise when the job was cancelled."""
        with self._work(organization_id) as work:
            if not work.jobs.advance(job_id, share):
                raise _CancelledError

    @property
    def files(self) -> ArchiveFiles:
        """Where archives are kept."""
        return self._files

    def now(self) -> datetime:
        """The present instant."""
        return self._clock.now()


class _Task:
    """One job."""

    def __init__(
        self, archivist: Archivist, organization_id: OrganizationId, job_id: JobId, archive_id: UUID
    ) -> None:
        self._archivist = archivist
        self._organization_id = organization_id
        self._job_id = job_id
        self._key = key_of(organization_id, archive_id)

    def make(self, begin: datetime | None) -> dict[str, Any]:
        """Write an archive and keep it."""
        end = self._archivist.now() + _AHEAD
        with TemporaryFile() as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
                counts = self._tables(made)
                with self._open() as store:
                    begin = begin or end - timedelta(days=store.raw_days() + 1)
                    blocks = store.blocks()
                for done, block in enumerate(blocks, 1):
                    self._samples(made, block, begin, end)
                    self._advance(done / (len(blocks) + 1))
                with self._open() as store:
                    manifest = {
                        "format": FORMAT,
                        "version": VERSION,
                        "made_at": self._archivist.now().isoformat(),
                        "samples_from": begin.isoformat(),
                        "organization": store.organization(),
                        "counts": counts,
                    }
                made.writestr("manifest.json", json.dumps(manifest, indent=1))
            size = file.tell()
            file.seek(0)
            self._archivist.files.put(self._key, file)
        return {"size_bytes": size, "counts": counts}

    def restore(self) -> dict[str, Any]:
        """Read an archive into the organisation, which has no other devices."""
        with TemporaryFile() as file:
            self._archivist.files.get(self._key, file)
            try:
                with zipfile.ZipFile(file) as archive:
                    return self._restored(archive)
            except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
                raise CannotRestoreError(
                    "ARCHIVE_UNREADABLE", f"This is no archive of NetPulse's: {error}"
                ) from error

    def _open(self) -> AbstractContextManager[ArchiveStore]:
        return self._archivist.store(self._organization_id)

    def _advance(self, share: float) -> None:
        self._archivist.advance(self._organization_id, self._job_id, share)

    def _tables(self, made: zipfile.ZipFile) -> dict[str, int]:
        counts = {}
        with self._open() as store:
            for table in TABLES:
                counts[table.name] = _lines(made, f"tables/{table.name}.jsonl", store.rows(table))
            series, foreign = store.series(), store.foreign()
            counts["series"] = _lines(made, "series.jsonl", map(json.dumps, series))
            counts["foreign_series"] = _lines(
                made, "foreign_series.jsonl", map(json.dumps, foreign)
            )
        return counts

    def _samples(self, made: zipfile.ZipFile, block: Block, begin: datetime, end: datetime) -> None:
        with made.open(block.path, "w", force_zip64=True) as raw:
            raw.write(csv_head(block).encode())
            while begin < end:
                until = min(begin + _WINDOW, end)
                with self._open() as store:
                    columns = store.samples(block, begin=begin, end=until)
                for line in csv_lines(columns):
                    raw.write(line.encode())
                begin = until

    def _restored(self, archive: zipfile.ZipFile) -> dict[str, Any]:
        manifest = json.loads(archive.read("manifest.json"))
        if (manifest.get("format"), manifest.get("version")) != (FORMAT, VERSION):
            raise ValueError("its manifest is of another format or version")
        if sum(each.file_size for each in archive.infolist()) > MAX_BYTES:
            raise ValueError("it is too large")
        rows = {table.name: _read(archive, f"tables/{table.name}.jsonl") for table in TABLES}
        known = {row["id"] for name in rows for row in rows[name] if "id" in row}
        self._check_empty({row["id"] for row in rows["devices"]})
        restored = {}
        with self._open() as store:
            for table in TABLES:
                restored[table.name] = 0
                for start in range(0, len(rows[table.name]), _PAGE):
                    part = [
                        restored_row(row, self._organization_id, known)
                        for row in rows[table.name][start : start + _PAGE]
                    ]
                    restored[table.name] += store.restore(table, part)
        return {"restored": restored, **self._restored_samples(archive, known)}

    def _check_empty(self, archived: set[str]) -> None:
        ours = {restored_id(self._organization_id, each) for each in archived}
        with self._open() as store:
            if store.device_ids() - ours:
                raise CannotRestoreError(
                    "ORGANIZATION_NOT_EMPTY",
                    "The organisation has devices that are not the archive's; restore into an "
                    "empty one",
                )

    def _restored_samples(self, archive: zipfile.ZipFile, known: set[str]) -> dict[str, int]:
        series = [
            restored_row(row, self._organization_id, known)
            for row in _read(archive, "series.jsonl")
        ]
        foreign = _read(archive, "foreign_series.jsonl")
        with self._open() as store:
            store.restore_series(series)
            numbers = store.restored_numbers(foreign)
        positions = {str(row["id"]): row["position"] for row in (*series, *foreign)}
        paths = [name for name in archive.namelist() if name.startswith("samples/")]
        total = {"recorded": 0, "merged": 0, "quarantined": 0}
        for done, path in enumerate(paths, 1):
            _, owner, file = path.split("/")
            key = owner
            if owner.startswith("device-"):
                key = f"device-{restored_id(self._organization_id, owner.removeprefix('device-'))}"
            if key in numbers:
                block = int(file.removesuffix(".csv"))
                with archive.open(path) as raw:
                    self._record(raw, numbers[key], block, positions, total)
            self._advance(done / (len(paths) + 1))
        return total

    def _record(
        self,
        raw: IO[bytes],
        number: int,
        block: int,
        positions: dict[str, int],
        total: dict[str, int],
    ) -> None:
        lines = csv.reader(io.TextIOWrapper(raw, "utf-8", newline=""))
        batch: list[tuple[int, list[float]]] = []
        for row in rows_of(lines, positions):
            batch.append(row)
            if len(batch) == _ROWS:
                self._write(number, block, batch, total)
                batch = []
        self._write(number, block, batch, total)

    def _write(
        self, number: int, block: int, batch: list[tuple[int, list[float]]], total: dict[str, int]
    ) -> None:
        if not batch:
            return
        with self._open() as store:
            written = store.record(number, block, batch)
        for name in total:
            total[name] += int(getattr(written, name))


def _lines(made: zipfile.ZipFile, path: str, rows: Iterator[str]) -> int:
    count = 0
    with made.open(path, "w") as raw:
        for count, row in enumerate(rows, 1):  # noqa: B007  # the number of the last is their count
            raw.write(row.encode() + b"\n")
    return count


def _read(archive: zipfile.ZipFile, path: str) -> list[dict[str, Any]]:
    with archive.open(path) as raw:
        return [json.loads(line) for line in raw]
