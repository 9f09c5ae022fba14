"""Does a web server answer as expected, how fast, and how long is its certificate good."""

import re
import time
from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

import aiohttp
from yarl import URL

from pollers.domain.device import Sample
from pollers.domain.reach import Reach
from pollers.probes.exchange import (
    Exchange,
    ForbiddenTargetError,
    current,
    open_session,
    tls_context,
)
from pollers.probes.reading import NotAsExpectedError, check_text, samples_of_json
from pollers.probes.result import ProbeResult
from pollers.probes.target import Target
from pollers.probes.tcp import elapsed_since

MAX_BODY_BYTES = 256 * 1024
MAX_REDIRECTS = 5
_DAY_S = 86400.0
_NUMERIC = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAFE = frozenset({"GET", "HEAD"})
_READ_FOR = ("contains", "pattern", "json_matches", "values")
_PHASES = (
    ("http_dns_ms", "dns_s"),
    ("http_connect_ms", "connect_s"),
    ("http_tls_ms", "tls_s"),
    ("http_first_byte_ms", "first_byte_s"),
)


class HttpProbe:
    """Asks web servers through one shared, lazily opened client session."""

    def __init__(self, reach: Reach | None = None) -> None:
        self._reach = reach or Reach()
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, target: Target, settings: Mapping[str, Any]) -> ProbeResult:
        """Return the result of one request to the configured URL."""
        exchange = Exchange(address="" if target.beyond else target.address)
        token = current.set(exchange)
        try:
            url = URL(str(settings.get("url") or default_url(target.address)))
            return await self._ask(url, target, settings, exchange)
        except ForbiddenTargetError:
            return ProbeResult(ok=False, reason="http target forbidden")
        except aiohttp.ClientSSLError:
            return ProbeResult(ok=False, reason="http tls failed")
        except aiohttp.ClientConnectorError as error:
            forbidden = isinstance(error.os_error, ForbiddenTargetError)
            reason = "target forbidden" if forbidden else "connection failed"
            return ProbeResult(ok=False, reason=f"http {reason}")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return ProbeResult(ok=False, reason=f"http {type(error).__name__}")
        finally:
            current.reset(token)

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def _ask(
        self, url: URL, target: Target, settings: Mapping[str, Any], exchange: Exchange
    ) -> ProbeResult:
        method = str(settings.get("method") or "GET")
        follow = bool(settings.get("follow_redirects", False)) and method in _SAFE
        began, origin = time.perf_counter(), url.origin()
        for _ in range(MAX_REDIRECTS + 1):
            self._check(url, target)
            asked = time.perf_counter()
            connected_before = _connecting_s(exchange)
            async with self._client().request(
                method,
                url,
                allow_redirects=False,
                ssl=tls_context(verify=bool(settings.get("verify_tls", True))),
                # A login is for the server it was given for, never for where that one points.
                headers=_headers(settings, target.secret if url.origin() == origin else {}),
                data=str(settings["body"]).encode() if settings.get("body") else None,
            ) as response:
                spent = time.perf_counter() - asked - (_connecting_s(exchange) - connected_before)
                exchange.first_byte_s = (exchange.first_byte_s or 0.0) + max(0.0, spent)
                location = response.headers.get("Location")
                if follow and location and response.status in _REDIRECTS:
                    url = url.join(URL(location))
                    if url.host != origin.host and not target.beyond:
                        return ProbeResult(ok=False, reason="http redirect leaves the device")
                    continue
                return await _read(response, settings, exchange, began)
        return ProbeResult(ok=False, reason="http too many redirects")

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = open_session(self._reach)
        return self._session

    def _check(self, url: URL, target: Target) -> None:
        """Raise for what is not the web; literal addresses never reach the resolver."""
        if url.scheme not in {"http", "https"} or not url.host:
            raise ForbiddenTargetError("not a web address")
        try:
            ip_address(url.host)
        except ValueError:
            # 127.1, 2130706433 and 0x7f.1 are addresses to the system, and to no parser of ours.
            if _NUMERIC.search(url.host):
                raise ForbiddenTargetError("a number is no name") from None
            return
        if not self._reach.allows(url.host):
            raise ForbiddenTargetError("a forbidden address")
        if not target.beyond and ip_address(url.host) != ip_address(target.address):
            raise ForbiddenTargetError("not the device's address")


def _connecting_s(exchange: Exchange) -> float:
    return (exchange.dns_s or 0.0) + (exchange.connect_s or 0.0) + (exchange.tls_s or 0.0)


def _headers(settings: Mapping[str, Any], secret: Mapping[str, str]) -> dict[str, str]:
    # Compressed answers can grow a thousandfold; none is asked for.
    headers = {"Accept-Encoding": "identity", "User-Agent": "NetPulse"}
    headers.update(settings.get("headers") or {})
    if token := secret.get("token"):
        scheme = secret.get("scheme", "Bearer")
        headers[secret.get("header") or "Authorization"] = f"{scheme} {token}".strip()
    elif username := secret.get("username"):
        pair = f"{username}:{secret.get('password', '')}".encode()
        headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
    return headers


async def _read(
    response: aiohttp.ClientResponse,
    settings: Mapping[str, Any],
    exchange: Exchange,
    began: float,
) -> ProbeResult:
    wanted = any(settings.get(name) for name in _READ_FOR)
    body = await _body(response) if wanted else ""
    elapsed_ms = elapsed_since(began)
    samples = [
        Sample("http_status", float(response.status), "", kind="status"),
        Sample("http_response_ms", elapsed_ms, "ms"),
        *_timings(exchange),
    ]
    reason = judge_status(response.status, settings)
    if not reason:
        try:
            check_text(body, settings, "http body")
            samples += samples_of_json(body, settings)
        except NotAsExpectedError as error:
            reason = str(error)
    return ProbeResult(ok=not reason, reason=reason, response_ms=elapsed_ms, samples=tuple(samples))


def _timings(exchange: Exchange) -> list[Sample]:
    found = [
        Sample(metric, round(seconds * 1000, 3), "ms")
        for metric, name in _PHASES
        if (seconds := getattr(exchange, name)) is not None
    ]
    if exchange.certificate_expires_at is not None:
        left_s = exchange.certificate_expires_at.timestamp() - time.time()
        found.append(Sample("tls_days_left", round(left_s / _DAY_S, 2), "d"))
    return found


async def _body(response: aiohttp.ClientResponse) -> str:
    """Return the beginning of a body: as much as is searched, however much is sent."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(16384):
        body += chunk
        if len(body) >= MAX_BODY_BYTES:
            break
    return bytes(body[:MAX_BODY_BYTES]).decode(errors="replace")


def judge_status(status: int, settings: Mapping[str, Any]) -> str:
    """Return why a status is not an expected one, empty when it is."""
    expected = settings.get("expected_status")
    if expected is None or expected == []:
        return f"http status {status}" if status >= HTTPStatus.BAD_REQUEST else ""
    wanted = expected if isinstance(expected, list) else [expected]
    return "" if status in wanted else f"http status {status}"


def default_url(address: str) -> str:
    """Return the URL of a device that names none."""
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}/"
