"""Reading requests: strict JSON, ids, addresses, and who the gateway says is asking."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from netpulse.errors import MalformedError, TooLargeError, UnsupportedMediaTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BODY_BYTES = 256 * 1024
_MAX_DEPTH = 32
_SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
# PostgreSQL's text cannot hold NUL, and lone surrogates are no characters
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """Return a request's headers with lower-case names."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def request_id_of(headers: Mapping[str, str]) -> str:
    """Return the caller's X-Request-ID if it is harmless in a log, else a new one."""
    given = headers.get("x-request-id", "")
    return given if _SAFE_ID.fullmatch(given) else f"req_{uuid4().hex}"


def correlation_id_of(headers: Mapping[str, str], request_id: str) -> str:
    """Return the caller's X-Correlation-ID if it is harmless, else the request's id."""
    given = headers.get("x-correlation-id", "")
    return given if _SAFE_ID.fullmatch(given) else request_id


def source_ip_of(event: Mapping[str, Any]) -> str:
    """Return the address the gateway saw the request come from."""
    return str(event["requestContext"].get("http", {}).get("sourceIp", ""))


def authorizer_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the Lambda authorizer found; nothing when it did not run."""
    authorizer = event["requestContext"].get("authorizer") or {}
    found: dict[str, Any] = authorizer.get("lambda") or {}
    return found


def body_of(event: Mapping[str, Any]) -> bytes:
    """Return a request's raw body."""
    body = event.get("body") or ""
    try:
        return base64.b64decode(body) if event.get("isBase64Encoded") else str(body).encode()
    except (binascii.Error, ValueError) as error:
        raise MalformedError("The body cannot be decoded") from error


def check_address(event: Mapping[str, Any]) -> None:
    """Refuse a path or query that holds characters that no text may have."""
    query = event.get("queryStringParameters") or {}
    for text in (event["rawPath"], *query, *query.values()):
        if _NO_TEXT.search(text):
            raise MalformedError("The address holds a character that no text may have")


def media_type_of(headers: Mapping[str, str]) -> str:
    """Return a request's Content-Type in lower case, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def check_body(event: Mapping[str, Any], headers: Mapping[str, str], max_bytes: int) -> None:
    """Refuse a body that is too large (413) or not JSON (415)."""
    method = event["requestContext"]["http"]["method"]
    body = event.get("body") or ""
    # base64 takes 4 characters for 3 bytes
    size = len(body) * 3 // 4 if event.get("isBase64Encoded") else len(body)
    if size > max_bytes:
        raise TooLargeError(
            f"The body may have at most {max_bytes} bytes", details={"max_bytes": max_bytes}
        )
    content_type = media_type_of(headers)
    if method in _BODY_METHODS and (body or content_type) and content_type != "application/json":
        raise UnsupportedMediaTypeError("Content-Type must be application/json")


def json_of(body: bytes) -> Any:
    """Return a body's JSON, read strictly (RFC 8259): no NaN, no duplicate names, no abyss.

    Raises MalformedError.
    """
    if not body:
        return None
    try:
        value = json.loads(
            body, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
        )
    except RecursionError as error:
        raise MalformedError("The JSON is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise MalformedError("The body is not UTF-8") from error
    except ValueError as error:
        raise MalformedError(f"The body is not valid JSON: {error}") from error
    _check(value, _MAX_DEPTH)
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check(value: Any, depth: int) -> None:
    if depth == 0:
        raise MalformedError("The JSON is nested too deeply")
    if isinstance(value, str) and _NO_TEXT.search(value):
        raise MalformedError("The JSON holds a character that no text may have")
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise MalformedError("The JSON holds a number that is too large")
    if isinstance(value, dict):
        for name, item in value.items():
            _check(name, depth)
            _check(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
