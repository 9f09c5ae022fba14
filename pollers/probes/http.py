"""Does a web server answer as expected, how fast, and how long is its certificate good."""

import re
import socket
import time
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from pollers.domain.device import Device, Sample
from pollers.domain.reach import Reach
from pollers.probes.certificate import CertificateConnector, certificate_expires_at
from pollers.probes.result import ProbeResult

MAX_BODY_BYTES = 256 * 1024
MAX_REDIRECTS = 5
_DAY_S = 86400.0
_NUMERIC = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$", re.IGNORECASE)


class ForbiddenTargetError(OSError):
    """A URL leads to where no probe may go."""


class GuardedResolver(AbstractResolver):
    """Resolves once, and gives only addresses that may be probed: no rebinding afterwards."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name; raise when one of them is forbidden."""
        found = await self._inner.resolve(host, port, family)
        if not all(self._reach.allows(result["host"]) for result in found):
            raise ForbiddenTargetError("the name stands for a forbidden address")
        return found

    async def close(self) -> None:
        """Close the resolver."""
        await self._inner.close()


class HttpProbe:
    """Asks web servers through one shared, lazily opened client session."""

    def __init__(self, reach: Reach | None = None) -> None:
        self._reach = reach or Reach()
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, device: Device, settings: Mapping[str, Any]) -> ProbeResult:
        """Return the result of one request to the configured URL."""
        url = str(settings.get("url") or default_url(device))
        began = time.perf_counter()
        try:
            return await self._ask(URL(url), settings, began)
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

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def _ask(self, url: URL, settings: Mapping[str, Any], began: float) -> ProbeResult:
        follow = bool(settings.get("follow_redirects", False))
        for _ in range(MAX_REDIRECTS + 1):
            self._check(url)
            async with self._client().get(
                url, allow_redirects=False, ssl=bool(settings.get("verify_tls", True))
            ) as response:
                location = response.headers.get("Location")
                if follow and location and response.status in _REDIRECTS:
                    url = url.join(URL(location))
                    continue
                return await _read(response, settings, began)
        return ProbeResult(ok=False, reason="http too many redirects")

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Cookies of one device must never reach another; connections are measured, not kept.
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=CertificateConnector(
                    resolver=GuardedResolver(self._reach), force_close=True, limit=0
                ),
            )
        return self._session

    def _check(self, url: URL) -> None:
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


_REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def _read(
    response: aiohttp.ClientResponse, settings: Mapping[str, Any], began: float
) -> ProbeResult:
    tls_days = _tls_days_left()
    body = await _body(response) if settings.get("contains") else b""
    elapsed_ms = round((time.perf_counter() - began) * 1000, 3)
    reason = judge_response(response.status, body, settings)
    samples = [
        Sample("http_status", float(response.status), "", kind="status"),
        Sample("http_response_ms", elapsed_ms, "ms"),
    ]
    if tls_days is not None:
        samples.append(Sample("tls_days_left", tls_days, "d"))
    return ProbeResult(ok=not reason, reason=reason, response_ms=elapsed_ms, samples=tuple(samples))


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Return the beginning of a body: as much as is searched, however much is sent."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(16384):
        body += chunk
        if len(body) >= MAX_BODY_BYTES:
            break
    return bytes(body)


def judge_response(status: int, body: bytes, settings: Mapping[str, Any]) -> str:
    """Return why an answer is not the expected one, empty when it is."""
    expected = settings.get("expected_status")
    wanted = expected if isinstance(expected, list) else [expected]
    if expected is None:
        if status >= HTTPStatus.BAD_REQUEST:
            return f"http status {status}"
    elif status not in wanted:
        return f"http status {status}"
    contains = settings.get("contains")
    if contains and str(contains).encode() not in body:
        return "http body lacks the expected text"
    return ""


def default_url(device: Device) -> str:
    """Return the URL of a device that names none."""
    host = f"[{device.address}]" if ":" in device.address else device.address
    return f"http://{host}/"


def _tls_days_left() -> float | None:
    expires_at = certificate_expires_at()
    return None if expires_at is None else round((expires_at.timestamp() - time.time()) / _DAY_S, 2)
