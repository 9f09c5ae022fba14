"""Opaque cursors of logs: where a reader goes on."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from netpulse.errors import InvalidError

_LONGEST = 18

Cursor = Annotated[str, Query(max_length=64, description="`next_cursor` of the stretch before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


def cursor_of(position: int | None) -> str | None:
    """Return the cursor that goes on after a position in a log; None at its end."""
    if position is None:
        return None
    return base64.urlsafe_b64encode(f"seq:{position}".encode()).decode()


def position_of(cursor: str) -> int | None:
    """Return the position a cursor goes on after, None for none; raise InvalidError."""
    if not cursor:
        return None
    try:
        name, _, position = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
        if name == "seq" and position.isdecimal() and len(position) <= _LONGEST:
            return int(position)
    except (ValueError, binascii.Error):
        pass
    found = {"field": "cursor", "code": "INVALID_INPUT", "message": "Not a cursor of ours"}
    raise InvalidError("Not accepted: cursor", details={"fields": [found]})
