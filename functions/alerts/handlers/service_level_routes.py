"""Routes of service levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from netpulse.http import id_in_path
from netpulse.permissions import Permission

from functions.alerts.handlers.parameters import AlertKey, alert_id_of
from functions.alerts.models.service_levels import (
    AlertLevelView,
    ServiceLevelIn,
    ServiceLevelView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.alerts.handlers.services import Services

LevelKey = Annotated[str, Path(description="A service level's id.", max_length=100)]


def add_service_level_routes(app: Application, services: Services) -> None:
    """Add the routes of service levels."""

    @app.get("/service-levels", permission=Permission.ALERT_READ)
    def list_service_levels() -> list[ServiceLevelView]:
        """List service levels by priority."""
        return services.service_levels().all(app.principal.organization_id)

    @app.post("/service-levels", permission=Permission.ALERT_WRITE, status=201, errors=(409,))
    def create_service_level(level: ServiceLevelIn) -> ServiceLevelView:
        """Say how soon somebody must be on alerts, and how soon they must be over."""
        return services.service_levels().save(app.principal.organization_id, None, level)

    @app.put("/service-levels/{level_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def replace_service_level(level_id: LevelKey, level: ServiceLevelIn) -> ServiceLevelView:
        """Describe a service level anew."""
        key = id_in_path("service_level", level_id)
        return services.service_levels().save(app.principal.organization_id, key, level)

    @app.delete("/service-levels/{level_id}", permission=Permission.ALERT_WRITE)
    def delete_service_level(level_id: LevelKey) -> ServiceLevelView:
        """Delete a service level."""
        key = id_in_path("service_level", level_id)
        return services.service_levels().remove(app.principal.organization_id, key)

    @app.get("/alerts/{alert_id}/service-level", permission=Permission.ALERT_READ)
    def get_alert_service_level(alert_id: AlertKey) -> AlertLevelView:
        """Tell what is promised for an alert, and whether it is kept."""
        key = alert_id_of(alert_id)
        return services.service_levels().of_alert(app.principal.organization_id, key)
