"""What taking remote_write needs of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractContextManager

    from netpulse.ids import OrganizationId
    from netpulse.timeseries import Written

    from functions.metrics.domain.foreign import Foreign, Metadata, Place, Source


class ForeignSeries(Protocol):
    """Series that a Prometheus writes, of one organisation."""

    def organization_number(self) -> int:
        """Return the organisation's short id."""
        ...

    def room(self) -> int:
        """Return how many more series the organisation's quota lets in."""
        ...

    def places(self, fingerprints: Collection[bytes]) -> dict[bytes, Place]:
        """Return where series stand that are known."""
        ...

    def lock_source(self, source: Source) -> tuple[int, int]:
        """Return a source's number and how many series it has; nobody else adds one meanwhile."""
        ...

    def add(self, source_number: int, used: int, series: Sequence[Foreign]) -> None:
        """Give a locked source's new series their places."""
        ...

    def describe(self, metadata: Sequence[Metadata]) -> None:
        """Remember what metrics are."""
        ...

    def record(self, number: int, rows: Mapping[tuple[int, int, int], Sequence[float]]) -> Written:
        """Write values by source, block and instant in ms; again is no harm."""
        ...


class ForeignWork(Protocol):
    """Opens transactions that may write samples."""

    def __call__(self, organization_id: OrganizationId) -> AbstractContextManager[ForeignSeries]:
        """Open the foreign series of one organisation."""
        ...
