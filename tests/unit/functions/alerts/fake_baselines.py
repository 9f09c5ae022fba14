"""Baselines in memory; tests/contract keeps them honest."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from netpulse.ids import DeviceId

    from functions.alerts.ports import History
    from functions.alerts.ports.baselines import Learnt, Usuals
    from tests.unit.functions.alerts.fakes import FakeSamples


class FakeBaselines:
    """What is usual, in a dictionary."""

    def __init__(self, samples: FakeSamples) -> None:
        self.rows: dict[int, tuple[str, Learnt]] = {}
        self.zone = ZoneInfo("UTC")
        self.reads = 0
        self._samples = samples

    def time_zone(self) -> ZoneInfo:
        """Return by whose clock the organisation lives."""
        return self.zone

    def learnable_until(self, until: datetime) -> datetime:
        """Return the same: hours are there at once."""
        return until

    def behind(
        self, metric: str, device_ids: Collection[DeviceId], *, until: datetime, zone: ZoneInfo
    ) -> list[History]:
        """Return the devices' series of a metric that lack hours."""
        known = {each.series.series_id: each.until for each in self._by(zone)}
        return [
            each
            for each in self._samples.series(metric, device_ids)
            if each.series_id not in known or known[each.series_id] < until
        ]

    def learnt(self, series: Iterable[History], *, zone: ZoneInfo) -> list[Learnt]:
        """Return the baselines of those of the series that have one by this clock."""
        wanted = {each.series_id for each in series}
        return [each for each in self._by(zone) if each.series.series_id in wanted]

    def save(self, learnt: Sequence[Learnt], *, zone: ZoneInfo) -> None:
        """Keep baselines; one that has learnt more meanwhile stays."""
        for each in learnt:
            known = self.rows.get(each.series.series_id)
            if known is None or known[0] != zone.key or known[1].until < each.until:
                self.rows[each.series.series_id] = zone.key, each

    def forget(self, before: datetime) -> None:
        """Delete what learnt nothing since an instant."""
        self.rows = {key: row for key, row in self.rows.items() if row[1].until >= before}

    def usual(
        self, devices: Mapping[DeviceId, Collection[str]], cells: Sequence[int], *, zone: ZoneInfo
    ) -> Usuals:
        """Return what is usual for metrics of devices in some hours of the week."""
        self.reads += 1
        metrics = [metric for metric, _, _ in self._samples.past]
        return {
            (each.series.device_id, metrics[each.series.series_id], each.series.entity): tuple(
                each.baseline.usual(cell) for cell in cells
            )
            for each in self._by(zone)
            if each.baseline.hours
            and metrics[each.series.series_id] in devices.get(each.series.device_id, ())
        }

    def _by(self, zone: ZoneInfo) -> list[Learnt]:
        return [learnt for key, learnt in self.rows.values() if key == zone.key]
