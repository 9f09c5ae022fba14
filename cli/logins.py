"""The ways to show who one is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cli.client import BASE, envelope, send
from cli.errors import NotLoggedInError, RefusedError
from cli.sessions import Session, Sessions

if TYPE_CHECKING:
    import httpx


class KeyLogin:
    """An API key: it is right or it is not."""

    def __init__(self, key: str) -> None:
        self._key = key

    def headers(self) -> dict[str, str]:
        """Return the key."""
        return {"X-API-Key": self._key}

    def renew(self, http: httpx.Client) -> bool:
        """Tell that there is no other key."""
        return False


class TokenLogin:
    """A person's tokens, exchanged for new ones when they run out."""

    def __init__(self, session: Session, sessions: Sessions) -> None:
        self._session = session
        self._sessions = sessions

    def headers(self) -> dict[str, str]:
        """Return the access token."""
        return {"Authorization": f"Bearer {self._session.access_token}"}

    def renew(self, http: httpx.Client) -> bool:
        """Take the tokens another process has got meanwhile, or get new ones."""
        with self._sessions.locked():
            kept = self._sessions.at(self._session.url)
            if kept is None:
                return False
            if kept.access_token != self._session.access_token:
                self._session = kept
                return True
            answer = send(
                http,
                "POST",
                f"{BASE}/auth/refresh",
                json={"refresh_token": kept.refresh_token},
            )
            if answer.is_client_error:
                raise NotLoggedInError(f"the session at {kept.url} has ended")
            self._session = renewed(kept, envelope(answer)["data"])
            self._sessions.keep(self._session)
            return True


def log_in(http: httpx.Client, url: str, email: str, password: str) -> Session:
    """Return the session that email and password open."""
    body = {"email": email, "password": password}
    try:
        data = envelope(send(http, "POST", f"{BASE}/auth/login", json=body))["data"]
    except NotLoggedInError:
        raise RefusedError("email or password is wrong") from None
    return renewed(Session(url=url, email=email), data)


def renewed(session: Session, data: dict[str, Any]) -> Session:
    """Return the session with the tokens of a login's or a refresh's answer."""
    return replace(
        session,
        access_token=data["access_token"],
        refresh_token=data.get("refresh_token") or session.refresh_token,
        organization=data["organization"]["name"],
    )


def login_of(session: Session, sessions: Sessions) -> KeyLogin | TokenLogin:
    """Return what a session shows the server."""
    return KeyLogin(session.api_key) if session.api_key else TokenLogin(session, sessions)
