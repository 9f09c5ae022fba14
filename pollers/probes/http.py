"""Does a web server answer as expected, how fast, and how long is its certificate good."""

import ssl
import time
from collections.abc import Mapping
from typing import Any

import aiohttp

from pollers.domain.device import Device, Sample
from pollers.probes.result import ProbeResult

MAX_BODY_BYTES = 256 * 1024
_DAY_S = 86400.0


class HttpProbe:
    """Asks web servers through one shared, lazily opened client session."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, device: Device, settings: Mapping[str, Any]) -> ProbeResult:
        """Return the result of one request to the configured URL."""
        url = str(settings.get("url") or default_url(device))
        began = time.perf_counter()
        try:
            return await self._ask(url, settings, began)
        except aiohttp.ClientSSLError:
            return ProbeResult(ok=False, reason="http tls failed")
        except aiohttp.ClientConnectorError:
            return ProbeResult(ok=False, reason="http connection failed")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return ProbeResult(ok=False, reason=f"http {type(error).__name__}")

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def _ask(self, url: str, settings: Mapping[str, Any], began: float) -> ProbeResult:
        if self._session is None:
            # Cookies of one device must never reach another; connections are measured, not kept.
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(force_close=True, limit=0, use_dns_cache=False),
                auto_decompress=True,
            )
        verify = settings.get("verify_tls", True)
        async with self._session.get(
            url, allow_redirects=bool(settings.get("follow_redirects", False)), ssl=bool(verify)
        ) as response:
            tls_days = _tls_days_left(response)
            body = await response.content.read(MAX_BODY_BYTES) if settings.get("contains") else b""
            elapsed_ms = round((time.perf_counter() - began) * 1000, 3)
            reason = judge_response(response.status, body, settings)
        samples = [
            Sample("http_status", float(response.status), "", kind="status"),
            Sample("http_response_ms", elapsed_ms, "ms"),
        ]
        if tls_days is not None:
            samples.append(Sample("tls_days_left", tls_days, "d"))
        return ProbeResult(
            ok=not reason, reason=reason, response_ms=elapsed_ms, samples=tuple(samples)
        )


def judge_response(status: int, body: bytes, settings: Mapping[str, Any]) -> str:
    """Return why an answer is not the expected one, empty when it is."""
    expected = settings.get("expected_status")
    wanted = expected if isinstance(expected, list) else [expected]
    if expected is None:
        if status >= 400:
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


def _tls_days_left(response: aiohttp.ClientResponse) -> float | None:
    connection = response.connection
    transport = connection.transport if connection is not None else None
    certificate = transport.get_extra_info("peercert") if transport is not None else None
    if not certificate or "notAfter" not in certificate:
        return None
    expires = ssl.cert_time_to_seconds(certificate["notAfter"])
    return round((expires - time.time()) / _DAY_S, 2)
