"""Routes of on-call schedules and escalation policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from netpulse.http import id_in_path
from netpulse.permissions import Permission

from functions.alerts.handlers.parameters import Instant
from functions.alerts.models.calling import (
    EscalationPolicyIn,
    EscalationPolicyView,
    OnCallScheduleIn,
    OnCallScheduleView,
    OnCallView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.alerts.handlers.services import Services

ScheduleKey = Annotated[str, Path(description="A schedule's id.", max_length=100)]
PolicyKey = Annotated[str, Path(description="An escalation policy's id.", max_length=100)]
Days = Annotated[int, Query(ge=1, le=31, description="How many days of shifts to show.")]


def add_schedule_routes(app: Application, services: Services) -> None:
    """Add the routes of on-call schedules."""

    @app.get("/on-call-schedules", permission=Permission.ALERT_READ)
    def list_on_call_schedules() -> list[OnCallScheduleView]:
        """List on-call schedules by name, each with who is on call now."""
        return services.calling().schedules(app.principal.organization_id)

    @app.post("/on-call-schedules", permission=Permission.ALERT_WRITE, status=201, errors=(409,))
    def create_on_call_schedule(schedule: OnCallScheduleIn) -> OnCallScheduleView:
        """Make an on-call schedule; one in which at times nobody is on call is refused."""
        return services.calling().save_schedule(app.principal.organization_id, None, schedule)

    @app.get("/on-call-schedules/{schedule_id}", permission=Permission.ALERT_READ)
    def get_on_call_schedule(schedule_id: ScheduleKey) -> OnCallScheduleView:
        """Get an on-call schedule."""
        key = id_in_path("on_call_schedule", schedule_id)
        return services.calling().schedule(app.principal.organization_id, key)

    @app.get("/on-call-schedules/{schedule_id}/on-call", permission=Permission.ALERT_READ)
    def get_who_is_on_call(
        schedule_id: ScheduleKey, at: Instant = None, days: Days = 7
    ) -> OnCallView:
        """Tell who is on call at an instant, without it now, and the shifts of the days after."""
        key = id_in_path("on_call_schedule", schedule_id)
        return services.calling().on_call(app.principal.organization_id, key, at=at, days=days)

    @app.put("/on-call-schedules/{schedule_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def replace_on_call_schedule(
        schedule_id: ScheduleKey, schedule: OnCallScheduleIn
    ) -> OnCallScheduleView:
        """Describe an on-call schedule anew."""
        key = id_in_path("on_call_schedule", schedule_id)
        return services.calling().save_schedule(app.principal.organization_id, key, schedule)

    @app.delete(
        "/on-call-schedules/{schedule_id}", permission=Permission.ALERT_WRITE, errors=(409,)
    )
    def delete_on_call_schedule(schedule_id: ScheduleKey) -> OnCallScheduleView:
        """Delete an on-call schedule that no escalation policy asks."""
        key = id_in_path("on_call_schedule", schedule_id)
        return services.calling().remove_schedule(app.principal.organization_id, key)


def add_policy_routes(app: Application, services: Services) -> None:
    """Add the routes of escalation policies."""

    @app.get("/escalation-policies", permission=Permission.ALERT_READ)
    def list_escalation_policies() -> list[EscalationPolicyView]:
        """List escalation policies by priority."""
        return services.calling().policies(app.principal.organization_id)

    @app.post("/escalation-policies", permission=Permission.ALERT_WRITE, status=201, errors=(409,))
    def create_escalation_policy(policy: EscalationPolicyIn) -> EscalationPolicyView:
        """Say whom to ask next while nobody takes an alert on."""
        return services.calling().save_policy(app.principal.organization_id, None, policy)

    @app.put("/escalation-policies/{policy_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def replace_escalation_policy(
        policy_id: PolicyKey, policy: EscalationPolicyIn
    ) -> EscalationPolicyView:
        """Describe an escalation policy anew."""
        key = id_in_path("escalation_policy", policy_id)
        return services.calling().save_policy(app.principal.organization_id, key, policy)

    @app.delete("/escalation-policies/{policy_id}", permission=Permission.ALERT_WRITE)
    def delete_escalation_policy(policy_id: PolicyKey) -> EscalationPolicyView:
        """Delete an escalation policy; what escalated by it goes no further."""
        key = id_in_path("escalation_policy", policy_id)
        return services.calling().remove_policy(app.principal.organization_id, key)
