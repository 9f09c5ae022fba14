"""Does a TCP port accept a connection, and how fast."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pollers.domain.device import Sample
from pollers.probes.result import ProbeResult
from pollers.probes.target import Target

MAX_PORT = 65535


async def probe_tcp(target: Target, settings: Mapping[str, Any]) -> ProbeResult:
    """Return the result of one connection to the configured port."""
    port = port_of(settings)
    if port is None:
        return ProbeResult(ok=False, reason="tcp port not configured")
    began = time.perf_counter()
    try:
        _, writer = await asyncio.open_connection(target.address, port)
    except OSError as error:
        return ProbeResult(ok=False, reason=f"tcp {port} {plainly(error)}")
    elapsed_ms = elapsed_since(began)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    sample = Sample("tcp_connect_ms", elapsed_ms, "ms")
    return ProbeResult(ok=True, response_ms=elapsed_ms, samples=(sample,))


def port_of(settings: Mapping[str, Any], default: int | None = None) -> int | None:
    """Return the configured port, None when there is none that can be."""
    port = settings.get("port", default)
    usable = isinstance(port, int) and not isinstance(port, bool) and 0 < port <= MAX_PORT
    return port if usable else None


def elapsed_since(began: float) -> float:
    """Return the milliseconds since a reading of the performance counter."""
    return round((time.perf_counter() - began) * 1000, 3)


def plainly(error: OSError) -> str:
    """Return a failed connection in a word."""
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "timeout" if isinstance(error, TimeoutError) else "unreachable"
