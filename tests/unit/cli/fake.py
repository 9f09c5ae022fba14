"""A NetPulse of a few dictionaries, asked over httpx's mock transport."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner, Result

from cli.app import app
from cli.run import Run

URL = "https://noc.example"
PASSWORD = "correct horse"
KEY = "npk_good"
_VARIABLES = ("NETPULSE_URL", "NETPULSE_API_KEY", "NETPULSE_STATE_DIR")


def a_device(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Return a device as the API shows it."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "number": number,
        "external_id": None,
        "name": f"core-{number}",
        "ip_address": f"192.0.2.{number}",
        "device_type": "router",
        "description": "",
        "location": "",
        "tags": [],
        "metadata": {},
        "group_ids": [],
        "parent_ids": [],
        "is_active": True,
        "availability_check": "icmp",
        "interval_seconds": 60,
        "down_after": 3,
        "down_window": 3,
        "snmp": {"version": "2c", "port": 161, "credential_id": None},
        "tcp": None,
        "http": None,
        "icmp": {"count": 3},
        "status": "online",
        "maintenance": False,
        "status_since": "2026-03-02T12:00:00Z",
        "response_time_ms": 1.25,
        **fields,
    }


def an_alert(id_: str, **fields: Any) -> dict[str, Any]:
    """Return an alert as the API shows it."""
    return {
        "id": f"{id_}-0000-4000-8000-000000000000",
        "severity": "critical",
        "state": "firing",
        "device_name": "core-1",
        "began_at": "2026-03-02T12:00:00Z",
        "message": "core-1 is down",
        "resolved": False,
        **fields,
    }


class FakeNetPulse:
    """Answers as the API does; keeps what it was asked."""

    def __init__(self) -> None:
        self.devices = [a_device()]
        self.alerts = [an_alert("aaaa1111"), an_alert("bbbb2222")]
        self.answers: dict[tuple[str, str], Any] = {}
        self.asked: list[httpx.Request] = []
        self.tokens = ["access-1"]
        self.refreshes = 0
        self.is_session_over = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(request)
        path = request.url.path.removeprefix("/api/v1")
        if request.url.host == "store.example":
            return httpx.Response(200, content=b"%PDF")
        answer = self.answers.get((request.method, path))
        if answer is not None:
            return answer(request) if callable(answer) else success(answer)
        public = {"/auth/login": self._login, "/auth/refresh": self._refresh}
        if path in public:
            return public[path](request)
        if path == "/health":
            return httpx.Response(503, json={"status": "unhealthy", "checks": {"database": False}})
        if not self._knows(request):
            return failure(401, "TOKEN_EXPIRED", "The access token has expired")
        return self._private(request, path)

    def body(self, path: str) -> Any:
        """Return the last body sent to a path."""
        sent = [each for each in self.asked if each.url.path == f"/api/v1{path}"]
        return json.loads(sent[-1].content)

    def _private(self, request: httpx.Request, path: str) -> httpx.Response:
        if path == "/me":
            organization = {"name": "Acme"}
            person = {"email": "ann@acme.example"}
            return success({"user": person, "organization": organization, "role": "admin"})
        lists = {"/devices": self.devices, "/alerts": self.alerts}
        if request.method == "GET" and path in lists:
            return _page(request, _filtered(request, lists[path]))
        things = {f"/devices/{each['id']}": each for each in self.devices}
        if path in things:
            return success(things[path])
        return failure(404, "ROUTE_NOT_FOUND", "There is nothing at this path")

    def _knows(self, request: httpx.Request) -> bool:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return bool(token == self.tokens[-1] or request.headers.get("X-API-Key") == KEY)

    def _login(self, request: httpx.Request) -> httpx.Response:
        if json.loads(request.content)["password"] != PASSWORD:
            return failure(401, "INVALID_CREDENTIALS", "Wrong")
        return self._issued()

    def _refresh(self, request: httpx.Request) -> httpx.Response:
        used = json.loads(request.content)["refresh_token"]
        if self.is_session_over or used != f"refresh-{self.tokens[-1]}":
            return failure(401, "INVALID_CREDENTIALS", "The session has ended")
        self.refreshes += 1
        self.tokens.append(f"access-{len(self.tokens) + 1}")
        return self._issued()

    def _issued(self) -> httpx.Response:
        token = self.tokens[-1]
        return success(
            {
                "access_token": token,
                "refresh_token": f"refresh-{token}",
                "organization": {"name": "Acme"},
            }
        )


class Terminal:
    """Somebody at a terminal, in front of a NetPulse."""

    def __init__(self, server: FakeNetPulse, config: Path) -> None:
        self.server = server
        self.config = config
        self.transport: httpx.BaseTransport = httpx.MockTransport(server)

    def types(self, *words: str, answer: str = "", key: str | None = None) -> Result:
        """Run one command to its end."""
        environment: dict[str, str | None] = dict.fromkeys(_VARIABLES)
        environment["NETPULSE_API_KEY"] = key
        run = Run(config=self.config, transport=self.transport)
        return CliRunner().invoke(app, words, input=answer, env=environment, obj=run)

    def logs_in(self) -> Result:
        """Log in with the right password."""
        words = ("login", "--url", URL, "--email", "ann@acme.example")
        return self.types(*words, answer=f"{PASSWORD}\n")


def success(data: Any, **more: Any) -> httpx.Response:
    """Return the envelope of a success."""
    return httpx.Response(200, json={"success": True, "data": data, **more})


def failure(status: int, code: str, message: str, **details: Any) -> httpx.Response:
    """Return the envelope of a refusal."""
    error = {"code": code, "message": message, "details": details}
    return httpx.Response(status, json={"success": False, "error": error})


def _filtered(request: httpx.Request, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    params = request.url.params
    found = list(items)
    if "search" in params:
        found = [each for each in found if params["search"] in str(each)]
    if "number" in params:
        found = [each for each in found if str(each["number"]) == params["number"]]
    if "resolved" in params:
        found = [each for each in found if each["resolved"] == (params["resolved"] == "true")]
    return found


def _page(request: httpx.Request, items: list[dict[str, Any]]) -> httpx.Response:
    page, size = (int(request.url.params[name]) for name in ("page", "per_page"))
    shown = items[(page - 1) * size : page * size]
    return success(shown, pagination={"has_next": page * size < len(items)})
