"""What a route's function returned, put into the blueprint's envelope."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, get_args, get_origin

from aws_lambda_powertools.event_handler import Response

from netpulse.http.envelope import CursorPaged, CursorPosition, Page, Paged, Stretch, Success

if TYPE_CHECKING:
    from pydantic import BaseModel

    from netpulse.http.envelope import Meta


def envelope_type(returned: Any) -> Any:
    """Return the envelope model of what a route's function says it returns; None for no content."""
    if returned is None or returned is type(None):
        return Success[None]
    if isinstance(returned, type) and issubclass(returned, Page | Stretch):
        # pydantic's generic classes know their parameters
        item: Any = returned.__pydantic_generic_metadata__["args"][0]
        return Paged[item] if issubclass(returned, Page) else CursorPaged[item]
    if get_origin(returned) is list:
        return Success[list[get_args(returned)[0]]]  # type: ignore[misc]
    return Success[returned]


def enveloped(result: Any, meta: Meta) -> BaseModel:
    """Return the answer that carries what a route's function returned."""
    if isinstance(result, Page):
        return Paged(data=result.items, pagination=result.pagination(), meta=meta)
    if isinstance(result, Stretch):
        position = CursorPosition(
            next_cursor=result.next_cursor, has_next=result.next_cursor is not None
        )
        return CursorPaged(data=result.items, pagination=position, meta=meta)
    return Success(data=result, meta=meta)


def etag(result: BaseModel) -> str:
    """Return the ETag of a list: a digest of what it shows, without the answer's meta."""
    digest = hashlib.sha256(result.model_dump_json().encode()).hexdigest()[:32]
    return f'"{digest}"'


def matches(if_none_match: str, tag: str) -> bool:
    """Return whether a caller's If-None-Match names the ETag (weakly, as RFC 9110 asks)."""
    candidates = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    return tag in candidates or "*" in candidates


def json_response(status: int, body: BaseModel) -> Response[Any]:
    """Return an answer in JSON."""
    return Response(
        status_code=status, content_type="application/json", body=body.model_dump_json()
    )
