"""Routes of what people do with incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.permissions import Permission

from functions.alerts.handlers.parameters import IncidentKey, actor_of, incident_id_of
from functions.alerts.models.alerts import AcknowledgeIn, AssignIn, CommentIn, NoteIn
from functions.alerts.models.incidents import IncidentCommentView, IncidentView
from functions.alerts.models.service_levels import AlertLevelView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.alerts.handlers.services import Services


def add_incident_action_routes(app: Application, services: Services) -> None:
    """Add the routes that take incidents on, give them back, and declare them over."""

    @app.post(
        "/incidents/{incident_id}/acknowledge", permission=Permission.ALERT_WRITE, errors=(409,)
    )
    def acknowledge_incident(
        incident_id: IncidentKey, body: AcknowledgeIn | None = None
    ) -> IncidentView:
        """Take an incident on with all of its alerts: their escalation stops.

        What it keeps quiet stays so, and is acknowledged when that ends. What fires of it later is
        told like any other; doing so again takes that on, too. It ends with the incident, at
        `until`, or when its root turns out to be another device; `until_worse` goes for each alert.
        """
        who, key = app.principal, incident_id_of(incident_id)
        return services.incident_handling().acknowledge(
            who.organization_id, key, body or AcknowledgeIn(), by=actor_of(who)
        )

    @app.post(
        "/incidents/{incident_id}/unacknowledge", permission=Permission.ALERT_WRITE, errors=(409,)
    )
    def unacknowledge_incident(incident_id: IncidentKey) -> IncidentView:
        """Give an incident back: its alerts fire again."""
        who, key = app.principal, incident_id_of(incident_id)
        return services.incident_handling().unacknowledge(
            who.organization_id, key, by=actor_of(who)
        )

    @app.post("/incidents/{incident_id}/resolve", permission=Permission.ALERT_WRITE, errors=(409,))
    def resolve_incident(incident_id: IncidentKey, body: NoteIn | None = None) -> IncidentView:
        """Declare an incident over; its alerts stay quiet until their trouble was gone once."""
        who, key = app.principal, incident_id_of(incident_id)
        note = body.note if body else ""
        return services.incident_handling().resolve(
            who.organization_id, key, by=actor_of(who), note=note
        )


def add_incident_work_routes(app: Application, services: Services) -> None:
    """Add the routes of who works on an incident, what they say, and how much time is left."""

    @app.post("/incidents/{incident_id}/assign", permission=Permission.ALERT_WRITE, errors=(409,))
    def assign_incident(incident_id: IncidentKey, body: AssignIn) -> IncidentView:
        """Make an incident somebody's to work on, with all of its alerts."""
        who, key = app.principal, incident_id_of(incident_id)
        return services.incident_handling().assign(who.organization_id, key, body, by=actor_of(who))

    @app.get("/incidents/{incident_id}/comments", permission=Permission.ALERT_READ)
    def list_incident_comments(incident_id: IncidentKey) -> list[IncidentCommentView]:
        """List what was said about an incident, oldest first."""
        key = incident_id_of(incident_id)
        return services.incident_handling().comments(app.principal.organization_id, key)

    @app.post("/incidents/{incident_id}/comments", permission=Permission.ALERT_WRITE, status=201)
    def comment_incident(incident_id: IncidentKey, body: CommentIn) -> IncidentCommentView:
        """Say something about an incident, over or not."""
        who, key = app.principal, incident_id_of(incident_id)
        return services.incident_handling().comment(
            who.organization_id, key, body.text, by=actor_of(who)
        )

    @app.get("/incidents/{incident_id}/service-level", permission=Permission.ALERT_READ)
    def get_incident_service_level(incident_id: IncidentKey) -> AlertLevelView:
        """Tell what is promised for an incident's most pressing alert, and whether it is kept."""
        key = incident_id_of(incident_id)
        return services.service_levels().of_incident(app.principal.organization_id, key)
