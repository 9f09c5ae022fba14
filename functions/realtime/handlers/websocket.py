"""The WebSocket API's one function: a socket opens, closes, or says something."""

from __future__ import annotations

import json
from typing import Any

from netpulse.observability import logger

from functions.realtime import wiring
from functions.realtime.service import RefusedError

_OK = {"statusCode": 200}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one event of a socket; what a socket says is answered over the socket itself."""
    context = event["requestContext"]
    connection_id = context["connectionId"]
    match context["routeKey"]:
        case "$connect":
            return _connect(event, connection_id)
        case "$disconnect":
            wiring.switchboard().disconnect(connection_id)
        case _:
            _answer(connection_id, event.get("body") or "")
    return _OK


def _connect(event: dict[str, Any], connection_id: str) -> dict[str, Any]:
    # not netpulse.http's: loading the request pipeline would double the cold start
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    origin = headers.get("origin", "").lower()
    ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
    try:
        connection = wiring.switchboard().connect(connection_id, ticket, origin=origin)
    except RefusedError as error:
        logger.info("socket refused", extra={"refusal": error.refusal})
        return {"statusCode": error.status}
    logger.info("socket opened", extra={"organization_id": str(connection.organization_id)})
    return _OK


def _answer(connection_id: str, text: str) -> None:
    reply = wiring.switchboard().answer(connection_id, text)
    if reply is None:
        wiring.sockets().close(connection_id)
        wiring.switchboard().disconnect(connection_id)
    else:
        wiring.sockets().send(connection_id, json.dumps(reply))
