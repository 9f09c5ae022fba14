"""The alerts' Lambda entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.http import Application

from functions.alerts import wiring
from functions.alerts.handlers.alert_routes import (
    add_action_routes,
    add_alert_routes,
    add_work_routes,
)
from functions.alerts.handlers.alertmanager_routes import add_alertmanager_routes
from functions.alerts.handlers.calling_routes import add_policy_routes, add_schedule_routes
from functions.alerts.handlers.incident_action_routes import (
    add_incident_action_routes,
    add_incident_work_routes,
)
from functions.alerts.handlers.incident_routes import add_incident_routes
from functions.alerts.handlers.mute_routes import (
    add_inhibition_routes,
    add_maintenance_routes,
    add_silence_routes,
)
from functions.alerts.handlers.reply_routes import add_reply_routes
from functions.alerts.handlers.rule_routes import (
    add_baseline_routes,
    add_dry_run_routes,
    add_override_routes,
    add_rule_routes,
)
from functions.alerts.handlers.service_level_routes import add_service_level_routes
from functions.alerts.handlers.services import Services
from functions.alerts.handlers.statistics_routes import add_statistics_routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.access import Access
    from netpulse.clock import Clock


def application(
    access: Callable[[], Access], services: Services, *, clock: Clock = SYSTEM_CLOCK
) -> Application:
    """Return the alerts' HTTP interface over these services."""
    made = Application("alerts", access, clock=clock)
    add_alert_routes(made, services)
    add_statistics_routes(made, services)
    add_action_routes(made, services)
    add_work_routes(made, services)
    add_rule_routes(made, services)
    add_override_routes(made, services)
    add_dry_run_routes(made, services)
    add_baseline_routes(made, services)
    add_incident_routes(made, services)
    add_incident_action_routes(made, services)
    add_incident_work_routes(made, services)
    add_silence_routes(made, services)
    add_inhibition_routes(made, services)
    add_maintenance_routes(made, services)
    add_schedule_routes(made, services)
    add_policy_routes(made, services)
    add_service_level_routes(made, services)
    add_alertmanager_routes(made, services)
    add_reply_routes(made, services)
    return made


app = application(
    wiring.access,
    Services(
        desk=wiring.desk,
        rules=wiring.rules,
        dry_run=wiring.dry_run,
        incidents=wiring.incidents,
        incident_handling=wiring.incident_handling,
        silencing=wiring.silencing,
        calling=wiring.calling,
        foreign=wiring.foreign,
        service_levels=wiring.service_levels,
        bands=wiring.bands,
        replying=wiring.replying,
    ),
)
handler = app
