"""What was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from netpulse.ids import DeviceId

from functions.alerts.domain.hour import Hour


@dataclass(frozen=True, kw_only=True)
class History:
    """A series whose past can be read."""

    series_id: int
    device_id: DeviceId
    entity: str


class Samples(Protocol):
    """What was measured."""

    def checks(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, set[str]]:
        """Return the checks that are made of devices, by the names of their series."""
        ...

    def series(self, metric: str, device_ids: Iterable[DeviceId]) -> list[History]:
        """Return the devices' series of a metric, a device's together."""
        ...

    def read(
        self, series: Sequence[History], *, begin: datetime, end: datetime
    ) -> dict[DeviceId, dict[str, list[tuple[datetime, float]]]]:
        """Return the samples of series in time, by device and entity."""
        ...

    def hours(
        self, series: Sequence[History], *, begin: datetime, end: datetime
    ) -> Iterator[tuple[History, list[Hour]]]:
        """Return what the hours of each series came to, in time."""
        ...

    def last_seen(self, metric: str, *, since: datetime) -> list[tuple[DeviceId, str, datetime]]:
        """Return the polled series of a metric that had a value since an instant, and its slot."""
        ...
