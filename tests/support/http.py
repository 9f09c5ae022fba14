"""Requests as the HTTP API sends them, and an access check that lets a chosen caller in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from netpulse.errors import UnauthenticatedError
from netpulse.ids import OrganizationId, UserId
from netpulse.permissions import PERMISSIONS, Role
from netpulse.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpulse.http import Application

ORGANIZATION = OrganizationId(UUID(int=0xA))
USER = UserId(UUID(int=0xB))


def a_principal(
    role: Role = Role.ADMIN,
    *,
    organization_id: OrganizationId = ORGANIZATION,
    user_id: UserId = USER,
) -> Principal:
    """Return a logged-in user of a role."""
    return Principal(
        organization_id=organization_id,
        role=role,
        permissions=PERMISSIONS[role],
        name="Amina",
        user_id=user_id,
        session_id="session",
        token_id="token",
    )


class FakeAccess:
    """Lets one caller in, or none; counts requests without limiting them."""

    def __init__(self, principal: Principal | None) -> None:
        self.caller = principal
        self.counted: list[tuple[str, str, str]] = []

    def principal(self, authorizer: Mapping[str, Any], headers: Mapping[str, str]) -> Principal:
        """Return the caller there is."""
        if self.caller is None:
            raise UnauthenticatedError("Send an access token or an API key")
        return self.caller

    def count(self, caller: str, *, limit_name: str, endpoint: str) -> None:
        """Remember who asked for what."""
        self.counted.append((caller, limit_name, endpoint))


def an_event(
    method: str,
    path: str,
    *,
    body: Any = None,
    query: dict[str, str] | None = None,
    raw_query: str = "",
    headers: dict[str, str] | None = None,
    authorizer: dict[str, Any] | None = None,
    source_ip: str = "192.0.2.1",
) -> dict[str, Any]:
    """Return an API Gateway HTTP API event, payload format 2.0."""
    given = dict(headers or {})
    if body is not None:
        given.setdefault("content-type", "application/json")
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": raw_query or urlencode(query or {}),
        "headers": given,
        "queryStringParameters": query,
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": source_ip},
            "stage": "$default",
            "authorizer": {"lambda": authorizer or {}},
        },
        "body": None if body is None else body if isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


class Client:
    """Calls an Application as the gateway would."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def call(self, method: str, path: str, **options: Any) -> Answer:
        """Send a request to a path under /api/v1, or to an absolute one starting with `//`."""
        full = path[1:] if path.startswith("//") else f"/api/v1{path}"
        return Answer(self.handle(an_event(method, full, **options)))

    def handle(self, event: dict[str, Any]) -> dict[str, Any]:
        """Hand over an event as the gateway made it."""
        return self._application(event, None)


class Answer:
    """An answer, read."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.status: int = raw["statusCode"]
        self.headers: dict[str, str] = raw["headers"]
        self.cookies: list[str] = raw.get("cookies", [])
        self.text: str = raw.get("body") or ""

    @property
    def json(self) -> Any:
        """The whole body."""
        return json.loads(self.text)

    @property
    def data(self) -> Any:
        """What a successful answer carries."""
        return self.json["data"]

    @property
    def code(self) -> str:
        """An error's code."""
        return str(self.json["error"]["code"])
