"""Routes of report schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage
from netpulse.permissions import Permission

from functions.reports.handlers.parameters import ScheduleKey, schedule_id_of
from functions.reports.models.schedules import ScheduleIn, SchedulePatch, ScheduleView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.reports.handlers.services import Services


def add_schedule_routes(app: Application, services: Services) -> None:
    """Add the routes under /report-schedules."""

    @app.get("/report-schedules", permission=Permission.REPORT_READ)
    def list_report_schedules(page: PageNumber = 1, per_page: PerPage = 50) -> Page[ScheduleView]:
        """List report schedules by name."""
        return services.schedules().page(
            app.principal.organization_id, page=page, per_page=per_page
        )

    @app.post("/report-schedules", permission=Permission.REPORT_WRITE, status=201, errors=(409,))
    def create_report_schedule(schedule: ScheduleIn) -> ScheduleView:
        """Have a report made every day, week or month at a local time.

        A time that clocks skip is taken as much later; one that comes twice, the first time. In a
        month without the day, the last day is taken.
        """
        made = services.schedules().create(
            app.principal.organization_id, schedule, by=app.principal.user_id
        )
        app.request.response_headers["Location"] = f"/api/v1/report-schedules/{made.id}"
        return made

    @app.get("/report-schedules/{schedule_id}", permission=Permission.REPORT_READ)
    def get_report_schedule(schedule_id: ScheduleKey) -> ScheduleView:
        """Get a report schedule."""
        return services.schedules().view(app.principal.organization_id, schedule_id_of(schedule_id))

    @app.patch("/report-schedules/{schedule_id}", permission=Permission.REPORT_WRITE, errors=(409,))
    def amend_report_schedule(schedule_id: ScheduleKey, schedule: SchedulePatch) -> ScheduleView:
        """Change some of a report schedule; what the body leaves out stays."""
        return services.schedules().amend(
            app.principal.organization_id, schedule_id_of(schedule_id), schedule
        )

    @app.delete("/report-schedules/{schedule_id}", permission=Permission.REPORT_WRITE)
    def delete_report_schedule(schedule_id: ScheduleKey) -> None:
        """Delete a report schedule; the reports it made stay."""
        services.schedules().remove(app.principal.organization_id, schedule_id_of(schedule_id))
