"""Routes of one device's values, of the newest of all, and of which series there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage, Search, Words
from netpulse.permissions import Permission

from functions.metrics.domain.series import Wanted
from functions.metrics.domain.spans import Aggregate
from functions.metrics.handlers.parameters import (
    DeviceKey,
    Entity,
    Format,
    From,
    Ids,
    Step,
    To,
    device_id_of,
    seconds_of,
)
from functions.metrics.models.devices import (
    CatalogueEntryView,
    LatestOfAllView,
    LatestView,
    MetricsView,
    SeriesView,
)
from functions.metrics.models.queries import Shape
from functions.metrics.models.scope import Range
from functions.metrics.service.asking import range_of

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.http import Application

    from functions.metrics.handlers.services import Services


def add_device_routes(app: Application, services: Services, clock: Clock) -> None:
    """Add the routes of measured values by device."""

    @app.get("/devices/{device_id}/series", permission=Permission.METRICS_READ, limit="monitoring")
    def get_device_series(
        device_id: DeviceKey, metric: Words = None, entity: Entity = None
    ) -> list[SeriesView]:
        """Get which series of a device there are."""
        return services.devices().series(
            app.principal.organization_id, device_id_of(device_id), _wanted(metric, entity)
        )

    @app.get(
        "/devices/{device_id}/metrics/latest",
        permission=Permission.METRICS_READ,
        limit="monitoring",
    )
    def get_latest_device_metrics(
        device_id: DeviceKey, metric: Words = None, entity: Entity = None
    ) -> list[LatestView]:
        """Get the newest value of a device's series, where it is not stale."""
        return services.devices().latest(
            app.principal.organization_id, device_id_of(device_id), _wanted(metric, entity)
        )

    @app.get("/devices/{device_id}/metrics", permission=Permission.METRICS_READ, limit="monitoring")
    def get_device_metrics(
        device_id: DeviceKey,
        *,
        metric: Words = None,
        entity: Entity = None,
        begin: From = "-1h",
        end: To = "now",
        step: Step = "auto",
        aggregate: Aggregate | None = None,
        shape: Format = Shape.ROWS,
    ) -> MetricsView:
        """Get a device's series over a range of time.

        Buckets of `step` seconds start on multiples of it; a step no longer than the device's
        interval gives the samples themselves. Where nothing was measured the value is null. By
        default gauges and rates are averaged, and of states and counters the last is taken.
        """
        first, last = range_of(Range.model_construct(begin=begin, end=end), clock.now())
        return services.devices().metrics(
            app.principal.organization_id,
            device_id_of(device_id),
            _wanted(metric, entity),
            begin=first,
            end=last,
            step_s=seconds_of(step),
            aggregate=aggregate,
            shape=shape,
        )

    @app.get("/metrics/latest", permission=Permission.METRICS_READ, limit="monitoring")
    def get_latest_metrics(
        *,
        metric: Words = None,
        entity: Entity = None,
        device_id: Ids = None,
        group_id: Ids = None,
        tag: Words = None,
    ) -> LatestOfAllView:
        """Get the newest values of all devices' series in columns, but for stale ones."""
        return services.devices().latest_of_all(
            app.principal.organization_id,
            Wanted(
                metrics=tuple(metric or ()),
                entities=() if entity is None else (entity,),
                device_ids=tuple(device_id or ()),
                group_ids=tuple(group_id or ()),
                tags=tuple(tag or ()),
            ),
        )

    @app.get("/metrics/series", permission=Permission.METRICS_READ, limit="monitoring")
    def list_series(
        *,
        metric: Words = None,
        entity: Entity = None,
        device_id: Ids = None,
        group_id: Ids = None,
        tag: Words = None,
        search: Search = "",
        page: PageNumber = 1,
        per_page: PerPage = 50,
    ) -> Page[CatalogueEntryView]:
        """List the organisation's series by device, entity and metric."""
        wanted = Wanted(
            metrics=tuple(metric or ()),
            entities=() if entity is None else (entity,),
            device_ids=tuple(device_id or ()),
            group_ids=tuple(group_id or ()),
            tags=tuple(tag or ()),
            search=search,
        )
        return services.devices().page(
            app.principal.organization_id, wanted, page=page, per_page=per_page
        )


def _wanted(metric: list[str] | None, entity: str | None) -> Wanted:
    return Wanted(metrics=tuple(metric or ()), entities=() if entity is None else (entity,))
