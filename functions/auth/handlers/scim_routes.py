"""SCIM 2.0 for an organisation's directory, in the protocol's own words (RFC 7644)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from netpulse.errors import NetPulseError
from netpulse.http import requests
from netpulse.permissions import Permission

from functions.auth.domain import scim
from functions.auth.domain.scim import ScimError

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.http import Application
    from netpulse.ids import OrganizationId
    from netpulse.principal import Principal

    from functions.auth.domain.scim import Filter
    from functions.auth.handlers.services import Services

_JSON = "application/scim+json"
_BASE = "/scim/v2"
_MAX_BYTES = 256 * 1024
MOST_LISTED = 200
_TYPES = ("User", "Group")
_CONFIG = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": MOST_LISTED},
    "changePassword": {"supported": False},
    "sort": {"supported": False},
    "etag": {"supported": False},
    "authenticationSchemes": [
        {
            "type": "oauthbearertoken",
            "name": "API key",
            "description": "An API key with the permission user:write, as a bearer token.",
        }
    ],
}


class Provisioned(Protocol):
    """People or groups, as a directory keeps them here."""

    def page(
        self, organization_id: OrganizationId, wanted: Filter | None, *, start: int, count: int
    ) -> dict[str, Any]:
        """Return some of them."""
        ...

    def view(self, organization_id: OrganizationId, resource_id: UUID, /) -> dict[str, Any]:
        """Return one; raise ScimError."""
        ...

    def add(self, principal: Principal, given: dict[str, Any]) -> dict[str, Any]:
        """Make one; raise ScimError."""
        ...

    def change(self, principal: Principal, resource_id: UUID, change: Any, /) -> dict[str, Any]:
        """Change one; raise ScimError."""
        ...

    def remove(self, principal: Principal, resource_id: UUID, /) -> None:
        """Forget one; raise ScimError."""
        ...


@dataclass(frozen=True)
class _Resource:
    """A kind of resource: who keeps it, what it is found by, and how its changes are read."""

    kind: Literal["User", "Group"]
    kept_by: Callable[[], Provisioned]
    found_by: tuple[str, ...]
    patch: Callable[[list[dict[str, Any]]], Any]
    replacement: Callable[[dict[str, Any]], Any]


def add_scim_routes(app: Application, services: Services) -> None:
    """Add SCIM's users, groups and what describes them."""
    users = _Resource(
        "User",
        services.directory_people,
        ("userName", "externalId"),
        scim.person_change,
        scim.person_replacement,
    )
    groups = _Resource(
        "Group",
        services.directory_groups,
        ("displayName", "externalId"),
        scim.group_change,
        scim.group_replacement,
    )
    for resource in (users, groups):
        _add_resource(app, resource)
    _add(app, "GET", "/ServiceProviderConfig", lambda _id: (200, _CONFIG))
    _add(app, "GET", "/ResourceTypes", lambda _id: (200, _resource_types()))


def _add_resource(app: Application, resource: _Resource) -> None:
    def listed(_id: str) -> tuple[int, Any]:
        start, count, text = _page(app)
        wanted = scim.filter_of(text, resource.found_by)
        organization_id = app.principal.organization_id
        return 200, resource.kept_by().page(organization_id, wanted, start=start, count=count)

    def added(_id: str) -> tuple[int, Any]:
        return 201, resource.kept_by().add(app.principal, _body(app))

    def shown(key: str) -> tuple[int, Any]:
        found = resource.kept_by().view(app.principal.organization_id, _uuid(resource.kind, key))
        return 200, found

    def changed(key: str, change: Any) -> tuple[int, Any]:
        return 200, resource.kept_by().change(app.principal, _uuid(resource.kind, key), change)

    def removed(key: str) -> tuple[int, Any]:
        resource.kept_by().remove(app.principal, _uuid(resource.kind, key))
        return 204, None

    path = f"/{resource.kind}s"
    one = path + "/{resource_id}"
    _add(app, "GET", path, listed)
    _add(app, "POST", path, added)
    _add(app, "GET", one, shown)
    _add(app, "PUT", one, lambda key: changed(key, resource.replacement(_body(app))))
    _add(app, "PATCH", one, lambda key: changed(key, resource.patch(_operations(app))))
    _add(app, "DELETE", one, removed)


def _add(
    app: Application, method: str, path: str, answer: Callable[[str], tuple[int, Any]]
) -> None:
    def call(key: str) -> Response[Any]:
        try:
            status, content = answer(key)
        except ScimError as error:
            return _failed(error.status, error.detail, error.scim_type)
        except NetPulseError as error:
            return _failed(error.status, error.message)
        body = "" if content is None else json.dumps(content, ensure_ascii=False)
        return Response(status_code=status, content_type=_JSON, body=body)

    def named(resource_id: str) -> Response[Any]:
        return call(resource_id)

    def plain() -> Response[Any]:
        return call("")

    function = named if "{" in path else plain
    words = path.replace("/{resource_id}", "_one").strip("/").lower()
    function.__name__ = f"scim_{method.lower()}_{words}"
    function.__doc__ = f"SCIM 2.0 (RFC 7644): {method} {path}."
    app.route(
        method,
        _BASE + path,
        permission=Permission.USER_WRITE,
        enveloped=False,
        status=204 if method == "DELETE" else 200,
        summary=f"SCIM: {method} {path}",
    )(function)


def _page(app: Application) -> tuple[int, int, str]:
    query = app.request.event.get("queryStringParameters") or {}

    def number(name: str, otherwise: int) -> int:
        given = query.get(name, "")
        return int(given) if given.isdecimal() and len(given) <= 6 else otherwise  # noqa: PLR2004 - a page

    count = min(MOST_LISTED, number("count", 100))
    return max(1, number("startIndex", 1)), count, query.get("filter", "")


def _body(app: Application) -> dict[str, Any]:
    body = requests.body_of(app.request.event)
    if len(body) > _MAX_BYTES:
        raise ScimError(413, "The body is too large")
    found = requests.json_of(body)
    if not isinstance(found, dict):
        raise ScimError(400, "The body is one JSON object", "invalidSyntax")
    return found


def _operations(app: Application) -> list[dict[str, Any]]:
    found = _body(app).get("Operations")
    if not isinstance(found, list) or not found:
        raise ScimError(400, "Operations is a list", "invalidSyntax")
    return found


def _uuid(kind: str, key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError as error:
        raise ScimError(404, f"{kind} {key} not found") from error


def _failed(status: int, detail: str, scim_type: str = "") -> Response[Any]:
    content = {
        "schemas": [scim.ERROR],
        "status": str(status),
        "detail": detail,
        **({"scimType": scim_type} if scim_type else {}),
    }
    return Response(status_code=status, content_type=_JSON, body=json.dumps(content))


def _resource_types() -> dict[str, Any]:
    types = [
        {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": kind,
            "name": kind,
            "endpoint": f"/{kind}s",
            "schema": f"urn:ietf:params:scim:schemas:core:2.0:{kind}",
        }
        for kind in _TYPES
    ]
    return {"schemas": [scim.LIST], "totalResults": len(types), "Resources": types}
