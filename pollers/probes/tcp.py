"""Does a TCP port accept a connection, and how fast."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pollers.domain.device import Device, Sample
from pollers.probes.result import ProbeResult

MAX_PORT = 65535


async def probe_tcp(device: Device, settings: Mapping[str, Any]) -> ProbeResult:
    """Return the result of one connection to the configured port."""
    port = settings.get("port")
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port <= MAX_PORT:
        return ProbeResult(ok=False, reason="tcp port not configured")
    began = time.perf_counter()
    try:
        _, writer = await asyncio.open_connection(device.address, port)
    except OSError as error:
        return ProbeResult(ok=False, reason=f"tcp {port} {_plainly(error)}")
    elapsed_ms = round((time.perf_counter() - began) * 1000, 3)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    sample = Sample("tcp_connect_ms", elapsed_ms, "ms")
    return ProbeResult(ok=True, response_ms=elapsed_ms, samples=(sample,))


def _plainly(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "timeout" if isinstance(error, TimeoutError) else "unreachable"
