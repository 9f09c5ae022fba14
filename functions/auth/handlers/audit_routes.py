"""Routes of the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Stretch
from netpulse.http.cursors import Cursor, Limit, cursor_of, position_of
from netpulse.permissions import Permission
from pydantic import AwareDatetime

from functions.auth.models.audit import AuditEntryView, AuditQuery

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.auth.handlers.services import Services

ActorId = Annotated[UUID | None, Query(description="Only what this user or API key did.")]
Action = Annotated[
    str, Query(max_length=80, description="Such as `device.updated`, or `device.` for all of them.")
]
TargetType = Annotated[str, Query(max_length=60, description="Such as `alert_rule`.")]
TargetId = Annotated[str, Query(max_length=100, description="Only what was done to this.")]
Since = Annotated[AwareDatetime | None, Query(description="From this instant on.")]
Until = Annotated[AwareDatetime | None, Query(description="Before this instant.")]


def add_audit_routes(app: Application, services: Services) -> None:
    """Add the routes under /audit-log."""

    @app.get("/audit-log", permission=Permission.AUDIT_READ)
    def list_audit_log(
        *,
        actor_id: ActorId = None,
        action: Action = "",
        target_type: TargetType = "",
        target_id: TargetId = "",
        since: Since = None,
        until: Until = None,
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Stretch[AuditEntryView]:
        """List who did what, with before and after, the newest first."""
        query = AuditQuery(
            actor_id=actor_id,
            action=action,
            target_type=target_type,
            target_id=target_id,
            since=since,
            until=until,
        )
        found, following = services.audit().stretch(
            app.principal.organization_id, query, before=position_of(cursor), limit=limit
        )
        found.next_cursor = cursor_of(following)
        return found

    @app.get("/api/v1/audit-log/export", permission=Permission.AUDIT_READ, enveloped=False)
    def export_audit_log(
        *,
        actor_id: ActorId = None,
        action: Action = "",
        target_type: TargetType = "",
        target_id: TargetId = "",
        since: Since = None,
        until: Until = None,
    ) -> Response[str]:
        """Export the newest 5,000 of these lines as CSV; `until` reaches older ones."""
        query = AuditQuery(
            actor_id=actor_id,
            action=action,
            target_type=target_type,
            target_id=target_id,
            since=since,
            until=until,
        )
        app.request.response_headers["Content-Disposition"] = (
            'attachment; filename="netpulse-audit-log.csv"'
        )
        return Response(
            status_code=200,
            content_type="text/csv; charset=utf-8",
            body=services.audit().as_csv(app.principal.organization_id, query),
        )
