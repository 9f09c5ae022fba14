"""Speaks NetPulse's HTTP API: envelope, pages, refusals, logins that run out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import httpx

from cli.errors import NotLoggedInError, RefusedError

BASE = "/api/v1"
_PAGE = 200
_TRIES_WHEN_TOO_FAST = 4
_LONGEST_WAIT_SECONDS = 60.0
_UNAUTHORIZED, _TOO_MANY = 401, 429
_FIELDS_TOLD = 5

Params = Mapping[str, Any]


class Login(Protocol):
    """What shows the server who asks."""

    def headers(self) -> dict[str, str]:
        """Return the headers of a request."""
        ...

    def renew(self, http: httpx.Client) -> bool:
        """Get new tokens when the server says these ran out; tell whether there are any."""
        ...


class Client:
    """One NetPulse and somebody who asks it."""

    def __init__(
        self,
        http: httpx.Client,
        login: Login,
        *,
        # The server says how long to wait; nobody else is kept waiting by it.
        wait: Callable[[float], None] = time.sleep,  # noqa: TID251
    ) -> None:
        self._http = http
        self._login = login
        self.wait = wait

    def get(self, path: str, **params: Any) -> Any:
        """Return the data at a path."""
        return self._call("GET", path, params=params)["data"]

    def post(self, path: str, body: Any = None) -> Any:
        """Return the data that a POST answers with."""
        return self._call("POST", path, body=body)["data"]

    def text(self, path: str, body: Any) -> str:
        """Return the text, such as CSV, that a POST answers with."""
        answer = self._authorized("POST", path, params=None, body=body)
        if answer.is_error:
            envelope(answer)
        return answer.text

    def delete(self, path: str) -> Any:
        """Return the data that a DELETE answers with."""
        return self._call("DELETE", path).get("data")

    def pages(self, path: str, *, limit: int | None = None, **params: Any) -> Iterator[Any]:
        """Yield the items of all pages, or the first `limit`."""
        page, left = 1, limit
        while left is None or left > 0:
            size = _PAGE if left is None or page > 1 else min(_PAGE, left)
            asked = {**params, "page": page, "per_page": size}
            answer = self._call("GET", path, params=asked)
            items = answer["data"] if left is None else answer["data"][:left]
            yield from items
            if not answer["pagination"]["has_next"]:
                return
            left = None if left is None else left - len(items)
            page += 1

    def raw(self, path: str) -> Any:
        """Return the JSON of a path outside the envelope, whatever its status code."""
        return _json(send(self._http, "GET", path))

    def _call(
        self, method: str, path: str, *, params: Params | None = None, body: Any = None
    ) -> Any:
        for _ in range(_TRIES_WHEN_TOO_FAST):
            answer = self._authorized(method, path, params=params, body=body)
            if answer.status_code != _TOO_MANY:
                break
            self.wait(min(_seconds(answer), _LONGEST_WAIT_SECONDS))
        return envelope(answer)

    def _authorized(
        self, method: str, path: str, *, params: Params | None, body: Any
    ) -> httpx.Response:
        asked = {key: value for key, value in (params or {}).items() if value not in (None, (), [])}
        for _ in range(2):
            answer = send(
                self._http,
                method,
                BASE + path,
                params=asked,
                json=body,
                headers=self._login.headers(),
            )
            if answer.status_code != _UNAUTHORIZED or not self._login.renew(self._http):
                break
        return answer


def connect(url: str, *, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return a connection to the NetPulse at that origin."""
    return httpx.Client(
        base_url=url,
        timeout=httpx.Timeout(35, connect=10),
        headers={"User-Agent": "netpulse-cli", "Accept": "application/json"},
        transport=transport,
    )


def send(http: httpx.Client, method: str, path: str, **given: Any) -> httpx.Response:
    """Return the answer to one request, or say in one line why there is none."""
    if given.get("json") is None:
        given.pop("json", None)
    try:
        return http.request(method, path, **given)
    except httpx.TimeoutException:
        raise RefusedError(f"{http.base_url} did not answer in time") from None
    except httpx.HTTPError as error:
        # systems number their errors, which tells nobody anything
        reason = re.sub(r"^\[Errno -?\d+\] ", "", str(error))
        raise RefusedError(
            f"{http.base_url} cannot be reached: {reason}. Is the address right, and does it run?"
        ) from None


def envelope(answer: httpx.Response) -> dict[str, Any]:
    """Return an answer of the API that says success; raise what it refuses."""
    told = _json(answer) if answer.content or answer.is_error else {"success": True}
    if answer.is_success and isinstance(told, dict) and told.get("success"):
        return told
    error = told.get("error") if isinstance(told, dict) else None
    if not isinstance(error, dict):
        raise RefusedError(f"{answer.url.host} answered {answer.status_code}: is this a NetPulse?")
    if answer.status_code == _UNAUTHORIZED:
        raise NotLoggedInError(reason(error))
    raise RefusedError(reason(error))


def reason(error: Mapping[str, Any]) -> str:
    """Return a refusal in one line: its message and each field that is wrong."""
    fields = (error.get("details") or {}).get("fields") or []
    told = [f"{each.get('field')}: {each.get('message')}" for each in fields[:_FIELDS_TOLD]]
    more = [f"and {len(fields) - _FIELDS_TOLD} more"] if len(fields) > _FIELDS_TOLD else []
    words = "; ".join([*told, *more]) or error.get("message") or "refused"
    return f"{words} ({error.get('code')})"


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise RefusedError(
            f"{answer.url.host} answered {answer.status_code} without JSON: is this a NetPulse?"
        ) from None


def _seconds(answer: httpx.Response) -> float:
    told = answer.headers.get("Retry-After", "")
    return float(told) if told.isdigit() else 1.0
