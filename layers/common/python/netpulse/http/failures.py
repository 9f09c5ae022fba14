"""The one table from what went wrong to what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from netpulse.errors import (
    InvalidError,
    MalformedError,
    NetPulseError,
    RateLimitedError,
    UnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# pydantic's error types that have a code of their own in the blueprint
_CODES = {
    "missing": "MISSING_REQUIRED_FIELD",
    "missing_argument": "MISSING_REQUIRED_FIELD",
    "invalid_ip_address": "INVALID_IP_ADDRESS",
    "ip_any_address": "INVALID_IP_ADDRESS",
    "ip_v4_address": "INVALID_IP_ADDRESS",
    "ip_v6_address": "INVALID_IP_ADDRESS",
    "invalid_device_type": "INVALID_DEVICE_TYPE",
}
_PLACES = frozenset({"body", "query", "path", "header", "cookie"})


def _field(location: Sequence[Any]) -> str:
    parts = [str(part) for part in location if part not in _PLACES]
    return ".".join(parts) or "body"


def invalid(errors: Sequence[dict[str, Any]]) -> NetPulseError:
    """Return the error for pydantic's findings: each field with its code and message.

    The answer's code is the first field's own one (MISSING_REQUIRED_FIELD, INVALID_IP_ADDRESS,
    INVALID_DEVICE_TYPE) when every field has the same, else INVALID_INPUT.
    """
    if any(error["type"] == "json_invalid" for error in errors):
        return MalformedError("The body is not valid JSON")
    fields = [
        {
            "field": _field(error["loc"]),
            "code": _CODES.get(error["type"], "INVALID_INPUT"),
            "message": error["msg"],
        }
        for error in errors
    ]
    codes = {field["code"] for field in fields}
    code = codes.pop() if len(codes) == 1 else "INVALID_INPUT"
    names = ", ".join(dict.fromkeys(field["field"] for field in fields))
    return InvalidError(f"Not accepted: {names}", code=code, details={"fields": fields})


class NoRouteError(NetPulseError):
    """Nothing answers at this path (404)."""

    status = 404
    code = "ROUTE_NOT_FOUND"


class MethodNotAllowedError(NetPulseError):
    """The path exists, the method does not (405); `allowed` does."""

    status = 405
    code = "METHOD_NOT_ALLOWED"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__("This path has other methods", details={"allowed": list(allowed)})
        self.allowed = allowed


def headers_of(error: NetPulseError) -> dict[str, str]:
    """Return the headers that belong to an error's answer."""
    if isinstance(error, RateLimitedError | UnavailableError):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, MethodNotAllowedError):
        return {"Allow": ", ".join(error.allowed)}
    return {}


def is_outage(error: Exception) -> bool:
    """Return whether an error means that a service we need is away, not that we are wrong."""
    return isinstance(error, psycopg.OperationalError | EndpointConnectionError | ReadTimeoutError)
