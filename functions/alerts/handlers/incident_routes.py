"""Routes of incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Page, Stretch
from netpulse.http.cursors import Cursor, Limit, cursor_of, position_of
from netpulse.http.fields import PageNumber, PerPage, Search
from netpulse.ids import DeviceId
from netpulse.permissions import Permission

from functions.alerts.domain.listing import Cut, IncidentFilter
from functions.alerts.handlers.parameters import IncidentKey, Instant, incident_id_of
from functions.alerts.models.incidents import IncidentDeviceView, IncidentView, TimelineView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.alerts.handlers.services import Services

Sort = Annotated[
    Literal["began_at", "-began_at", "affected", "-affected", "resolved_at", "-resolved_at"],
    Query(description="`-` for descending."),
]
State = Annotated[Literal["open", "resolved"] | None, Query(description="Without it, both.")]


def add_incident_routes(app: Application, services: Services) -> None:
    """Add the routes of incidents."""

    @app.get("/incidents", permission=Permission.ALERT_READ)
    def list_incidents(
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        search: Search = "",
        state: State = None,
        device_id: UUID | None = None,
        since: Instant = None,
        until: Instant = None,
        sort: Sort = "-began_at",
    ) -> Page[IncidentView]:
        """List incidents: outages, each with its root and how many devices it took with it.

        `device_id` finds those a device was in. `since` and `until` bound when they began.
        """
        which = IncidentFilter(
            is_open=None if state is None else state == "open",
            device_id=DeviceId(device_id) if device_id else None,
            since=since,
            until=until,
            search=search.strip(),
        )
        cut = Cut(sort=sort, page=page, per_page=per_page)
        return services.incidents().page(app.principal.organization_id, which, cut)

    @app.get("/incidents/{incident_id}", permission=Permission.ALERT_READ)
    def get_incident(incident_id: IncidentKey) -> IncidentView:
        """Get an incident."""
        key = incident_id_of(incident_id)
        return services.incidents().get(app.principal.organization_id, key)

    @app.get("/incidents/{incident_id}/devices", permission=Permission.ALERT_READ)
    def list_incident_devices(
        incident_id: IncidentKey, page: PageNumber = 1, per_page: PerPage = 50
    ) -> Page[IncidentDeviceView]:
        """List the devices that were or are in an incident, its root first."""
        key, cut = incident_id_of(incident_id), Cut(sort="name", page=page, per_page=per_page)
        return services.incidents().devices(app.principal.organization_id, key, cut)

    @app.get("/incidents/{incident_id}/timeline", permission=Permission.ALERT_READ)
    def get_incident_timeline(
        incident_id: IncidentKey, cursor: Cursor = "", limit: Limit = 100
    ) -> Stretch[TimelineView]:
        """List what happened in an incident and to its alerts, oldest first."""
        views, following = services.incidents().timeline(
            app.principal.organization_id,
            incident_id_of(incident_id),
            after=position_of(cursor) or 0,
            limit=limit,
        )
        return Stretch[TimelineView](items=views, next_cursor=cursor_of(following))
