"""Routes that list alerts and do what people do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.http import Page, Stretch
from netpulse.http.cursors import Cursor, Limit, cursor_of, position_of
from netpulse.http.fields import PageNumber, PerPage, Search
from netpulse.ids import DeviceId, IncidentId, RuleId
from netpulse.permissions import Permission

from functions.alerts.domain.alert import State
from functions.alerts.domain.listing import AlertFilter, Cut
from functions.alerts.handlers.parameters import (
    AlertKey,
    AlertSort,
    AlertType,
    Instant,
    Severities,
    States,
    actor_of,
    alert_id_of,
)
from functions.alerts.models.alerts import (
    AcknowledgeIn,
    AlertView,
    AssignIn,
    BulkAcknowledgeIn,
    BulkItem,
    CommentIn,
    CommentView,
    HistoryView,
    NoteIn,
    SummaryView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.alerts.handlers.services import Services

_TOLD = frozenset(State) - {State.PENDING}


def add_alert_routes(app: Application, services: Services) -> None:
    """Add the routes that show alerts."""

    @app.get("/alerts", permission=Permission.ALERT_READ)
    def list_alerts(
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        search: Search = "",
        state: States = None,
        severity: Severities = None,
        device_id: UUID | None = None,
        rule_id: UUID | None = None,
        incident_id: UUID | None = None,
        alert_type: AlertType = "",
        acknowledged: bool | None = None,
        resolved: bool | None = None,
        since: Instant = None,
        until: Instant = None,
        sort: AlertSort = "-created_at",
    ) -> Page[AlertView]:
        """List alerts.

        Of a filter given several times any value will do; every filter must be met. `since` and
        `until` bound the instant an alert was made. `search` looks in message, device and rule.
        """
        which = AlertFilter(
            states=frozenset(state) if state else _TOLD,
            severities=frozenset(severity or ()),
            device_id=DeviceId(device_id) if device_id else None,
            rule_id=RuleId(rule_id) if rule_id else None,
            incident_id=IncidentId(incident_id) if incident_id else None,
            alert_type=alert_type or None,
            acknowledged=acknowledged,
            resolved=resolved,
            since=since,
            until=until,
            search=search.strip(),
        )
        cut = Cut(sort=sort, page=page, per_page=per_page)
        return services.desk().page(app.principal.organization_id, which, cut)

    @app.get("/alerts/summary", permission=Permission.ALERT_READ)
    def summarize_alerts() -> SummaryView:
        """Count open alerts by severity and state."""
        return services.desk().summary(app.principal.organization_id)

    @app.get("/alerts/{alert_id}", permission=Permission.ALERT_READ)
    def get_alert(alert_id: AlertKey) -> AlertView:
        """Get an alert."""
        return services.desk().get(app.principal.organization_id, alert_id_of(alert_id))

    @app.get("/alerts/{alert_id}/history", permission=Permission.ALERT_READ)
    def get_alert_history(
        alert_id: AlertKey, cursor: Cursor = "", limit: Limit = 50
    ) -> Stretch[HistoryView]:
        """List the steps of an alert's life, oldest first."""
        views, following = services.desk().history(
            app.principal.organization_id,
            alert_id_of(alert_id),
            after=position_of(cursor) or 0,
            limit=limit,
        )
        return Stretch[HistoryView](items=views, next_cursor=cursor_of(following))


def add_action_routes(app: Application, services: Services) -> None:
    """Add the routes of what people do with alerts."""

    @app.post("/alerts/acknowledge", permission=Permission.ALERT_WRITE)
    def acknowledge_alerts(body: BulkAcknowledgeIn) -> list[BulkItem]:
        """Acknowledge many alerts; each item says what became of it."""
        return services.desk().acknowledge_many(
            app.principal.organization_id, body, by=actor_of(app.principal)
        )

    @app.post("/alerts/{alert_id}/acknowledge", permission=Permission.ALERT_WRITE, errors=(409,))
    def acknowledge_alert(alert_id: AlertKey, body: AcknowledgeIn | None = None) -> AlertView:
        """Take an alert on: its escalation stops. Doing so twice changes nothing.

        Without `until` and `until_worse` it stays so until the trouble is over.
        """
        return services.desk().acknowledge(
            app.principal.organization_id,
            alert_id_of(alert_id),
            body or AcknowledgeIn(),
            by=actor_of(app.principal),
        )

    @app.post("/alerts/{alert_id}/unacknowledge", permission=Permission.ALERT_WRITE, errors=(409,))
    def unacknowledge_alert(alert_id: AlertKey) -> AlertView:
        """Give an alert back: it fires again."""
        return services.desk().unacknowledge(
            app.principal.organization_id, alert_id_of(alert_id), by=actor_of(app.principal)
        )

    @app.post("/alerts/{alert_id}/resolve", permission=Permission.ALERT_WRITE, errors=(409,))
    def resolve_alert(alert_id: AlertKey, body: NoteIn | None = None) -> AlertView:
        """Declare an alert over; it stays quiet until its trouble was gone once."""
        return services.desk().resolve(
            app.principal.organization_id,
            alert_id_of(alert_id),
            by=actor_of(app.principal),
            note=body.note if body else "",
        )


def add_work_routes(app: Application, services: Services) -> None:
    """Add the routes of who works on an alert, and what they say."""

    @app.post("/alerts/{alert_id}/assign", permission=Permission.ALERT_WRITE, errors=(409,))
    def assign_alert(alert_id: AlertKey, body: AssignIn) -> AlertView:
        """Make an alert somebody's to work on."""
        who, key = app.principal, alert_id_of(alert_id)
        return services.desk().assign(who.organization_id, key, body, by=actor_of(who))

    @app.get("/alerts/{alert_id}/comments", permission=Permission.ALERT_READ)
    def list_alert_comments(alert_id: AlertKey) -> list[CommentView]:
        """List what was said about an alert, oldest first."""
        return services.desk().comments(app.principal.organization_id, alert_id_of(alert_id))

    @app.post("/alerts/{alert_id}/comments", permission=Permission.ALERT_WRITE, status=201)
    def comment_alert(alert_id: AlertKey, body: CommentIn) -> CommentView:
        """Say something about an alert, over or not."""
        who, key = app.principal, alert_id_of(alert_id)
        return services.desk().comment(who.organization_id, key, body.text, by=actor_of(who))
