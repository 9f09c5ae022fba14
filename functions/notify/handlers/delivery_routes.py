"""What was sent, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Application, Page
from netpulse.http.fields import PageNumber, PerPage
from netpulse.ids import AlertId, ChannelId, DeliveryId, ReportId
from netpulse.permissions import Permission

from functions.notify.domain.delivery import DeliveryState
from functions.notify.models.deliveries import DeliveryView
from functions.notify.ports import DeliveryFilter

if TYPE_CHECKING:
    from functions.notify.handlers.services import Services


def add_delivery_routes(app: Application, services: Services) -> None:
    """Add the routes under /notifications."""

    @app.get("/notifications", permission=Permission.NOTIFICATION_READ)
    def list_notifications(
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        state: DeliveryState | None = None,
        channel_id: Annotated[UUID | None, Query()] = None,
        alert_id: Annotated[UUID | None, Query()] = None,
        report_id: Annotated[UUID | None, Query()] = None,
    ) -> Page[DeliveryView]:
        """List what was or was not sent, newest first; `state=dead` is the dead letter."""
        wanted = DeliveryFilter(
            state=state,
            channel_id=ChannelId(channel_id) if channel_id else None,
            alert_id=AlertId(alert_id) if alert_id else None,
            report_id=ReportId(report_id) if report_id else None,
        )
        found, total = services.deliveries().page(
            app.principal.organization_id, wanted, page=page, per_page=per_page
        )
        views = [DeliveryView.of(delivery) for delivery in found]
        return Page[DeliveryView](items=views, page=page, per_page=per_page, total=total)

    @app.get(
        "/notifications/{notification_id}", permission=Permission.NOTIFICATION_READ, errors=(404,)
    )
    def get_notification(notification_id: UUID) -> DeliveryView:
        """Show one message to one recipient."""
        found = services.deliveries().get(
            app.principal.organization_id, DeliveryId(notification_id)
        )
        return DeliveryView.of(found)

    @app.post(
        "/notifications/{notification_id}/retry",
        permission=Permission.NOTIFICATION_WRITE,
        errors=(404, 409),
    )
    def retry_notification(notification_id: UUID) -> DeliveryView:
        """Send a failed or dead message again, for another day of attempts."""
        queued = services.deliveries().retry(
            app.principal.organization_id, DeliveryId(notification_id)
        )
        return DeliveryView.of(queued)
