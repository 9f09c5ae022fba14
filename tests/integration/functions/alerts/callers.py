"""Callers of the alerts' API over a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.permissions import Role

from functions.alerts.handlers.http import application
from functions.alerts.handlers.services import Services
from functions.alerts.service.bands import Bands
from functions.alerts.service.calling import Calling
from functions.alerts.service.desk import AlertDesk
from functions.alerts.service.dry_run import DryRun
from functions.alerts.service.foreign import Foreign
from functions.alerts.service.incident_desk import IncidentDesk
from functions.alerts.service.incident_handling import IncidentHandling
from functions.alerts.service.rules import RuleService
from functions.alerts.service.service_levels import ServiceLevels
from functions.alerts.service.silencing import Silencing
from tests.integration.functions.alerts.place import Place, down
from tests.support.clock import NOON
from tests.support.http import Client, FakeAccess, a_principal
from tests.support.organizations import new_user

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId


def client_of(
    place: Place, *, organization_id: OrganizationId | None = None, role: Role = Role.ADMIN
) -> Client:
    user_id = new_user(place.postgres, place.organization_id)
    access = FakeAccess(
        a_principal(role, organization_id=organization_id or place.organization_id, user_id=user_id)
    )
    desk = AlertDesk(place.work, place.recorder, place.wakeups, place.clock)
    rules = RuleService(place.work, place.recorder, place.clock)
    dry_run = DryRun(place.work, place.clock)
    services = Services(
        desk=lambda: desk,
        rules=lambda: rules,
        dry_run=lambda: dry_run,
        bands=lambda: Bands(place.work, place.clock),
        incidents=lambda: IncidentDesk(place.work, place.clock),
        incident_handling=lambda: IncidentHandling(
            place.work, place.recorder, place.wakeups, place.clock
        ),
        foreign=lambda: Foreign(
            place.work, place.recorder, place.quiet, place.wakeups, place.clock
        ),
        service_levels=lambda: ServiceLevels(place.work, place.clock),
        calling=lambda: Calling(place.work, place.clock),
        silencing=lambda: Silencing(place.work, place.quiet, place.wakeups, place.clock),
    )
    return Client(application(lambda: access, services, clock=place.clock))


def a_firing_alert(place: Place, name: str = "core-router-1") -> str:
    device_id = place.device(name)
    place.take(down(device_id, NOON))
    return str(next(a["id"] for a in place.alerts() if a["device_id"] == device_id))
