"""Measured values in memory; tests/contract keeps them honest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.devices.domain.curves import Aggregate, floor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from netpulse.ids import DeviceId

    from functions.devices.domain.curves import Cut
    from functions.devices.domain.series import Sample, Series


from tests.unit.functions.devices.fakes.stored import Stored


class FakeReadings:
    """Measured values in memory."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def series(self, device_id: DeviceId, metrics: Sequence[str]) -> list[Series]:
        """Return a device's series of these metrics, of all when none is named."""
        found = [
            series
            for series in self._stored.series.get(device_id, [])
            if not metrics or series.metric in metrics
        ]
        return sorted(found, key=lambda series: (series.entity, series.metric))

    def samples(
        self, series: Sequence[Series], *, begin: datetime, end: datetime
    ) -> Mapping[int, list[Sample]]:
        """Return each series' values in time, by the series' id; series of one device."""
        return {
            each.id: [s for s in self._stored.samples.get(each.id, []) if begin <= s[0] < end]
            for each in series
        }

    def buckets(
        self, series: Sequence[Series], cut: Cut, aggregate: Aggregate
    ) -> Mapping[int, dict[datetime, float]]:
        """Return each series' value a bucket, by the series' id; series of one device."""
        found: dict[int, dict[datetime, float]] = {}
        for id_, samples in self.samples(series, begin=cut.begin, end=cut.end).items():
            values: dict[datetime, list[float]] = {}
            for at, value in samples:
                values.setdefault(floor(at, cut.step_s), []).append(value)
            found[id_] = {at: _AGGREGATES[aggregate](some) for at, some in values.items()}
        return found

    def latest(self, series: Sequence[Series], *, since: datetime) -> Mapping[int, Sample]:
        """Return each series' newest value, by the series' id; series of one device."""
        newest = {each.id: self._stored.samples.get(each.id, [])[-1:] for each in series}
        return {id_: some[0] for id_, some in newest.items() if some and some[0][0] >= since}


_AGGREGATES: dict[Aggregate, Callable[[list[float]], float]] = {
    Aggregate.AVG: lambda values: sum(values) / len(values),
    Aggregate.MIN: min,
    Aggregate.MAX: max,
    Aggregate.SUM: sum,
    Aggregate.COUNT: lambda values: float(len(values)),
    Aggregate.LAST: lambda values: values[-1],
}
