"""The refresh token on its way: in a browser's cookie, in an API client's body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.domain import browser
from functions.auth.domain.errors import ForeignOriginError, SessionOverError
from functions.auth.domain.session import Client

if TYPE_CHECKING:
    from netpulse.http import RequestState

    from functions.auth.models.views import TokensView


def client_of(state: RequestState, *, cookie: bool) -> Client:
    """Return how the client keeps its refresh token."""
    return Client.BROWSER if cookie or browser.is_browser(state.headers) else Client.API


def shown_token(state: RequestState, given: str | None, public_url: str) -> tuple[str, Client]:
    """Return the refresh token of a request and whose it is.

    Raises SessionOverError when there is none, ForeignOriginError when the cookie came from a page
    elsewhere.
    """
    if given:
        return given, Client.API
    cookie = browser.refresh_token_in(cookies_of(state))
    if cookie is None:
        raise SessionOverError
    if not browser.may_use_cookie(state.headers, public_url):
        raise ForeignOriginError
    return cookie, Client.BROWSER


def handed_over(
    state: RequestState, tokens: TokensView, client: Client, public_url: str
) -> TokensView:
    """Return the tokens as the client gets them: a browser's refresh token only in its cookie."""
    if client is Client.API or tokens.refresh_token is None:
        return tokens
    state.cookies.append(browser.cookie_with(tokens.refresh_token, public_url))
    return tokens.model_copy(update={"refresh_token": None})


def forget_cookie(state: RequestState, public_url: str) -> None:
    """Let a browser forget its refresh token."""
    if browser.refresh_token_in(cookies_of(state)) or browser.is_browser(state.headers):
        state.cookies.append(browser.cookie_without(public_url))


def cookies_of(state: RequestState) -> list[str]:
    """Return a request's cookies, each as `name=value`."""
    # the HTTP API takes cookies out of the headers; not every emulator of it does
    return list(state.event.get("cookies") or state.headers.get("cookie", "").split(";"))
