"""Routes of scans that repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Path
from netpulse.http import Page, id_in_path
from netpulse.http.fields import PageNumber, PerPage
from netpulse.permissions import Permission

from functions.devices.domain.listing import Slice
from functions.devices.models.scan_schedules import (
    ScanScheduleIn,
    ScanSchedulePatch,
    ScanScheduleView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.devices.handlers.services import Services

ScheduleKey = Annotated[str, Path(description="A scheduled scan's id.", max_length=100)]


def add_scan_schedule_routes(app: Application, services: Services) -> None:
    """Add the routes under /discovery/schedules."""

    @app.post("/discovery/schedules", permission=Permission.DEVICE_WRITE, status=201, errors=(409,))
    def create_scan_schedule(schedule: ScanScheduleIn) -> ScanScheduleView:
        """Have networks scanned every so many hours."""
        return services.scan_schedules().add(
            app.principal.organization_id, schedule, by=app.principal.user_id
        )

    @app.get("/discovery/schedules", permission=Permission.DEVICE_READ)
    def list_scan_schedules(page: PageNumber = 1, per_page: PerPage = 50) -> Page[ScanScheduleView]:
        """List scheduled scans, by name."""
        return services.scan_schedules().page(app.principal.organization_id, Slice(page, per_page))

    @app.get("/discovery/schedules/{schedule_id}", permission=Permission.DEVICE_READ)
    def get_scan_schedule(schedule_id: ScheduleKey) -> ScanScheduleView:
        """Get a scheduled scan, when its next turn is and what became of the last."""
        return services.scan_schedules().view(app.principal.organization_id, _id_of(schedule_id))

    @app.patch(
        "/discovery/schedules/{schedule_id}", permission=Permission.DEVICE_WRITE, errors=(409,)
    )
    def change_scan_schedule(
        schedule_id: ScheduleKey, changes: ScanSchedulePatch
    ) -> ScanScheduleView:
        """Change a scheduled scan, switch it off or on."""
        return services.scan_schedules().change(
            app.principal.organization_id, _id_of(schedule_id), changes
        )

    @app.delete("/discovery/schedules/{schedule_id}", permission=Permission.DEVICE_WRITE)
    def delete_scan_schedule(schedule_id: ScheduleKey) -> None:
        """Delete a scheduled scan; the scans it began stay."""
        services.scan_schedules().remove(app.principal.organization_id, _id_of(schedule_id))


def _id_of(key: str) -> UUID:
    return id_in_path("discovery_schedule", key)
