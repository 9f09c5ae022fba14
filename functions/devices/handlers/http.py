"""The inventory's Lambda entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.http import Application

from functions.devices import wiring
from functions.devices.handlers.check_routes import add_check_routes
from functions.devices.handlers.credential_routes import add_credential_routes
from functions.devices.handlers.device_routes import add_device_routes
from functions.devices.handlers.discovery_routes import add_discovery_routes
from functions.devices.handlers.found_routes import add_found_routes
from functions.devices.handlers.group_routes import add_group_routes
from functions.devices.handlers.monitoring_routes import add_monitoring_routes
from functions.devices.handlers.scan_schedule_routes import add_scan_schedule_routes
from functions.devices.handlers.services import Services

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.access import Access
    from netpulse.clock import Clock


def application(
    access: Callable[[], Access], services: Services, *, clock: Clock = SYSTEM_CLOCK
) -> Application:
    """Return the inventory's HTTP interface over these services."""
    made = Application("devices", access, clock=clock)
    # Powertools takes the first route that fits: /devices/snapshot before /devices/{device_id}
    add_monitoring_routes(made, services, clock)
    add_device_routes(made, services)
    add_group_routes(made, services)
    add_credential_routes(made, services)
    add_check_routes(made, services)
    add_discovery_routes(made, services)
    add_scan_schedule_routes(made, services)
    add_found_routes(made, services)
    return made


app = application(
    wiring.access,
    Services(
        devices=wiring.device_service,
        imports=wiring.import_service,
        groups=wiring.group_service,
        credentials=wiring.credential_service,
        monitoring=wiring.monitoring_service,
        checks=wiring.check_service,
        discovery=wiring.discovery_service,
        scan_schedules=wiring.scan_schedule_service,
        found=wiring.found_service,
        topology=wiring.topology_service,
    ),
)
handler = app
