"""The OpenAPI 3.1 document: generated from the routes, so that it is true."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.openapi.models import (
    APIKey,
    APIKeyIn,
    HTTPBearer,
)

from netpulse.http.envelope import API_VERSION, Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

    from netpulse.http.routes import RouteSpec

TITLE = "NetPulse API"
_PHRASES = {
    200: "The answer",
    201: "The created thing",
    202: "A job was accepted",
    204: "Taken; there is nothing to say",
    304: "Unchanged since the ETag you sent",
    400: "The request cannot be read",
    401: "No valid credential",
    403: "The caller may not do this",
    404: "No such thing in this organisation",
    409: "It exists already, or its state forbids this",
    413: "The body is too large",
    415: "Content-Type must be application/json",
    422: "A field was not accepted",
    429: "Too many requests; see Retry-After",
    502: "A provider failed",
    503: "A service is away; see Retry-After",
}
_BODY_METHODS = ("POST", "PUT", "PATCH")


def responses_of(call: Callable[..., Any], spec: RouteSpec) -> dict[int, Any]:
    """Return every answer a route may give, with its model."""
    statuses = {*spec.errors, 400, 422, 503}
    if spec.limit:
        statuses.add(429)
    if not spec.public:
        statuses |= {401, 403}
    if "{" in spec.path:
        statuses.add(404)
    if spec.method in _BODY_METHODS:
        statuses |= {413, 415}
    answers: dict[int, Any] = {}
    envelope = call.__annotations__.get("return")
    if not spec.enveloped:
        return {spec.status: {"description": _PHRASES[spec.status]}}
    content = {"application/json": {"model": envelope}}
    answers[spec.status] = {"description": _PHRASES[spec.status], "content": content}
    for status in sorted(statuses):
        answers[status] = {
            "description": _PHRASES[status],
            "content": {"application/json": {"model": Failure}},
        }
    return answers


def document(resolver: APIGatewayHttpResolver, routes: Sequence[RouteSpec]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of a resolver's routes."""
    text = resolver.get_openapi_json_schema(
        title=TITLE,
        version=API_VERSION,
        description="The HTTPS API of NetPulse, a real-time network operations centre.",
        security_schemes={
            "accessToken": HTTPBearer(bearerFormat="JWT"),
            "apiKey": APIKey(name="X-API-Key", in_=APIKeyIn.header),
        },
    )
    found: dict[str, Any] = json.loads(text)
    for spec in routes:
        if not spec.enveloped:
            found["paths"][spec.path][spec.method.lower()]["responses"] = _foreign(spec)
    return found


def _foreign(spec: RouteSpec) -> dict[str, Any]:
    """Return the answers of a route outside the envelope: its own protocol says of what shape."""
    return {
        str(spec.status): {"description": _PHRASES[spec.status]},
        "default": {"description": "As the protocol of this route says"},
    }
