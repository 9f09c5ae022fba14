"""The Lambda entry of measured values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK

from functions.metrics import wiring
from functions.metrics.handlers.archive_routes import add_archive_routes
from functions.metrics.handlers.device_routes import add_device_routes
from functions.metrics.handlers.prometheus_api import MetricsApplication
from functions.metrics.handlers.prometheus_routes import add_prometheus_routes
from functions.metrics.handlers.query_routes import add_query_routes
from functions.metrics.handlers.retention_routes import add_retention_routes
from functions.metrics.handlers.services import Services

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.access import Access
    from netpulse.clock import Clock
    from netpulse.http import Application


def application(
    access: Callable[[], Access], services: Services, *, clock: Clock = SYSTEM_CLOCK
) -> Application:
    """Return the HTTP interface of measured values over these services."""
    made = MetricsApplication("metrics", access, clock=clock)
    add_query_routes(made, services)
    add_device_routes(made, services, clock)
    add_prometheus_routes(made, services)
    add_archive_routes(made, services)
    add_retention_routes(made, services)
    return made


app = application(
    wiring.access,
    Services(
        devices=wiring.device_metrics_service,
        queries=wiring.query_service,
        rankings=wiring.ranking_service,
        billing=wiring.billing_service,
        prometheus=wiring.prometheus_service,
        writing=wiring.write_service,
        archives=wiring.archive_service,
        retention=wiring.retention_service,
    ),
)
handler = app
