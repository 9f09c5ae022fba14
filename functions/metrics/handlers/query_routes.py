"""Routes of questions about many series and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response
from netpulse.permissions import Permission

from functions.metrics.models.queries import QueryIn, QueryView
from functions.metrics.models.rankings import (
    AvailabilityIn,
    BillingIn,
    BillingView,
    FleetAvailabilityView,
    TopIn,
    TopView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.metrics.handlers.services import Services


def add_query_routes(app: Application, services: Services) -> None:
    """Add the routes of curves, rankings, availability and billing."""

    @app.post("/metrics/query", permission=Permission.METRICS_READ, limit="monitoring")
    def query_metrics(asked: QueryIn) -> QueryView:
        """Get many series over a range of time, each or combined.

        Buckets start on multiples of the step, which is chosen for `max_points` unless given. A
        series combined by tag or group counts in each of its tags or groups. More series, points
        or values than one answer may hold are refused with QUERY_TOO_LARGE.
        """
        return services.queries().query(app.principal.organization_id, asked)

    @app.post(
        "/api/v1/metrics/query/csv",
        permission=Permission.METRICS_READ,
        limit="monitoring",
        enveloped=False,
    )
    def query_metrics_as_csv(asked: QueryIn) -> Response[str]:
        """Get what POST /metrics/query gives as CSV, a line an instant and curve."""
        app.request.response_headers["Content-Disposition"] = (
            'attachment; filename="netpulse-metrics.csv"'
        )
        return Response(
            status_code=200,
            content_type="text/csv; charset=utf-8",
            body=services.queries().as_csv(app.principal.organization_id, asked),
        )

    @app.post("/metrics/top", permission=Permission.METRICS_READ, limit="monitoring")
    def get_top(asked: TopIn) -> TopView:
        """Get the series with the highest or lowest values of a range."""
        return services.rankings().top(app.principal.organization_id, asked)

    @app.post("/metrics/availability", permission=Permission.DEVICE_READ, limit="monitoring")
    def get_availability(asked: AvailabilityIn) -> FleetAvailabilityView:
        """Get how much of a range many devices were up.

        `availability` is up / (up + down); degraded is up. Time behind a dead parent, in
        maintenance or not judged at all is told beside it. An outage that lasts counts to now.
        """
        return services.rankings().availability(app.principal.organization_id, asked)

    @app.post("/metrics/billing", permission=Permission.METRICS_READ, limit="monitoring")
    def get_billing(asked: BillingIn) -> BillingView:
        """Get a month's 95th percentile of ports, each and all together."""
        return services.billing().bill(app.principal.organization_id, asked)
