from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from netpulse.errors import UnavailableError

from functions.auth.channels.jwks import MAX_BYTES, CachedKeys, fetch_jwks, usable
from functions.auth.domain.claims import Issuer
from tests.support.clock import FakeClock
from tests.support.tokens import jwk, rsa_key

if TYPE_CHECKING:
    from collections.abc import Iterator

ISSUER = Issuer(issuer="https://pool", client_ids=frozenset(), jwks_uri="https://pool/jwks")
KEY = jwk(rsa_key("own"), "a")


class Published:
    """An issuer's keys, which may change or be away."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] | None = [KEY]
        self.asked = 0
        self.clock = FakeClock()
        self.cached = CachedKeys(self._fetch, self.clock)

    def _fetch(self, _: Issuer) -> list[dict[str, Any]]:
        self.asked += 1
        if self.keys is None:
            raise UnavailableError("away")
        return self.keys


@pytest.fixture
def published() -> Published:
    return Published()


def test_keys_are_fetched_once_and_kept(published: Published) -> None:
    assert published.cached.find(ISSUER, "a")
    assert published.cached.find(ISSUER, "a")
    assert published.asked == 1


def test_a_key_that_was_added_is_found_within_a_minute(published: Published) -> None:
    published.cached.find(ISSUER, "a")
    published.keys = [KEY, {**KEY, "kid": "b"}]
    assert published.cached.find(ISSUER, "b") is None
    published.clock.advance(timedelta(minutes=1))
    assert published.cached.find(ISSUER, "b")


def test_a_key_that_was_taken_back_is_forgotten_within_an_hour(published: Published) -> None:
    published.cached.find(ISSUER, "a")
    published.keys = []
    published.clock.advance(timedelta(hours=1, seconds=1))
    assert published.cached.find(ISSUER, "a") is None


def test_known_keys_go_on_while_their_issuer_is_away(published: Published) -> None:
    published.cached.find(ISSUER, "a")
    published.keys = None
    published.clock.advance(timedelta(hours=2))
    assert published.cached.find(ISSUER, "a")


def test_an_issuer_that_was_never_reached_is_told_apart_from_a_bad_token(
    published: Published,
) -> None:
    published.keys = None
    for _ in range(5):
        with pytest.raises(UnavailableError):
            published.cached.find(ISSUER, "a")
    assert published.asked == 1


@pytest.mark.parametrize(
    "changes",
    [{"kty": "EC"}, {"use": "enc"}, {"alg": "RS512"}, {"alg": "HS256"}, {"n": "AQAB"}, {"kid": 7}],
)
def test_keys_for_anything_else_are_passed_over(changes: dict[str, Any]) -> None:
    assert usable([{**KEY, **changes}, KEY]).keys() == {"a"}
    assert usable([{**KEY, **changes}]) == {}


def test_a_key_that_is_too_short_or_private_or_no_key_is_passed_over() -> None:
    short = jwk(rsa_key("short", bits=1024), "short")
    odd: list[Any] = [short, {**KEY, "kid": "private", "d": "AQAB"}, "text", None]
    assert usable(odd) == {}


class _Site(BaseHTTPRequestHandler):
    answers: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {}

    def do_GET(self) -> None:
        status, headers, body = self.answers[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def site(answers: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    handler = type("Site", (_Site,), {"answers": answers})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_keys_are_read_over_http() -> None:
    body = json.dumps({"keys": [KEY]}).encode()
    with site({"/jwks": (200, {}, body)}) as url:
        assert fetch_jwks(f"{url}/jwks") == [KEY]


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b" " * (MAX_BYTES + 1)),
        (200, {}, b"not json"),
        (200, {}, b"[]"),
        (200, {}, b'{"keys": {}}'),
        (404, {}, b"{}"),
        (302, {"Location": "/other"}, b""),
    ],
)
def test_anything_but_keys_is_refused(status: int, headers: dict[str, str], body: bytes) -> None:
    good = json.dumps({"keys": [KEY]}).encode()
    with (
        site({"/jwks": (status, headers, body), "/other": (200, {}, good)}) as url,
        pytest.raises(UnavailableError),
    ):
        fetch_jwks(f"{url}/jwks")


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "ftp://x/y", "http://127.0.0.1:9/jwks"])
def test_an_address_that_is_not_there_or_not_http_is_refused(uri: str) -> None:
    with pytest.raises(UnavailableError):
        fetch_jwks(uri)
