"""How an organisation wants to be told, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.permissions import Permission

from functions.notify.models.channels import NotificationSettings

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.notify.handlers.services import Services


def add_settings_routes(app: Application, services: Services) -> None:
    """Add the routes under /notification-settings."""

    @app.get("/notification-settings", permission=Permission.NOTIFICATION_READ)
    def get_notification_settings() -> NotificationSettings:
        """Show how many messages a minute a person is sent at most."""
        most = services.channels().most_a_minute(app.principal.organization_id)
        return NotificationSettings(most_a_minute=most)

    @app.put("/notification-settings", permission=Permission.NOTIFICATION_WRITE)
    def replace_notification_settings(body: NotificationSettings) -> NotificationSettings:
        """Say how many messages a minute a person is sent at most.

        What is more is told in one message a minute later, which counts the alerts and names the
        roots of outages; each stays in the list of alerts and in the history of notifications.
        """
        services.channels().limit_to(app.principal.organization_id, body.most_a_minute)
        return body
