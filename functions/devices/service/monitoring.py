"""What is known of devices: lists, status, ports, availability and measured values."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from netpulse.availability import StatusPeriod, availability
from netpulse.http import Page

from functions.devices.domain.curves import TooManyPointsError, bucketed, cut, with_gaps
from functions.devices.domain.errors import unacceptable
from functions.devices.models.metrics import CurveView, LatestView, MetricsView, SeriesView
from functions.devices.models.views import AvailabilityView, StatusView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId

    from functions.devices.domain.curves import Aggregate, Cut, Point
    from functions.devices.domain.listing import DeviceFilter, Slice
    from functions.devices.domain.series import Series
    from functions.devices.models.snapshot import SnapshotView
    from functions.devices.models.views import DeviceView, InterfaceView
    from functions.devices.ports import Readings, Work

_LATEST_INTERVALS = 5
_LATEST_AT_LEAST = timedelta(minutes=15)


class MonitoringService:
    """Reads what monitoring found out about an organisation's devices."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def page(
        self, organization_id: OrganizationId, wanted: DeviceFilter, part: Slice
    ) -> Page[DeviceView]:
        """Return one page of the wanted devices."""
        with self._work(organization_id) as work:
            items, total = work.inventory.page(wanted, part)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def view(self, organization_id: OrganizationId, device_id: DeviceId) -> DeviceView:
        """Return a device with what is known of it."""
        with self._work(organization_id) as work:
            return work.inventory.view(device_id)

    def snapshot(self, organization_id: OrganizationId) -> SnapshotView:
        """Return every active device's name and status, in columns."""
        with self._work(organization_id) as work:
            return work.inventory.snapshot(self._clock.now())

    def status(
        self, organization_id: OrganizationId, device_id: DeviceId, *, periods: int
    ) -> StatusView:
        """Return a device's status and its last periods, newest first."""
        with self._work(organization_id) as work:
            device = work.inventory.view(device_id)
            last = work.inventory.last_periods(device_id, limit=periods)
        return StatusView(
            device_id=device.id,
            status=device.status,
            maintenance=device.maintenance,
            reason=device.status_reason,
            since=device.status_since,
            last_seen_at=device.last_seen_at,
            response_time_ms=device.response_time_ms,
            loss_ratio=device.loss_ratio,
            periods=last,
        )

    def interfaces(
        self, organization_id: OrganizationId, device_id: DeviceId, *, with_removed: bool
    ) -> list[InterfaceView]:
        """Return a device's ports."""
        with self._work(organization_id) as work:
            work.inventory.view(device_id)
            return work.inventory.interfaces(device_id, with_removed=with_removed)

    def availability(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        *,
        begin: datetime,
        end: datetime,
    ) -> AvailabilityView:
        """Return how much of a stretch of time a device was up."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            device = work.inventory.view(device_id)
            periods = work.inventory.periods(device_id, begin=begin, end=end)
        found = availability(
            [StatusPeriod(p.status, p.began_at, p.ended_at, p.maintenance) for p in periods],
            begin=begin,
            end=end,
            existed_from=device.created_at,
            now=now,
        )
        return AvailabilityView(
            device_id=device.id,
            begin=begin,
            end=end,
            availability=found.ratio,
            up_seconds=found.up_seconds,
            down_seconds=found.down_seconds,
            unreachable_seconds=found.unreachable_seconds,
            maintenance_seconds=found.maintenance_seconds,
            unknown_seconds=found.unknown_seconds,
            outages=found.outages,
            longest_outage_seconds=found.longest_outage_seconds,
        )

    def series(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        *,
        metrics: Sequence[str],
        entity: str | None,
    ) -> list[SeriesView]:
        """Return which series of a device there are."""
        with self._work(organization_id) as work:
            work.inventory.view(device_id)
            found = work.readings.series(device_id, metrics)
        return [SeriesView(**_name(each)) for each in found if each.matches(entity)]

    def latest(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        *,
        metrics: Sequence[str],
        entity: str | None,
    ) -> list[LatestView]:
        """Return each series' newest value, unless it is older than some polling intervals."""
        with self._work(organization_id) as work:
            device = work.inventory.view(device_id)
            age = max(
                _LATEST_INTERVALS * timedelta(seconds=device.interval_seconds), _LATEST_AT_LEAST
            )
            series = [s for s in work.readings.series(device_id, metrics) if s.matches(entity)]
            newest = work.readings.latest(series, since=self._clock.now() - age)
        return [
            LatestView(**_name(each), time=newest[each.id][0], value=newest[each.id][1])
            for each in series
            if each.id in newest
        ]

    def metrics(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        *,
        metrics: Sequence[str],
        entity: str | None,
        begin: datetime,
        end: datetime,
        step_s: int | None,
        aggregate: Aggregate | None,
    ) -> MetricsView:
        """Return a device's series over a range of time."""
        with self._work(organization_id) as work:
            device = work.inventory.view(device_id)
            series = [s for s in work.readings.series(device_id, metrics) if s.matches(entity)]
            try:
                range_ = cut(
                    begin,
                    end,
                    step_s=step_s,
                    interval_s=device.interval_seconds,
                    series=len(series),
                    aggregate=aggregate,
                )
            except TooManyPointsError as error:
                raise unacceptable("step", str(error)) from error
            curves = _curves(work.readings, series, range_, aggregate)
        return MetricsView(
            device_id=device.id,
            begin=range_.begin,
            end=range_.end,
            step_seconds=range_.step_s,
            series=curves,
        )


def _curves(
    readings: Readings, series: Sequence[Series], range_: Cut, aggregate: Aggregate | None
) -> list[CurveView]:
    if range_.raw:
        samples = readings.samples(series, begin=range_.begin, end=range_.end)
        return [
            _curve(each, None, with_gaps(samples.get(each.id, []), range_.step_s))
            for each in series
        ]
    curves = []
    chosen = {each.id: aggregate or each.default_aggregate for each in series}
    values = {
        kind: readings.buckets([s for s in series if chosen[s.id] is kind], range_, kind)
        for kind in sorted(set(chosen.values()))
    }
    for each in series:
        kind = chosen[each.id]
        curves.append(_curve(each, kind, bucketed(range_, values[kind].get(each.id, {}))))
    return curves


def _curve(series: Series, aggregate: Aggregate | None, points: list[Point]) -> CurveView:
    return CurveView(**_name(series), aggregate=aggregate, points=points)


def _name(series: Series) -> dict[str, str]:
    return {
        "metric": series.metric,
        "entity": series.entity,
        "unit": series.unit,
        "kind": series.kind,
    }
