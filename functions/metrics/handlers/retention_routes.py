"""Routes of how long measured values are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.permissions import Permission

from functions.metrics.models.retention import RetentionIn, RetentionView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.metrics.handlers.services import Services


def add_retention_routes(app: Application, services: Services) -> None:
    """Add the routes of retention and quota."""

    @app.get("/metrics/retention", permission=Permission.METRICS_READ)
    def get_retention() -> RetentionView:
        """Get how many days of samples and summaries are kept, and how the series' quota stands."""
        return services.retention().get(app.principal.organization_id)

    @app.patch("/metrics/retention", permission=Permission.ORGANIZATION_WRITE)
    def change_retention(asked: RetentionIn) -> RetentionView:
        """Change how many days are kept; what is too old goes within the hour.

        A shorter time deletes for good. A longer one brings nothing back.
        """
        return services.retention().change(app.principal.organization_id, asked)
