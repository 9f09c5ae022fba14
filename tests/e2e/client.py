"""A client of the public API, as another program would write it."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter

T = TypeVar("T")
_PATIENCE = 90


class Session:
    """One caller: its token goes with every request."""

    def __init__(
        self,
        api_url: str,
        token: str = "",
        *,
        email: str = "",
        password: str = "",
        client: requests.Session | None = None,
    ) -> None:
        self._api_url = api_url
        self.token = token
        self.email, self.password = email, password
        self._request = client.request if client else requests.request

    def send(self, method: str, path: str, **named: Any) -> requests.Response:
        """Send a request below /api/v1, waiting as long as a rate limit asks for."""
        return self.send_outside(method, f"/api/v1{path}", **named)

    def send_outside(self, method: str, path: str, **named: Any) -> requests.Response:
        """Send a request to any path, waiting as long as a rate limit asks for."""
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        headers |= named.pop("headers", {})
        deadline = time.monotonic() + _PATIENCE
        while True:
            answer = self._request(
                method, self._api_url + path, headers=headers, timeout=60, **named
            )
            limited = answer.status_code == 429 and time.monotonic() < deadline
            if not limited:
                return answer
            time.sleep(float(answer.headers["Retry-After"]))

    def get(self, path: str, **query: Any) -> Any:
        """Return the data that a GET is answered with."""
        return _data(self.send("GET", path, params=query))

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the data that a POST is answered with."""
        return _data(self.send("POST", path, json=body or {}))


def _data(answer: requests.Response) -> Any:
    assert answer.ok, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
    return answer.json()["data"]


class _From(HTTPAdapter):
    """Sends from one address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        super().init_poolmanager(*given, **named, source_address=(self._address, 0))


def elsewhere() -> requests.Session:
    """Return a client at a loopback address of its own, whose requests are counted apart.

    Where a system has only 127.0.0.1, it is that one, and the limits of logins make tests wait.
    """
    address = str(IPv4Address("127.1.0.0") + secrets.randbelow(2**23))
    client = requests.Session()
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return client
    client.mount("http://", _From(address))
    return client


def logged_in(api_url: str, email: str, password: str) -> Session:
    """Return a session of somebody who exists."""
    login = Session(api_url, client=elsewhere()).post(
        "/auth/login", {"email": email, "password": password}
    )
    return Session(api_url, login["access_token"], email=email, password=password)


def newcomer(api_url: str) -> Session:
    """Return a session of the first admin of a new organisation."""
    name = secrets.token_hex(6)
    email, password = f"{name}@isp.example", secrets.token_urlsafe(16)
    made = Session(api_url, client=elsewhere()).post(
        "/auth/register",
        {
            "organization_name": f"ISP {name}",
            "email": email,
            "password": password,
            "full_name": "Ada Operator",
        },
    )
    return Session(api_url, made["access_token"], email=email, password=password)


@dataclass(frozen=True)
class Deadline:
    """An instant by which something must be so."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the instant so many seconds from now."""
        return cls(time.monotonic() + seconds)

    def wait(self, look: Callable[[], T | None], *, what: str, pause: float = 1.0) -> T:
        """Look again and again until there is something; fail when it is too late."""
        while not (found := look()):
            assert time.monotonic() < self.at, f"not in time: {what}"
            time.sleep(pause)
        return found
