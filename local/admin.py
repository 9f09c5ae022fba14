"""The first organisation and its admin, made through the public API."""

import json
import urllib.error
import urllib.request
from typing import Any

from local.failure import LocalError
from local.state import State

ORGANIZATION = "NetPulse Demo"
EMAIL = "admin@demo.netpulse.example"
_UNAUTHENTICATED = 401


class RefusedError(Exception):
    """The API's answer when it was not success."""

    def __init__(self, status: int, answer: Any) -> None:
        super().__init__(f"{status}: {answer}")
        self.status = status


def call(url: str, body: dict[str, Any] | None = None, *, token: str = "") -> Any:
    """Call the API and return the envelope's data."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    content = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, content, headers)  # noqa: S310 - our own edge
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return json.load(response)["data"]
    except urllib.error.HTTPError as error:
        raise RefusedError(error.code, error.read().decode(errors="replace")) from error


def ensure(state: State, api_url: str) -> dict[str, str]:
    """Return the demo organisation's admin, registered the first time."""
    password = state.secret("admin_password")
    base = f"{api_url}/api/v1"
    try:
        me = call(f"{base}/me", token=_token(base, password))
    except (RefusedError, OSError, KeyError) as error:
        raise LocalError(f"the API does not let the first admin in ({error})") from error
    return {"email": EMAIL, "password": password, "organization_id": _organization(me)}


def _token(base: str, password: str) -> str:
    try:
        return _log_in(base, password)
    except RefusedError as refusal:
        if refusal.status != _UNAUTHENTICATED:
            raise
    _register(base, password)
    return _log_in(base, password)


def _log_in(base: str, password: str) -> str:
    login = {"email": EMAIL, "password": password}
    token: str = call(f"{base}/auth/login", login)["access_token"]
    return token


def _register(base: str, password: str) -> None:
    body = {
        "organization_name": ORGANIZATION,
        "email": EMAIL,
        "password": password,
        "full_name": "Demo Admin",
    }
    call(f"{base}/auth/register", body)


def _organization(me: dict[str, Any]) -> str:
    organization: str = me.get("organization_id") or me["organization"]["id"]
    return organization
