"""Alertmanager's API v2, so that amtool, Prometheus, vmalert and Grafana speak to us unchanged.

https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import UUID, uuid4

from aws_lambda_powertools.event_handler import Response
from netpulse.errors import NotFoundError
from netpulse.http import requests
from netpulse.ids import SilenceId
from netpulse.permissions import Permission
from pydantic import ValidationError

from functions.alerts.domain.external import Posted, PostedError, read_posted
from functions.alerts.domain.matchers import Matcher, MatcherError, read_matcher
from functions.alerts.domain.shown import groups_of
from functions.alerts.handlers.parameters import actor_of
from functions.alerts.models.alertmanager import (
    MAX_ALERTS,
    PostableSilence,
    alert_json,
    group_json,
    read_alerts,
    silence_json,
    status_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.http import Application

    from functions.alerts.domain.shown import Shown
    from functions.alerts.handlers.services import Services

PREFIX = "/alertmanager/api/v2"
_JSON = "application/json"


class _RefusedError(Exception):
    """A request is answered as Alertmanager would refuse it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def add_alertmanager_routes(app: Application, services: Services) -> None:
    """Add Alertmanager's API over our alerts and silences."""
    api = _Api(app, services)
    for method, path, answering, permission in (
        ("GET", "/status", api.status, Permission.ALERT_READ),
        ("GET", "/receivers", api.receivers, Permission.ALERT_READ),
        ("GET", "/alerts", api.alerts, Permission.ALERT_READ),
        ("POST", "/alerts", api.post_alerts, Permission.ALERT_WRITE),
        ("GET", "/alerts/groups", api.groups, Permission.ALERT_READ),
        ("GET", "/silences", api.silences, Permission.ALERT_READ),
        ("POST", "/silences", api.post_silence, Permission.ALERT_WRITE),
    ):
        _add(app, method, path, answering=answering, permission=permission)

    @app.get(
        f"{PREFIX}/silence/{{silence_id}}",
        permission=Permission.ALERT_READ,
        limit="monitoring",
        enveloped=False,
        summary="Get a silence, as Alertmanager does",
    )
    def alertmanager_silence(silence_id: str) -> Response[Any]:
        """Get a silence; docs/alerts.md."""
        return _answered(lambda: api.silence(silence_id))

    @app.delete(
        f"{PREFIX}/silence/{{silence_id}}",
        permission=Permission.ALERT_WRITE,
        limit="monitoring",
        enveloped=False,
        summary="End a silence, as Alertmanager does",
    )
    def alertmanager_expire_silence(silence_id: str) -> Response[Any]:
        """End a silence; docs/alerts.md."""
        return _answered(lambda: api.expire(silence_id))


def _add(
    app: Application,
    method: str,
    path: str,
    *,
    answering: Callable[[], Any],
    permission: Permission,
) -> None:
    def call() -> Response[Any]:
        return _answered(answering)

    summary = (answering.__doc__ or "").partition("\n")[0].rstrip(".")
    call.__name__ = f"alertmanager_{answering.__name__}"
    call.__doc__ = f"{summary}.\n\nAlertmanager's own HTTP API; docs/alerts.md says what differs."
    app.route(
        method,
        PREFIX + path,
        permission=permission,
        limit="monitoring",
        enveloped=False,
        summary=summary,
    )(call)


def _answered(answering: Callable[[], Any]) -> Response[Any]:
    try:
        found = answering()
    except _RefusedError as refused:
        body = json.dumps(str(refused))
        return Response(status_code=refused.status, content_type=_JSON, body=body)
    body = "" if found is None else json.dumps(found, ensure_ascii=False)
    return Response(status_code=200, content_type=_JSON, body=body)


class _Api:
    """What each route answers."""

    def __init__(self, app: Application, services: Services) -> None:
        self._app = app
        self._services = services

    def status(self) -> dict[str, Any]:
        """Tell which Alertmanager this behaves like."""
        return status_json(self._services.foreign().now())

    def receivers(self) -> list[dict[str, str]]:
        """List the channels that are told."""
        found = self._services.foreign().receivers(self._organization)
        return [{"name": each.name} for each in found]

    def alerts(self) -> list[dict[str, Any]]:
        """List alerts, as Alertmanager does."""
        now = self._services.foreign().now()
        return [alert_json(each, now=now) for each in self._shown()]

    def groups(self) -> list[dict[str, Any]]:
        """List alerts as channels tell of them together, as Alertmanager does."""
        foreign = self._services.foreign()
        groups = groups_of(self._shown(), foreign.receivers(self._organization))
        return [group_json(each, now=foreign.now()) for each in groups]

    def post_alerts(self) -> None:
        """Take alerts, as Alertmanager does; the right ones of a mixed batch are kept."""
        now = self._services.foreign().now()
        try:
            given = read_alerts(self._body())
        except ValidationError as error:
            raise _RefusedError(400, f"parsing alerts body failed: {_first(error)}") from error
        if len(given) > MAX_ALERTS:
            raise _RefusedError(413, f"at most {MAX_ALERTS} alerts are taken at once")
        taken: list[Posted] = []
        wrong: list[str] = []
        for each in given:
            try:
                posted = read_posted(
                    labels=each.labels,
                    annotations=each.annotations,
                    starts_at=each.starts_at,
                    ends_at=each.ends_at,
                    generator_url=each.generator_url,
                    now=now,
                )
            except PostedError as error:
                wrong.append(str(error))
            else:
                taken.append(posted)
        if taken:
            self._services.foreign().take(self._organization, taken)
        if wrong:
            raise _RefusedError(400, "; ".join(wrong[:20]))

    def silences(self) -> list[dict[str, Any]]:
        """List silences, as Alertmanager does."""
        foreign, wanted = self._services.foreign(), self._matchers()
        return [
            silence_json(each, now=foreign.now())
            for each in foreign.silences(self._organization)
            if all(_finds(matcher, each.matchers) for matcher in wanted)
        ]

    def post_silence(self) -> dict[str, str]:
        """Make or change a silence, as Alertmanager does."""
        foreign = self._services.foreign()
        try:
            given = PostableSilence.model_validate(self._body())
            silence = given.silence(actor_of(self._app.principal), fresh_id=SilenceId(uuid4()))
        except ValidationError as error:
            raise _RefusedError(400, _first(error)) from error
        except MatcherError as error:
            raise _RefusedError(400, f"invalid silence: {error}") from error
        if silence.ends_at <= silence.starts_at:
            raise _RefusedError(400, "Failed to create silence: start time must be before end time")
        if silence.ends_at <= foreign.now():
            raise _RefusedError(400, "Failed to create silence: end time can't be in the past")
        try:
            kept = foreign.keep_silence(self._organization, silence, is_new=not given.id)
        except NotFoundError as error:
            raise _RefusedError(404, "silence not found") from error
        return {"silenceID": str(kept)}

    def silence(self, silence_id: str) -> dict[str, Any]:
        """Return a silence."""
        foreign = self._services.foreign()
        try:
            found = foreign.silence(self._organization, _silence_id_of(silence_id))
        except NotFoundError as error:
            raise _RefusedError(404, "silence not found") from error
        return silence_json(found, now=foreign.now())

    def expire(self, silence_id: str) -> None:
        """End a silence."""
        found = self.silence(silence_id)
        if found["status"]["state"] == "expired":
            raise _RefusedError(500, f"silence {silence_id} already expired")
        self._services.silencing().expire(self._organization, _silence_id_of(silence_id))

    @property
    def _organization(self) -> Any:
        return self._app.principal.organization_id

    def _shown(self) -> list[Shown]:
        found = self._services.foreign().shown(self._organization, self._matchers())
        return [each for each in found if self._is_wanted(each)]

    def _is_wanted(self, shown: Shown) -> bool:
        receiver = self._query().get("receiver", [""])[0]
        if receiver and not any(_like(receiver, name) for name in shown.receivers):
            return False
        if shown.state == "active":
            return self._flag("active")
        if shown.silenced_by and not self._flag("silenced"):
            return False
        return not (shown.inhibited_by and not self._flag("inhibited"))

    def _flag(self, name: str) -> bool:
        return self._query().get(name, ["true"])[0].lower() != "false"

    def _matchers(self) -> list[Matcher]:
        try:
            return [read_matcher(each) for each in self._query().get("filter", [])]
        except MatcherError as error:
            raise _RefusedError(400, str(error)) from error

    def _query(self) -> dict[str, list[str]]:
        # the gateway joins what was repeated by commas; the raw query has it as it was sent
        return parse_qs(self._app.request.event.get("rawQueryString") or "", keep_blank_values=True)

    def _body(self) -> Any:
        return requests.json_of(requests.body_of(self._app.request.event))


def _finds(wanted: Matcher, matchers: tuple[Matcher, ...]) -> bool:
    """Return whether a silence has a matcher that a filter looks for, as amtool's query does."""
    labels = {each.name: each.value for each in matchers if not each.op.is_pattern}
    return any(each == wanted for each in matchers) or (
        wanted.name in labels and wanted.matches(labels)
    )


def _like(pattern: str, name: str) -> bool:
    try:
        return read_matcher(f"receiver=~{json.dumps(pattern)}").matches({"receiver": name})
    except MatcherError as error:
        raise _RefusedError(400, f"failed to parse receiver param: {error}") from error


def _silence_id_of(key: str) -> SilenceId:
    try:
        return SilenceId(UUID(key))
    except ValueError as error:
        raise _RefusedError(404, "silence not found") from error


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    place = ".".join(str(part) for part in found["loc"])
    return f"{place}: {found['msg']}" if place else str(found["msg"])
