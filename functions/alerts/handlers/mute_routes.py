"""Routes of silences, inhibition rules and maintenance windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from netpulse.http import Page, id_in_path
from netpulse.http.fields import PageNumber, PerPage
from netpulse.ids import SilenceId
from netpulse.permissions import Permission

from functions.alerts.domain.listing import Cut
from functions.alerts.handlers.parameters import actor_of
from functions.alerts.models.alerts import AlertView
from functions.alerts.models.maintenance import WindowIn, WindowView
from functions.alerts.models.silences import (
    InhibitionIn,
    InhibitionView,
    PreviewIn,
    SilenceIn,
    SilenceView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.alerts.handlers.services import Services

SilenceKey = Annotated[str, Path(description="A silence's id.", max_length=100)]
InhibitionKey = Annotated[str, Path(description="An inhibition rule's id.", max_length=100)]
WindowKey = Annotated[str, Path(description="A maintenance window's id.", max_length=100)]
SilenceState = Annotated[
    Literal["pending", "active", "expired"] | None, Query(description="Without it, all.")
]


def add_silence_routes(app: Application, services: Services) -> None:
    """Add the routes of silences."""

    @app.get("/silences", permission=Permission.ALERT_READ)
    def list_silences(
        page: PageNumber = 1, per_page: PerPage = 50, state: SilenceState = None
    ) -> Page[SilenceView]:
        """List silences, those that end last first."""
        cut = Cut(sort="-ends_at", page=page, per_page=per_page)
        return services.silencing().silences(app.principal.organization_id, state, cut)

    @app.post("/silences", permission=Permission.ALERT_WRITE, status=201)
    def create_silence(silence: SilenceIn) -> SilenceView:
        """Silence the alerts that match; they are still shown, as suppressed."""
        who = app.principal
        return services.silencing().make(who.organization_id, silence, by=actor_of(who))

    @app.post("/silences/preview", permission=Permission.ALERT_READ)
    def preview_silence(body: PreviewIn) -> list[AlertView]:
        """List the open alerts that matchers match."""
        return services.silencing().preview(app.principal.organization_id, body)

    @app.get("/silences/{silence_id}", permission=Permission.ALERT_READ)
    def get_silence(silence_id: SilenceKey) -> SilenceView:
        """Get a silence."""
        key = SilenceId(id_in_path("silence", silence_id))
        return services.silencing().silence(app.principal.organization_id, key)

    @app.put("/silences/{silence_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def replace_silence(silence_id: SilenceKey, silence: SilenceIn) -> SilenceView:
        """Describe a silence that is not over anew."""
        who, key = app.principal, SilenceId(id_in_path("silence", silence_id))
        return services.silencing().change(who.organization_id, key, silence, by=actor_of(who))

    @app.delete("/silences/{silence_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def expire_silence(silence_id: SilenceKey) -> SilenceView:
        """End a silence now; what still fires and nobody heard of is told."""
        key = SilenceId(id_in_path("silence", silence_id))
        return services.silencing().expire(app.principal.organization_id, key)


def add_inhibition_routes(app: Application, services: Services) -> None:
    """Add the routes of inhibition rules."""

    @app.get("/inhibition-rules", permission=Permission.ALERT_READ)
    def list_inhibition_rules() -> list[InhibitionView]:
        """List inhibition rules by name."""
        return services.silencing().inhibitions(app.principal.organization_id)

    @app.post("/inhibition-rules", permission=Permission.ALERT_WRITE, status=201, errors=(409,))
    def create_inhibition_rule(rule: InhibitionIn) -> InhibitionView:
        """Let some alerts keep others quiet while they fire."""
        return services.silencing().save_inhibition(app.principal.organization_id, None, rule)

    @app.put("/inhibition-rules/{rule_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def replace_inhibition_rule(rule_id: InhibitionKey, rule: InhibitionIn) -> InhibitionView:
        """Describe an inhibition rule anew."""
        key = id_in_path("inhibition_rule", rule_id)
        return services.silencing().save_inhibition(app.principal.organization_id, key, rule)

    @app.delete("/inhibition-rules/{rule_id}", permission=Permission.ALERT_WRITE)
    def delete_inhibition_rule(rule_id: InhibitionKey) -> InhibitionView:
        """Delete an inhibition rule; what it kept quiet is told."""
        key = id_in_path("inhibition_rule", rule_id)
        return services.silencing().remove_inhibition(app.principal.organization_id, key)


def add_maintenance_routes(app: Application, services: Services) -> None:
    """Add the routes of maintenance windows."""

    @app.get("/maintenance-windows", permission=Permission.ALERT_READ)
    def list_maintenance_windows() -> list[WindowView]:
        """List maintenance windows by name, each with the next times it is open."""
        return services.silencing().windows(app.principal.organization_id)

    @app.post("/maintenance-windows", permission=Permission.ALERT_WRITE, status=201)
    def create_maintenance_window(window: WindowIn) -> WindowView:
        """Plan maintenance, once or again and again.

        While it is open nobody is told of the devices' alerts, and their outages do not count.
        What is still true at its end is told then, once.
        """
        who = app.principal
        return services.silencing().save_window(who.organization_id, None, window, by=actor_of(who))

    @app.get("/maintenance-windows/{window_id}", permission=Permission.ALERT_READ)
    def get_maintenance_window(window_id: WindowKey) -> WindowView:
        """Get a maintenance window."""
        key = id_in_path("maintenance_window", window_id)
        return services.silencing().window(app.principal.organization_id, key)

    @app.put("/maintenance-windows/{window_id}", permission=Permission.ALERT_WRITE)
    def replace_maintenance_window(window_id: WindowKey, window: WindowIn) -> WindowView:
        """Describe a maintenance window anew."""
        who, key = app.principal, id_in_path("maintenance_window", window_id)
        return services.silencing().save_window(who.organization_id, key, window, by=actor_of(who))

    @app.delete("/maintenance-windows/{window_id}", permission=Permission.ALERT_WRITE)
    def delete_maintenance_window(window_id: WindowKey) -> WindowView:
        """Delete a maintenance window; one that is open ends at once."""
        key = id_in_path("maintenance_window", window_id)
        return services.silencing().remove_window(app.principal.organization_id, key)
