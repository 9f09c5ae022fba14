"""Is an SSH server there, is it still the same one, and what does a command say."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pollers.domain.device import Sample
from pollers.probes.reading import NotAsExpectedError, check_text
from pollers.probes.result import ProbeResult
from pollers.probes.target import Target
from pollers.probes.tcp import elapsed_since, plainly, port_of

SSH_PORT = 22
_MAX_BANNER_LINES = 20
_MAX_LINE = 255


async def probe_ssh(target: Target, settings: Mapping[str, Any]) -> ProbeResult:
    """Return the result of reading the banner, or of running the configured command."""
    port = port_of(settings, SSH_PORT)
    if port is None:
        return ProbeResult(ok=False, reason="ssh port not configured")
    began = time.perf_counter()
    try:
        if settings.get("command"):
            from pollers.probes.ssh_command import run  # noqa: PLC0415 - 8 MB few pollers need

            return await run(target, port, settings, began)
        return await _greet(target, port, settings, began)
    except NotAsExpectedError as error:
        elapsed_ms = elapsed_since(began)
        return ProbeResult(ok=False, reason=f"ssh {error}", response_ms=elapsed_ms)
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        refused = isinstance(error, ConnectionRefusedError)
        return ProbeResult(ok=False, reason=f"ssh {'refused' if refused else 'broke off'}")
    except OSError as error:
        return ProbeResult(ok=False, reason=f"ssh {plainly(error)}")


async def _greet(
    target: Target, port: int, settings: Mapping[str, Any], began: float
) -> ProbeResult:
    reader, writer = await asyncio.open_connection(target.address, port, limit=_MAX_LINE + 2)
    try:
        banner = await _banner(reader)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    elapsed_ms = elapsed_since(began)
    check_text(banner, settings, "banner")
    return ProbeResult(
        ok=True,
        response_ms=elapsed_ms,
        samples=(Sample("ssh_response_ms", elapsed_ms, "ms"),),
    )


async def _banner(reader: asyncio.StreamReader) -> str:
    # RFC 4253, 4.2: a server may send other lines before its version.
    for _ in range(_MAX_BANNER_LINES):
        line = (await reader.readuntil(b"\n")).decode(errors="replace").strip()
        if line.startswith("SSH-"):
            return line
    raise NotAsExpectedError("no banner")
