"""Requests and answers in the form of Prometheus' HTTP API.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler import Response
from netpulse.errors import TooLargeError
from netpulse.http import Application, requests
from netpulse.http.failures import headers_of

from functions.metrics.domain.errors import TookTooLongError
from functions.metrics.domain.promql import notation
from functions.metrics.domain.promql.errors import BadQueryError

if TYPE_CHECKING:
    from netpulse.errors import NetPulseError


PREFIX = "/prometheus/api/v1"
JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_MAX_FORM_BYTES = 256 * 1024
_KINDS = {
    400: "bad_data", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "not_found",
    413: "bad_data", 415: "bad_data", 422: "bad_data", 429: "too_many_requests",
    503: "unavailable",
}  # fmt: skip


class MetricsApplication(Application):
    """Our API, and under its prefix Prometheus' with errors in Prometheus' form."""

    def _failure(self, error: NetPulseError) -> Response[Any]:
        if not self.request.event["rawPath"].startswith(PREFIX.removesuffix("/api/v1") + "/"):
            return super()._failure(error)
        self.request.response_headers.update(headers_of(error))
        kind = "timeout" if isinstance(error, TookTooLongError) else _KINDS.get(error.status)
        return failed(error.status, kind or "internal", error.message)


def failed(status: int, kind: str, message: str) -> Response[Any]:
    """Return an error as Prometheus writes it."""
    body = {"status": "error", "errorType": kind, "error": message}
    return Response(status_code=status, content_type=JSON, body=json.dumps(body))


class Parameters:
    """The parameters of a request: its query's and its form's."""

    def __init__(self, app: Application) -> None:
        event = app.request.event
        self._given = parse_qs(event.get("rawQueryString") or "", keep_blank_values=True)
        if requests.media_type_of(app.request.headers) == _FORM:
            body = requests.body_of(event)
            if len(body) > _MAX_FORM_BYTES:
                raise TooLargeError(f"A form may have at most {_MAX_FORM_BYTES} bytes")
            form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
            for name, values in form.items():
                self._given.setdefault(name, []).extend(values)

    def all(self, name: str) -> list[str]:
        """Return every value of a parameter."""
        return self._given.get(name, [])

    def text(self, name: str) -> str:
        """Return a parameter that must be there."""
        found = self.all(name)
        if not found or not found[0]:
            raise BadQueryError(f'invalid parameter "{name}": it is missing')
        return found[0]

    def instant(self, name: str, otherwise: int | None = None) -> int:
        """Return an instant in ms."""
        if otherwise is not None and not self.all(name):
            return otherwise
        return notation.instant(name, self.text(name))

    def count(self, name: str) -> int | None:
        """Return a number of things, None for all."""
        found = self.all(name)
        if not found:
            return None
        if not found[0].isdecimal() or len(found[0]) > 9:  # noqa: PLR2004  # no number of things
            raise BadQueryError(f'invalid parameter "{name}": {found[0]!r} is no number')
        return int(found[0]) or None
