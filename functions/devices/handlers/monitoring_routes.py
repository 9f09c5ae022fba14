"""Routes that tell what monitoring knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.permissions import Permission

from functions.devices.handlers.parameters import (
    DeviceKey,
    From,
    To,
    device_id_of,
    range_of,
)
from functions.devices.models.polling import PollingView
from functions.devices.models.snapshot import SnapshotView
from functions.devices.models.views import AvailabilityView, StatusView

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.http import Application

    from functions.devices.handlers.services import Services


def add_monitoring_routes(app: Application, services: Services, clock: Clock) -> None:
    """Add the routes of status, ports and availability."""

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

    @app.get("/devices/{device_id}/polling", permission=Permission.DEVICE_READ, limit="monitoring")
    def get_device_polling(device_id: DeviceKey) -> PollingView:
        """Get how late and how completely a device is polled.

        It tells of the last hour, or a dozen intervals of a slow device. A slot that lacks was
        skipped because the poller had too much to do, or was lost with it.
        """
        return services.monitoring().polling(app.principal.organization_id, device_id_of(device_id))

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
