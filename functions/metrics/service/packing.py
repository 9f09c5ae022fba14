"""A job on an archive: what making and restoring have in common, and the making."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from functions.metrics.domain.archive import FORMAT, TABLES, VERSION, csv_head, csv_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from functions.metrics.domain.archive import Block
    from functions.metrics.ports.archives import ArchiveFiles, ArchiveStore

_WINDOW = timedelta(days=7)
_AHEAD = timedelta(hours=1)


@dataclass(frozen=True)
class Task:
    """A job: where its file is, what is kept of the organisation, and whom to tell of progress."""

    key: str
    files: ArchiveFiles
    open: Callable[[], AbstractContextManager[ArchiveStore]]
    # takes a share from 0 to 1; raises when the job was cancelled
    advance: Callable[[float], None]
    now: datetime


class Packing:
    """Makes an archive."""

    def __init__(self, task: Task) -> None:
        self._task = task

    def make(self, begin: datetime | None) -> dict[str, Any]:
        """Write an archive and keep it."""
        end = self._task.now + _AHEAD
        with TemporaryFile() as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
                counts = self._tables(made)
                with self._task.open() as store:
                    begin = begin or end - timedelta(days=store.raw_days() + 1)
                    blocks = store.blocks()
                for done, block in enumerate(blocks, 1):
                    self._samples(made, block, begin, end)
                    self._task.advance(done / (len(blocks) + 1))
                with self._task.open() as store:
                    manifest = {
                        "format": FORMAT,
                        "version": VERSION,
                        "made_at": self._task.now.isoformat(),
                        "samples_from": begin.isoformat(),
                        "organization": store.organization(),
                        "counts": counts,
                    }
                made.writestr("manifest.json", json.dumps(manifest, indent=1))
            size = file.tell()
            file.seek(0)
            self._task.files.put(self._task.key, file)
        return {"size_bytes": size, "counts": counts}

    def _tables(self, made: zipfile.ZipFile) -> dict[str, int]:
        counts = {}
        with self._task.open() as store:
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
                with self._task.open() as store:
                    columns = store.samples(block, begin=begin, end=until)
                for line in csv_lines(columns):
                    raw.write(line.encode())
                begin = until


def _lines(made: zipfile.ZipFile, path: str, rows: Iterator[str]) -> int:
    count = 0
    with made.open(path, "w") as raw:
        for count, row in enumerate(rows, 1):  # noqa: B007  # the number of the last is their count
            raw.write(row.encode() + b"\n")
    return count
