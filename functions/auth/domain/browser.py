"""Browsers: the refresh cookie, and that only our own pages may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from functions.auth.domain.session import SESSION_LIFETIME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COOKIE = "netpulse_refresh"
STATE_COOKIE = "netpulse_sso"
_STATE_SECONDS = 600
CLIENT_HEADER, BROWSER = "x-netpulse-client", "browser"


def is_browser(headers: Mapping[str, str]) -> bool:
    """Return whether a client says it is a browser; a page elsewhere cannot send this header."""
    return headers.get(CLIENT_HEADER, "").lower() == BROWSER


def may_use_cookie(headers: Mapping[str, str], public_url: str) -> bool:
    """Return whether a request with the cookie comes from our own pages (CSRF)."""
    if not is_browser(headers):
        return False
    parts = urlsplit(public_url)
    own = f"{parts.scheme}://{parts.netloc}"
    # Sec-Fetch-Site is set by the browser itself: it also knows our other names, as localhost
    return headers.get("origin") == own or headers.get("sec-fetch-site") == "same-origin"


def refresh_token_in(cookies: Sequence[str]) -> str | None:
    """Return the refresh token among a request's cookies (`name=value`)."""
    return _named(COOKIE, cookies)


def state_in(cookies: Sequence[str]) -> str | None:
    """Return the state of a journey to an identity provider among a request's cookies."""
    return _named(STATE_COOKIE, cookies)


def state_cookie(state: str, public_url: str) -> str:
    """Return the Set-Cookie that keeps a journey's state; an empty one forgets it.

    Lax, for the way back begins on the provider's page.
    """
    path = f"{urlsplit(public_url).path.rstrip('/')}/api/v1/auth/sso"
    age = _STATE_SECONDS if state else 0
    return f"{STATE_COOKIE}={state}; Max-Age={age}; Path={path}; HttpOnly; Secure; SameSite=Lax"


def cookie_with(token: str, public_url: str) -> str:
    """Return the Set-Cookie that keeps a refresh token."""
    return _cookie(token, public_url, int(SESSION_LIFETIME.total_seconds()))


def cookie_without(public_url: str) -> str:
    """Return the Set-Cookie that forgets the refresh token."""
    return _cookie("", public_url, 0)


def _named(wanted: str, cookies: Sequence[str]) -> str | None:
    for cookie in cookies:
        name, _, value = cookie.strip().partition("=")
        if name == wanted and value:
            return value
    return None


def _cookie(value: str, public_url: str, max_age: int) -> str:
    path = f"{urlsplit(public_url).path.rstrip('/')}/api/v1/auth"
    return f"{COOKIE}={value}; Max-Age={max_age}; Path={path}; HttpOnly; Secure; SameSite=Strict"
