"""Routes that tell what monitoring knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http.fields import Words
from netpulse.permissions import Permission

from functions.devices.domain.curves import Aggregate
from functions.devices.domain.errors import unacceptable
from functions.devices.handlers.parameters import (
    DeviceKey,
    Entity,
    From,
    To,
    device_id_of,
    range_of,
)
from functions.devices.models.metrics import LatestView, MetricsView, SeriesView
from functions.devices.models.snapshot import SnapshotView
from functions.devices.models.views import AvailabilityView, InterfaceView, StatusView

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.http import Application

    from functions.devices.handlers.services import Services

_MAX_STEP_S = 31 * 86_400
Step = Annotated[
    int | Literal["auto"], Query(description=f"Seconds a point, up to {_MAX_STEP_S}, or `auto`.")
]


def add_monitoring_routes(app: Application, services: Services, clock: Clock) -> None:
    """Add the routes of status, ports, availability and measured values."""

    @app.get("/devices/snapshot", permission=Permission.DEVICE_READ, limit="monitoring")
    def get_snapshot() -> SnapshotView:
        """Get every active device's name and status in columns."""
        return services.monitoring().snapshot(app.principal.organization_id)

    @app.get("/devices/{device_id}/status", permission=Permission.DEVICE_READ, limit="monitoring")
    def get_device_status(
        device_id: DeviceKey,
        periods: Annotated[int, Query(ge=0, le=200, description="How many, newest first.")] = 20,
    ) -> StatusView:
        """Get a device's status and its last status periods."""
        return services.monitoring().status(
            app.principal.organization_id, device_id_of(device_id), periods=periods
        )

    @app.get("/devices/{device_id}/interfaces", permission=Permission.DEVICE_READ)
    def get_device_interfaces(
        device_id: DeviceKey, removed: Annotated[bool, Query(description="Gone ones too.")] = False
    ) -> list[InterfaceView]:
        """Get a device's ports."""
        return services.monitoring().interfaces(
            app.principal.organization_id, device_id_of(device_id), with_removed=removed
        )

    @app.get("/devices/{device_id}/availability", permission=Permission.DEVICE_READ)
    def get_device_availability(
        device_id: DeviceKey, begin: From = "-24h", end: To = "now"
    ) -> AvailabilityView:
        """Get how much of a stretch of time a device was up.

        `availability` is up / (up + down); degraded is up. Time behind a dead parent, in
        maintenance or not judged at all is told beside it. An outage that lasts counts to now.
        """
        first, last = range_of(begin, end, clock.now())
        return services.monitoring().availability(
            app.principal.organization_id, device_id_of(device_id), begin=first, end=last
        )

    @app.get("/devices/{device_id}/series", permission=Permission.METRICS_READ, limit="monitoring")
    def get_device_series(
        device_id: DeviceKey, metric: Words = None, entity: Entity = None
    ) -> list[SeriesView]:
        """Get which series of a device there are."""
        return services.monitoring().series(
            app.principal.organization_id,
            device_id_of(device_id),
            metrics=metric or [],
            entity=entity,
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
        return services.monitoring().latest(
            app.principal.organization_id,
            device_id_of(device_id),
            metrics=metric or [],
            entity=entity,
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
    ) -> MetricsView:
        """Get a device's series over a range of time.

        Buckets of `step` seconds start on multiples of it; a step no longer than the device's
        interval gives the samples themselves. Where nothing was measured the value is null. By
        default gauges and rates are averaged, and of states and counters the last is taken.
        """
        first, last = range_of(begin, end, clock.now())
        return services.monitoring().metrics(
            app.principal.organization_id,
            device_id_of(device_id),
            metrics=metric or [],
            entity=entity,
            begin=first,
            end=last,
            step_s=_seconds(step),
            aggregate=aggregate,
        )


def _seconds(step: int | Literal["auto"]) -> int | None:
    if step == "auto":
        return None
    if not 1 <= step <= _MAX_STEP_S:
        raise unacceptable("step", f"From 1 to {_MAX_STEP_S} seconds, or auto")
    return step
