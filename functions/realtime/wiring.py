"""Realtime in the real world."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from urllib.parse import urlsplit

from netpulse.access import DynamoSessionState
from netpulse.clock import SYSTEM_CLOCK
from netpulse.settings import Settings, load
from netpulse.wiring import access, database

from functions.realtime.channels import ApiGatewaySockets
from functions.realtime.repository import DynamoConnections, DynamoTickets, PostgresFactLog
from functions.realtime.service import Broadcaster, History, Switchboard, TicketOffice

__all__ = ["access", "broadcaster", "history", "sockets", "switchboard", "ticket_office"]

# boto3 sends about 1,000 frames a second however many threads it has: enough to hide the waiting
_THREADS = 8


class TicketSettings(Settings):
    """Where tickets are kept and which pages may open sockets."""

    connections_table: str
    sessions_table: str
    public_url: str
    allowed_origins: tuple[str, ...] = ()


class PushSettings(Settings):
    """Where sockets are known and reached."""

    connections_table: str
    websocket_callback_url: str


def origin_of(url: str) -> str:
    """Return a URL's origin as browsers write it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


@cache
def ticket_office() -> TicketOffice:
    """Return what issues and takes tickets."""
    settings = load(TicketSettings)
    return TicketOffice(
        DynamoTickets(settings.connections_table),
        DynamoSessionState(settings.sessions_table),
        SYSTEM_CLOCK,
        allowed_origins={origin_of(settings.public_url), *settings.allowed_origins},
    )


@cache
def sockets() -> ApiGatewaySockets:
    """Return the way to open sockets."""
    return ApiGatewaySockets(load(PushSettings).websocket_callback_url)


@cache
def switchboard() -> Switchboard:
    """Return what opens and answers sockets."""
    connections = DynamoConnections(load(PushSettings).connections_table)
    return Switchboard(ticket_office(), connections, SYSTEM_CLOCK)


@cache
def broadcaster() -> Broadcaster:
    """Return what pushes facts."""
    connections = DynamoConnections(load(PushSettings).connections_table)
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="push")
    return Broadcaster(connections, sockets(), SYSTEM_CLOCK, each=pool.map)


@cache
def history() -> History:
    """Return what fills gaps."""
    return History(PostgresFactLog(database()))
