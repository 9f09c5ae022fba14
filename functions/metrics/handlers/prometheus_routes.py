"""Prometheus' HTTP API: the query API and remote_write 1.0.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response
from netpulse.http import requests
from netpulse.permissions import Permission

from functions.metrics.channels.remote_write import read
from functions.metrics.domain.promql import notation
from functions.metrics.domain.promql.errors import PromqlError
from functions.metrics.handlers.prometheus_api import JSON, PREFIX, Parameters, failed

if TYPE_CHECKING:
    from netpulse.http import Application
    from netpulse.ids import OrganizationId

    from functions.metrics.handlers.services import Services
    from functions.metrics.service.prometheus import PrometheusService

_PROTOBUF = "application/x-protobuf"
# What of Prometheus' behaviour is followed; Grafana asks before it asks anything else.
_BUILD = {
    "application": "NetPulse",
    "version": "3.0.0",
    "revision": "",
    "branch": "",
    "buildUser": "",
    "buildDate": "",
    "goVersion": "",
}


@dataclass(frozen=True)
class _Asked:
    """A request, and who answers it."""

    organization_id: OrganizationId
    prometheus: PrometheusService
    given: Parameters
    name: str
    # what the answer says beside its data
    warnings: list[str] = field(default_factory=list)

    def first(self, found: list[Any]) -> list[Any]:
        """Return no more than the `limit` that is asked for; where there is more, warn."""
        limit = self.given.count("limit")
        if limit is not None and len(found) > limit:
            self.warnings.append("results truncated due to limit")
        return found[:limit]


def _query(asked: _Asked) -> Any:
    at_ms = asked.given.instant("time", asked.prometheus.now_ms)
    found = asked.prometheus.query(asked.organization_id, asked.given.text("query"), at_ms)
    return _limited(asked, found)


def _query_range(asked: _Asked) -> Any:
    found = asked.prometheus.query_range(
        asked.organization_id,
        asked.given.text("query"),
        asked.given.instant("start"),
        asked.given.instant("end"),
        notation.duration("step", asked.given.text("step")),
    )
    return _limited(asked, found)


def _limited(asked: _Asked, found: dict[str, Any]) -> dict[str, Any]:
    if found["resultType"] in {"vector", "matrix"}:
        found["result"] = asked.first(found["result"])
    return found


def _labels(asked: _Asked) -> Any:
    match = asked.given.all("match[]")
    return asked.first(asked.prometheus.label_names(asked.organization_id, match))


def _label_values(asked: _Asked) -> Any:
    match = asked.given.all("match[]")
    return asked.first(asked.prometheus.label_values(asked.organization_id, asked.name, match))


def _series(asked: _Asked) -> Any:
    match = asked.given.all("match[]")
    return asked.first(asked.prometheus.series(asked.organization_id, match))


def _metadata(asked: _Asked) -> Any:
    names = asked.given.all("metric")
    return asked.prometheus.metadata(
        asked.organization_id, names[0] if names else None, asked.given.count("limit")
    )


def _buildinfo(_asked: _Asked) -> Any:
    return _BUILD


_Answering = Callable[[_Asked], Any]
_ROUTES: tuple[tuple[str, tuple[str, ...], _Answering, str], ...] = (
    ("/query", ("GET", "POST"), _query, "Evaluate a PromQL query at one instant"),
    ("/query_range", ("GET", "POST"), _query_range, "Evaluate a PromQL query over a range of time"),
    ("/labels", ("GET", "POST"), _labels, "List the names of labels"),
    ("/label/{name}/values", ("GET",), _label_values, "List the values of a label"),
    ("/series", ("GET", "POST"), _series, "List series by their labels"),
    ("/metadata", ("GET",), _metadata, "Tell what metrics are"),
    ("/status/buildinfo", ("GET",), _buildinfo, "Tell which Prometheus this behaves like"),
)


def add_prometheus_routes(app: Application, services: Services) -> None:
    """Add the query API and remote_write."""
    for path, methods, answering, summary in _ROUTES:
        for method in methods:
            _add(app, services, method, path, answering=answering, summary=summary)
    _add_remote_write(app, services)


def _add(
    app: Application,
    services: Services,
    method: str,
    path: str,
    *,
    answering: _Answering,
    summary: str,
) -> None:
    def call(name: str = "") -> Response[Any]:
        prometheus = services.prometheus()
        try:
            asked = _Asked(app.principal.organization_id, prometheus, Parameters(app), name)
            data = answering(asked)
        except PromqlError as error:
            return failed(error.status, error.kind, str(error))
        answer = {"status": "success", "data": data}
        if asked.warnings:
            answer["warnings"] = asked.warnings
        body = json.dumps(answer, ensure_ascii=False)
        return Response(status_code=200, content_type=JSON, body=body)

    # a route whose path holds a label's name has a parameter
    def named(name: str) -> Response[Any]:
        return call(name)

    def plain() -> Response[Any]:
        return call()

    function = named if "{name}" in path else plain
    by_form = "_by_form" if method == "POST" else ""
    function.__name__ = f"prometheus{answering.__name__}{by_form}"
    function.__doc__ = f"{summary}.\n\nPrometheus' own HTTP API; docs/metrics.md has the subset."
    app.route(
        method,
        PREFIX + path,
        permission=Permission.METRICS_READ,
        limit="monitoring",
        enveloped=False,
        summary=summary,
    )(function)


def _add_remote_write(app: Application, services: Services) -> None:
    @app.post(
        f"{PREFIX}/write",
        permission=Permission.DEVICE_WRITE,
        limit="monitoring",
        enveloped=False,
        status=204,
        summary="Take samples by remote_write 1.0",
    )
    def prometheus_remote_write() -> Response[Any]:
        """Take samples by Prometheus' remote_write 1.0: protobuf, packed by snappy."""
        headers = app.request.headers
        if requests.media_type_of(headers) != _PROTOBUF or "v2" in headers["content-type"]:
            return failed(415, "bad_data", "remote_write 1.0 is application/x-protobuf")
        if headers.get("content-encoding", "").lower() != "snappy":
            return failed(415, "bad_data", "remote_write is packed by snappy")
        try:
            request = read(requests.body_of(app.request.event))
            services.writing().write(app.principal.organization_id, request)
        except PromqlError as error:
            return failed(error.status, error.kind, str(error))
        return Response(status_code=204)
