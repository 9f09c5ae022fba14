"""The first of a ranking, and how much of the time devices were up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from netpulse.availability import Availability, availability, summed
from netpulse.timeseries.buckets import rates
from netpulse.timeseries.model import COUNTER

from functions.metrics.domain.errors import QueryTooLargeError
from functions.metrics.domain.ranking import Figures, figures, first_places
from functions.metrics.domain.spans import Aggregate
from functions.metrics.models.rankings import (
    AvailabilityFigures,
    DeviceAvailabilityView,
    FleetAvailabilityView,
    Order,
    Ranked,
    RankedView,
    TopView,
)
from functions.metrics.service.asking import check_scope, range_of, series_of, span_of
from functions.metrics.service.reading import buckets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.metrics.domain.buckets import Floats
    from functions.metrics.domain.series import Series
    from functions.metrics.models.rankings import AvailabilityIn, TopIn
    from functions.metrics.ports import Readings, Work

MAX_DEVICES = 10_000
# A range is read in so many parts at most, which lets rollups answer for it.
_PARTS = 200
_P95 = 0.95


class RankingService:
    """Compares series and devices with each other."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def top(self, organization_id: OrganizationId, asked: TopIn) -> TopView:
        """Return the series that rank first; counters by their rates."""
        begin, end = range_of(asked, self._clock.now())
        with self._work(organization_id) as work:
            series = series_of(work.catalogue, asked.wanted())
            found = _figures(work.readings, series, begin, end)
            values = _values(work.readings, series, begin, end, by=asked.by, found=found)
        first = first_places(values, highest=asked.order is Order.HIGHEST, limit=asked.limit)
        return TopView(
            begin=begin,
            end=end,
            by=asked.by,
            order=asked.order,
            ranked=int((~np.isnan(values)).sum()),
            series=[
                _ranked(series[place], rank, float(values[place]), found.of(place))
                for rank, place in enumerate(first.tolist(), 1)
            ],
        )

    def availability(
        self, organization_id: OrganizationId, asked: AvailabilityIn
    ) -> FleetAvailabilityView:
        """Return how much of a range each device was up, by the rule reports have too."""
        now = self._clock.now()
        begin, end = range_of(asked, now)
        with self._work(organization_id) as work:
            check_scope(work.catalogue, asked.wanted())
            devices = work.catalogue.devices(asked.wanted(), limit=MAX_DEVICES + 1)
            if len(devices) > MAX_DEVICES:
                raise QueryTooLargeError(
                    f"More than {MAX_DEVICES} devices fit; name a group or a tag",
                    details={"max_devices": MAX_DEVICES},
                )
            periods = work.catalogue.periods([each.id for each in devices], begin=begin, end=end)
        found = [
            availability(
                periods.get(each.id, ()),
                begin=begin,
                end=end,
                existed_from=each.created_at,
                now=now,
            )
            for each in devices
        ]
        return FleetAvailabilityView(
            begin=begin,
            end=end,
            total=AvailabilityFigures(**_seconds(summed(found))),
            devices=[
                DeviceAvailabilityView(
                    **_seconds(each), device_id=device.id, device_name=device.name
                )
                for device, each in zip(devices, found, strict=True)
            ],
        )


def _figures(
    readings: Readings, series: Sequence[Series], begin: datetime, end: datetime
) -> Figures:
    span = span_of(series, begin, end, step_s=None, curves=1, max_points=_PARTS)
    found = Figures.unknown(len(series))
    for rated in (False, True):
        places = [p for p, each in enumerate(series) if (each.kind == COUNTER) is rated]
        if places:
            chosen = [series[place] for place in places]
            found.put(places, figures(buckets(readings, chosen, span, rated=rated)))
    return found


def _values(
    readings: Readings,
    series: Sequence[Series],
    begin: datetime,
    end: datetime,
    *,
    by: Ranked,
    found: Figures,
) -> Floats:
    if by is not Ranked.P95:
        return {
            Ranked.MIN: found.minimum,
            Ranked.AVG: found.average,
            Ranked.MAX: found.maximum,
            Ranked.LAST: found.last,
        }[by]
    # refuses what is too much to read
    span_of(series, begin, end, step_s=None, curves=1, max_points=1, aggregate=Aggregate.P95)
    samples = readings.samples(series, begin=begin, end=end)
    rated = [
        rates(column) if each.kind == COUNTER else column
        for each, column in zip(series, samples, strict=True)
    ]
    return np.array(
        [np.quantile(each.values, _P95) if len(each.values) else np.nan for each in rated]
    )


def _ranked(series: Series, rank: int, value: float, found: dict[str, float]) -> RankedView:
    return RankedView(
        rank=rank,
        value=value,
        **found,
        metric=series.metric,
        unit=series.unit,
        entity=series.entity,
        device_id=series.device_id,
        device_name=series.device_name,
    )


def _seconds(found: Availability) -> dict[str, Any]:
    return {
        "availability": found.ratio,
        "up_seconds": found.up_seconds,
        "down_seconds": found.down_seconds,
        "unreachable_seconds": found.unreachable_seconds,
        "maintenance_seconds": found.maintenance_seconds,
        "unknown_seconds": found.unknown_seconds,
        "outages": found.outages,
        "longest_outage_seconds": found.longest_outage_seconds,
    }
