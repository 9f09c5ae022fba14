"""Reports' Lambda entry for HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.http import Application

from functions.reports import wiring
from functions.reports.handlers.report_routes import add_report_routes
from functions.reports.handlers.schedule_routes import add_schedule_routes
from functions.reports.handlers.services import Services

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.access import Access
    from netpulse.clock import Clock


def application(
    access: Callable[[], Access], services: Services, *, clock: Clock = SYSTEM_CLOCK
) -> Application:
    """Return reports' HTTP interface over these services."""
    made = Application("reports", access, clock=clock)
    add_report_routes(made, services)
    add_schedule_routes(made, services)
    return made


app = application(
    wiring.access,
    Services(reports=wiring.report_service, schedules=wiring.schedule_service),
)
handler = app
