"""Realtime over HTTP: tickets for sockets, and the events that fill a gap."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Application

from functions.realtime import wiring
from functions.realtime.models import EventsView, IssuedTicket

app = Application("realtime", wiring.access)
handler = app

_LARGEST_SEQ = 2**63 - 1


@app.post("/ws-tickets", status=201)
def issue_ticket() -> IssuedTicket:
    """Issue a ticket that opens one WebSocket within 30 seconds."""
    origin = app.request.headers.get("origin", "").lower()
    return wiring.ticket_office().issue(app.principal, origin=origin)


@app.get("/events")
def list_events(
    since: Annotated[int | None, Query(ge=0, le=_LARGEST_SEQ)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> EventsView:
    """Show what happened after a number, as the messages that the WebSocket carries."""
    return wiring.history().since(app.principal, since, limit=limit)
