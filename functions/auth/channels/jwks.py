"""Issuers' public keys: fetched when needed, kept, and never fetched as often as tokens ask."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import jwt
from netpulse.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.clock import Clock

    from functions.auth.domain.claims import Issuer

    Fetch = Callable[[Issuer], list[dict[str, Any]]]

TIMEOUT_S = 1.5
# API Gateway's own limit
MAX_BYTES = 150_000
# Keys that were taken back are believed for so long at most.
MAX_AGE = timedelta(hours=1)
# An attacker's made-up key ids bring about one fetch a minute.
BETWEEN_FETCHES = timedelta(minutes=1)
_MIN_RSA_BITS = 2048


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = build_opener(ProxyHandler({}), _NoRedirects())


def fetch_jwks(uri: str) -> list[dict[str, Any]]:
    """Return the keys published at an operator-configured address; raise UnavailableError."""
    if not uri.startswith(("https://", "http://")):
        raise UnavailableError("An issuer's keys must be at an http(s) address")
    request = Request(uri, headers={"Accept": "application/json"})  # noqa: S310 - checked above
    try:
        with _opener.open(request, timeout=TIMEOUT_S) as response:
            body = response.read(MAX_BYTES + 1)
        keys = json.loads(body)["keys"] if len(body) <= MAX_BYTES else None
    except (URLError, OSError, ValueError, KeyError, TypeError) as error:
        raise UnavailableError("An issuer's keys cannot be read") from error
    if not isinstance(keys, list):
        raise UnavailableError("An issuer's keys cannot be read")
    return keys


@dataclass
class _Known:
    keys: dict[str, Any] = field(default_factory=dict)
    read_at: datetime | None = None
    tried_at: datetime | None = None


class CachedKeys:
    """Keeps each issuer's keys in the process."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, _Known] = {}

    def find(self, issuer: Issuer, key_id: str) -> Any | None:
        """Return an issuer's RSA key of that id, or None; raise UnavailableError."""
        known = self._known.setdefault(issuer.issuer, _Known())
        now = self._clock.now()
        is_old = known.read_at is None or now - known.read_at > MAX_AGE
        may_fetch = known.tried_at is None or now - known.tried_at >= BETWEEN_FETCHES
        if (is_old or key_id not in known.keys) and may_fetch:
            self._read(issuer, known, now)
        if known.read_at is None:
            raise UnavailableError("An issuer's keys cannot be read")
        return known.keys.get(key_id)

    def _read(self, issuer: Issuer, known: _Known, now: datetime) -> None:
        known.tried_at = now
        try:
            known.keys = usable(self._fetch(issuer))
        except UnavailableError:
            # the keys we have go on being good while their issuer is away
            return
        known.read_at = now


def usable(jwks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the RSA signature keys of a set by their ids; others are passed over."""
    found = {}
    for jwk in jwks:
        if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or "d" in jwk:
            continue
        if jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
            continue
        try:
            key = jwt.PyJWK.from_dict(jwk, algorithm="RS256").key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue
        if isinstance(jwk.get("kid"), str) and key.key_size >= _MIN_RSA_BITS:
            found[jwk["kid"]] = key
    return found
