"""Notify's Lambda entry for HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.http import Application

from functions.notify import wiring
from functions.notify.handlers.channel_routes import add_channel_routes
from functions.notify.handlers.delivery_routes import add_delivery_routes
from functions.notify.handlers.services import Services
from functions.notify.handlers.settings_routes import add_settings_routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.access import Access
    from netpulse.clock import Clock


def application(
    access: Callable[[], Access], services: Services, *, clock: Clock = SYSTEM_CLOCK
) -> Application:
    """Return notify's HTTP interface over these services."""
    made = Application("notify", access, clock=clock)
    add_channel_routes(made, services)
    add_delivery_routes(made, services)
    add_settings_routes(made, services)
    return made


app = application(
    wiring.access,
    Services(
        channels=wiring.channel_service,
        trial=wiring.channel_trial,
        deliveries=wiring.delivery_service,
    ),
)
handler = app
