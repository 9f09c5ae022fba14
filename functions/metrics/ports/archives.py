"""What archives need of the world."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from netpulse.timeseries import Written
    from netpulse.timeseries.model import Column

    from functions.metrics.domain.archive import Block, Table


class ArchiveFiles(Protocol):
    """Where archives' files are kept."""

    def put(self, key: str, body: IO[bytes]) -> None:
        """Keep a file."""
        ...

    def get(self, key: str, into: IO[bytes]) -> None:
        """Fetch a file."""
        ...

    def size(self, key: str) -> int | None:
        """Return how large a file is; None when there is none."""
        ...

    def download_link(self, key: str, *, file_name: str, valid: timedelta) -> str:
        """Return a URL that a file can be had from for a while."""
        ...

    def upload_link(self, key: str, *, valid: timedelta) -> str:
        """Return a URL that a file can be brought to by PUT for a while."""
        ...


class ArchiveStore(Protocol):
    """One organisation's rows, as an archive has them."""

    def organization(self) -> dict[str, Any]:
        """Return the organisation's own row."""
        ...

    def raw_days(self) -> int:
        """Return for how many days samples are kept."""
        ...

    def rows(self, table: Table) -> Iterator[str]:
        """Yield a table's rows as JSON texts."""
        ...

    def restore(self, table: Table, rows: Sequence[dict[str, Any]]) -> int:
        """Insert rows that are not there yet; return how many."""
        ...

    def device_ids(self) -> set[str]:
        """Return the ids of the organisation's devices."""
        ...

    def series(self) -> list[dict[str, Any]]:
        """Return the devices' series."""
        ...

    def foreign(self) -> list[dict[str, Any]]:
        """Return the series that a Prometheus wrote."""
        ...

    def blocks(self) -> list[Block]:
        """Return which series share rows."""
        ...

    def samples(self, block: Block, *, begin: datetime, end: datetime) -> list[Column]:
        """Return a block's samples in [begin, end), a column a series."""
        ...

    def restore_series(self, rows: Sequence[dict[str, Any]]) -> None:
        """Insert series of restored devices that are not there yet."""
        ...

    def restored_numbers(self, foreign: Sequence[dict[str, Any]]) -> dict[str, int]:
        """Give foreign series their places, and return every owner's number in the store."""
        ...

    def record(self, number: int, block: int, rows: Sequence[tuple[int, list[float]]]) -> Written:
        """Write samples by instant (µs) of a block; again is no harm."""
        ...
