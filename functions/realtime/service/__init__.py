"""What realtime does, one module a purpose."""

from functions.realtime.service.broadcast import Broadcaster, Revocation
from functions.realtime.service.history import History
from functions.realtime.service.switchboard import Switchboard
from functions.realtime.service.tickets import RefusedError, TicketOffice

__all__ = [
    "Broadcaster",
    "History",
    "RefusedError",
    "Revocation",
    "Switchboard",
    "TicketOffice",
]
