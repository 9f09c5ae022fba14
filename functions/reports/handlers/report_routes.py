"""Routes of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage
from netpulse.ids import ScheduleId
from netpulse.permissions import Permission

from functions.reports.domain.definition import ReportFormat, ReportKind
from functions.reports.domain.record import ReportState
from functions.reports.handlers.parameters import ReportKey, report_id_of
from functions.reports.models.reports import DownloadView, GenerateIn, ReportView, RequestedView
from functions.reports.ports import ReportFilter

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.reports.handlers.services import Services

# thousands of device ids
_MAX_BODY_BYTES = 512 * 1024


def add_report_routes(app: Application, services: Services) -> None:
    """Add the routes under /reports."""

    @app.post(
        "/reports/generate",
        permission=Permission.REPORT_WRITE,
        status=202,
        max_body_bytes=_MAX_BODY_BYTES,
    )
    def generate_report(body: GenerateIn) -> RequestedView:
        """Ask for a report; a job makes it.

        Give a named `period`, or `from` and `to`; by default it is of the last 30 whole days.
        Days are counted in `time_zone`, by default the organisation's. Of `device_ids`,
        `group_ids` and `tags` every part given must fit; none: every device.
        """
        made = services.reports().generate(
            app.principal.organization_id, body, by=app.principal.user_id
        )
        app.request.response_headers["Location"] = f"/api/v1/jobs/{made.job_id}"
        return made

    @app.get("/reports", permission=Permission.REPORT_READ)
    def list_reports(
        page: PageNumber = 1,
        per_page: PerPage = 50,
        kind: ReportKind | None = None,
        state: ReportState | None = None,
        schedule_id: Annotated[UUID | None, Query(description="Those a schedule made.")] = None,
    ) -> Page[ReportView]:
        """List reports, newest first."""
        wanted = ReportFilter(kind, state, ScheduleId(schedule_id) if schedule_id else None)
        return services.reports().page(
            app.principal.organization_id, wanted, page=page, per_page=per_page
        )

    @app.get("/reports/{report_id}", permission=Permission.REPORT_READ)
    def get_report(report_id: ReportKey) -> ReportView:
        """Get a report: where it stands, its progress and its files."""
        return services.reports().view(app.principal.organization_id, report_id_of(report_id))

    @app.get("/reports/{report_id}/download", permission=Permission.REPORT_READ, errors=(409,))
    def download_report(
        report_id: ReportKey,
        file_format: Annotated[
            ReportFormat | None, Query(alias="format", description="By default its first.")
        ] = None,
    ) -> DownloadView:
        """Get a URL that a report's file can be had by for five minutes."""
        return services.reports().download(
            app.principal.organization_id, report_id_of(report_id), file_format
        )

    @app.delete("/reports/{report_id}", permission=Permission.REPORT_WRITE)
    def delete_report(report_id: ReportKey) -> None:
        """Delete a report and its files; one that is being made is cancelled."""
        services.reports().remove(app.principal.organization_id, report_id_of(report_id))
