"""Samples on disk while the database is away: bounded, checked, oldest first.

A record is its length, the CRC-32 of its payload, and the payload (spool_format.py). A segment
whose tail is torn or flipped gives what stands before the damage.
"""

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pollers.metrics import Metrics
from pollers.ports import Cycle
from pollers.spool_format import decode, encode

_HEADER = struct.Struct("!II")
SEGMENT_BYTES = 4 << 20
# A record is read and written as one: small enough that nothing else waits for long.
_CYCLES_A_RECORD = 100


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of the spool."""

    path: Path
    metrics: Metrics

    def records(self) -> Iterator[list[Cycle]]:
        """Yield the cycles of one record after another, up to the first that is damaged."""
        data = self.path.read_bytes()
        at = 0
        while at + _HEADER.size <= len(data):
            length, crc = _HEADER.unpack_from(data, at)
            payload = data[at + _HEADER.size : at + _HEADER.size + length]
            if len(payload) < length or zlib.crc32(payload) != crc:
                break
            try:
                yield decode(payload)
            except (ValueError, TypeError, LookupError, zlib.error):
                # Sound, but not ours: of another version, or no record at all.
                self.metrics.add("netpulse_poller_spool_damaged_total")
            at += _HEADER.size + length
        if at < len(data):
            self.metrics.add("netpulse_poller_spool_damaged_total")

    def count(self) -> int:
        """Return how many cycles it holds."""
        return sum(len(record) for record in self.records())

    def remove(self) -> None:
        """Delete the file: its cycles are in the database."""
        self.path.unlink(missing_ok=True)


class Spool:
    """A folder of segments; when it is full the oldest goes, and is counted."""

    def __init__(self, folder: Path, metrics: Metrics, *, limit_bytes: int = 256 << 20) -> None:
        self._folder = folder
        self._metrics = metrics
        self._limit_bytes = limit_bytes
        # The file being written; never one of an earlier life, whose tail may be torn, nor one
        # that is being read, which is removed once its cycles are in the database.
        self._open: Path | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def size(self) -> int:
        """Return how many bytes are on disk."""
        return sum(path.stat().st_size for path in self._paths())

    def append(self, cycles: Sequence[Cycle]) -> None:
        """Write cycles to disk, and on to the disk itself."""
        if not cycles:
            return
        record = b"".join(
            _HEADER.pack(len(payload), zlib.crc32(payload)) + payload
            for payload in (
                encode(cycles[start : start + _CYCLES_A_RECORD])
                for start in range(0, len(cycles), _CYCLES_A_RECORD)
            )
        )
        try:
            self._make_room(len(record))
            with self._current().open("ab") as file:
                file.write(record)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            # A full or failing disk must not stop the polling: the loss is counted.
            self._metrics.add("netpulse_poller_spool_lost_total", value=len(cycles))

    def take(self, segment: bytes) -> bool:
        """Keep a segment that another poller wrote; return whether it is on the disk."""
        path = self._next_path()
        try:
            self._make_room(len(segment))
            with path.open("xb") as file:
                file.write(segment)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            return False
        return True

    def oldest_first(self) -> Iterator[Segment]:
        """Yield the segments in the order in which they were written; later ones are not added."""
        self._open = None
        for path in self._paths():
            yield Segment(path, self._metrics)

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("*.spool"))

    def _current(self) -> Path:
        current = self._open
        if current is None or not current.exists() or current.stat().st_size >= SEGMENT_BYTES:
            current = self._open = self._next_path()
        return current

    def _next_path(self) -> Path:
        paths = self._paths()
        number = int(paths[-1].stem) + 1 if paths else 1
        return self._folder / f"{number:012d}.spool"

    def _make_room(self, needed: int) -> None:
        paths = self._paths()
        while paths and self.size() + needed > self._limit_bytes:
            oldest = Segment(paths.pop(0), self._metrics)
            self._metrics.add("netpulse_poller_spool_lost_total", value=oldest.count())
            oldest.remove()
