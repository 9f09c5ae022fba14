"""What is usual for series."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from netpulse.ids import DeviceId

from functions.alerts.domain.baseline import Baseline, Usual
from functions.alerts.ports.samples import History


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """A series' baseline, and before which instant its hours were taken in."""

    series: History
    baseline: Baseline
    until: datetime


# What is usual for a device's metric of an entity, in some hours of the week.
Usuals = dict[tuple[DeviceId, str, str], tuple[Usual, ...]]


class Baselines(Protocol):
    """What is usual for the organisation's series."""

    def time_zone(self) -> ZoneInfo:
        """Return by whose clock the organisation lives."""
        ...

    def learnable_until(self, until: datetime) -> datetime:
        """Return before which instant hours are there to be learnt from: `until`, or earlier."""
        ...

    def behind(
        self, metric: str, device_ids: Collection[DeviceId], *, until: datetime, zone: ZoneInfo
    ) -> list[History]:
        """Return the devices' series of a metric that lack hours, those never learnt first."""
        ...

    def learnt(self, series: Iterable[History], *, zone: ZoneInfo) -> list[Learnt]:
        """Return the baselines of those of the series that have one by this clock."""
        ...

    def save(self, learnt: Sequence[Learnt], *, zone: ZoneInfo) -> None:
        """Keep baselines; one that has learnt more meanwhile stays."""
        ...

    def forget(self, before: datetime) -> None:
        """Delete what learnt nothing since an instant: rollups tell better."""
        ...

    def usual(
        self, devices: Mapping[DeviceId, Collection[str]], cells: Sequence[int], *, zone: ZoneInfo
    ) -> Usuals:
        """Return what is usual for metrics of devices in some hours of the week."""
        ...
