"""Restoring an archive: rows, then samples, each only if it is not there yet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from functions.metrics.domain.archive import (
    FORMAT,
    MAX_BYTES,
    TABLES,
    VERSION,
    restored_id,
    restored_row,
    rows_of,
)

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from functions.metrics.service.packing import Task

_PAGE, _ROWS = 500, 2000


class CannotRestoreError(Exception):
    """The archive is not one, or its place is taken; `code` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Restoring:
    """Restores an archive into an organisation."""

    def __init__(self, task: Task, organization_id: OrganizationId) -> None:
        self._task = task
        self._organization_id = organization_id

    def restore(self) -> dict[str, Any]:
        """Read an archive into the organisation, which has no other devices."""
        with TemporaryFile() as file:
            self._task.files.get(self._task.key, file)
            try:
                with zipfile.ZipFile(file) as archive:
                    return self._restored(archive)
            except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
                raise CannotRestoreError(
                    "ARCHIVE_UNREADABLE", f"This is no archive of NetPulse's: {error}"
                ) from error

    def _restored(self, archive: zipfile.ZipFile) -> dict[str, Any]:
        manifest = json.loads(archive.read("manifest.json"))
        if (manifest.get("format"), manifest.get("version")) != (FORMAT, VERSION):
            raise ValueError("its manifest is of another format or version")
        if sum(each.file_size for each in archive.infolist()) > MAX_BYTES:
            raise ValueError("it is too large")
        paths = {table.name: f"tables/{table.name}.jsonl" for table in TABLES}
        # older archives lack tables that were added since
        rows = {
            name: _read(archive, path) if path in archive.namelist() else []
            for name, path in paths.items()
        }
        known = {row["id"] for name in rows for row in rows[name] if "id" in row}
        self._check_empty({row["id"] for row in rows["devices"]})
        restored = {}
        with self._task.open() as store:
            for table in TABLES:
                restored[table.name] = 0
                for start in range(0, len(rows[table.name]), _PAGE):
                    part = [
                        {**restored_row(row, self._organization_id, known), **table.given}
                        for row in rows[table.name][start : start + _PAGE]
                    ]
                    restored[table.name] += store.restore(table, part)
        return {"restored": restored, **self._restored_samples(archive, known)}

    def _check_empty(self, archived: set[str]) -> None:
        ours = {restored_id(self._organization_id, each) for each in archived}
        with self._task.open() as store:
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
        with self._task.open() as store:
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
            self._task.advance(done / (len(paths) + 1))
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
        with self._task.open() as store:
            written = store.record(number, block, batch)
        for name in total:
            total[name] += int(getattr(written, name))


def _read(archive: zipfile.ZipFile, path: str) -> list[dict[str, Any]]:
    with archive.open(path) as raw:
        return [json.loads(line) for line in raw]
