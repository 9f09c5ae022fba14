"""One device's values, the newest of all, and which series there are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from netpulse.http import Page
from netpulse.timeseries.model import SECOND, Column, instant

from functions.metrics.domain.buckets import nulled, with_gaps
from functions.metrics.domain.errors import QueryTooLargeError
from functions.metrics.domain.series import Wanted
from functions.metrics.models.devices import (
    CatalogueEntryView,
    CurveView,
    LatestOfAllView,
    LatestView,
    MetricsView,
    SeriesView,
)
from functions.metrics.models.queries import Shape
from functions.metrics.service.asking import span_of
from functions.metrics.service.reading import curves, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId

    from functions.metrics.domain.series import Series
    from functions.metrics.domain.spans import Aggregate, Span
    from functions.metrics.models.queries import Point
    from functions.metrics.ports import MetricsWork, Readings, Work

_LATEST_INTERVALS = 5
_LATEST_AT_LEAST = timedelta(minutes=15)
# in columns, some 60 bytes each
MAX_LATEST = 50_000


class DeviceMetricsService:
    """Reads what was measured, device by device."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def series(
        self, organization_id: OrganizationId, device_id: DeviceId, wanted: Wanted
    ) -> list[SeriesView]:
        """Return which series of a device there are."""
        with self._work(organization_id) as work:
            return [SeriesView(**_name(each)) for each in _of_device(work, device_id, wanted)]

    def latest(
        self, organization_id: OrganizationId, device_id: DeviceId, wanted: Wanted
    ) -> list[LatestView]:
        """Return each series' newest value, unless it is older than some polling intervals."""
        with self._work(organization_id) as work:
            found = _newest(work.readings, _of_device(work, device_id, wanted), self._clock.now())
        return [LatestView(**_name(each), time=at, value=value) for each, at, value in found]

    def latest_of_all(self, organization_id: OrganizationId, wanted: Wanted) -> LatestOfAllView:
        """Return the newest values of many series in columns, but for stale ones."""
        with self._work(organization_id) as work:
            series = work.catalogue.series(wanted, limit=MAX_LATEST + 1)
            if len(series) > MAX_LATEST:
                raise QueryTooLargeError(
                    f"More than {MAX_LATEST} series fit; name a metric, a group or a tag",
                    details={"max_series": MAX_LATEST},
                )
            now = self._clock.now()
            return _in_columns(_newest(work.readings, series, now), now)

    def page(
        self, organization_id: OrganizationId, wanted: Wanted, *, page: int, per_page: int
    ) -> Page[CatalogueEntryView]:
        """Return one page of the organisation's series."""
        with self._work(organization_id) as work:
            found, total = work.catalogue.page(wanted, page=page, per_page=per_page)
        items = [
            CatalogueEntryView(
                **_name(each),
                id=each.id,
                device_id=each.device_id,
                device_name=each.device_name,
                tags=list(each.tags),
            )
            for each in found
        ]
        return Page(items=items, page=page, per_page=per_page, total=total)

    def metrics(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        wanted: Wanted,
        *,
        begin: datetime,
        end: datetime,
        step_s: int | None,
        aggregate: Aggregate | None,
        shape: Shape = Shape.ROWS,
    ) -> MetricsView:
        """Return a device's series over a range of time."""
        with self._work(organization_id) as work:
            series = _of_device(work, device_id, wanted)
            span = span_of(
                series, begin, end, step_s=step_s, aggregate=aggregate, samples_wanted=True
            )
            columns = _read(work.readings, series, span, aggregate)
        axes: list[list[float]] | None = None
        if shape is Shape.COLUMNS:
            axes, laid = _over_axes(columns)
        else:
            laid = [{"points": _points(column)} for column in columns]
        return MetricsView.model_construct(
            device_id=device_id,
            begin=span.begin,
            end=span.end,
            step_seconds=span.step_s,
            axes=axes,
            series=[
                CurveView.model_construct(
                    **_name(each),
                    aggregate=None if span.raw else kind_of(each, aggregate),
                    **values,
                )
                for each, values in zip(series, laid, strict=True)
            ],
        )


def _of_device(work: MetricsWork, device_id: DeviceId, wanted: Wanted) -> list[Series]:
    work.catalogue.device(device_id)
    chosen = Wanted(wanted.metrics, wanted.entities, device_ids=(device_id,))
    found = work.catalogue.series(chosen, limit=MAX_LATEST)
    return sorted(found, key=lambda each: (each.entity, each.metric))


def _newest(
    readings: Readings, series: Sequence[Series], now: datetime
) -> list[tuple[Series, datetime, float]]:
    """Return newest values, but for those that are older than some polling intervals."""
    longest = max((_fresh_for(each) for each in series), default=_LATEST_AT_LEAST)
    newest = readings.latest(series, since=now - longest, until=now + _LATEST_AT_LEAST)
    return [
        (each, *newest[each.id])
        for each in series
        if each.id in newest and now - newest[each.id][0] <= _fresh_for(each)
    ]


def _fresh_for(series: Series) -> timedelta:
    return max(_LATEST_INTERVALS * timedelta(seconds=series.interval_s), _LATEST_AT_LEAST)


def _read(
    readings: Readings, series: Sequence[Series], span: Span, aggregate: Aggregate | None
) -> list[Column]:
    if span.raw:
        samples = readings.samples(series, begin=span.begin, end=span.end)
        return [with_gaps(column, span.step_s) for column in samples]
    starts = span.edges[:-1]
    return [Column(starts, row) for row in curves(readings, series, span, aggregate)]


def _points(column: Column) -> list[Point]:
    times = [instant(at) for at in column.times.tolist()]
    return list(zip(times, nulled(column.values), strict=True))


def _over_axes(columns: Sequence[Column]) -> tuple[list[list[float]], list[dict[str, Any]]]:
    """Return the axes of time there are, and for each column its axis and its values."""
    places: dict[bytes, int] = {}
    axes: list[list[float]] = []
    laid: list[dict[str, Any]] = []
    for column in columns:
        place = places.setdefault(column.times.tobytes(), len(places))
        if place == len(axes):
            axes.append((column.times / SECOND).tolist())
        laid.append({"axis": place, "values": nulled(column.values)})
    return axes, laid


def _name(series: Series) -> dict[str, Any]:
    return {
        "metric": series.metric,
        "entity": series.entity,
        "unit": series.unit,
        "kind": series.kind,
    }


def _in_columns(found: Sequence[tuple[Series, datetime, float]], now: datetime) -> LatestOfAllView:
    devices: dict[UUID, int] = {}
    metrics: dict[tuple[str, str], int] = {}
    names: list[str] = []
    for each, _, _ in found:
        if each.device_id not in devices:
            devices[each.device_id] = len(devices)
            names.append(each.device_name)
        metrics.setdefault((each.metric, each.unit), len(metrics))
    return LatestOfAllView.model_construct(
        at=now,
        devices=list(devices),
        device_names=names,
        metrics=[metric for metric, _ in metrics],
        units=[unit for _, unit in metrics],
        device=[devices[each.device_id] for each, _, _ in found],
        metric=[metrics[each.metric, each.unit] for each, _, _ in found],
        entity=[each.entity for each, _, _ in found],
        time=[at.timestamp() for _, at, _ in found],
        value=[value for _, _, value in found],
    )
