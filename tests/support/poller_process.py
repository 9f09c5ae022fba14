"""A poller as a process of its own, to be stopped, killed and asked how it is."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.database import TestDatabase
    from tests.support.poller_aws import PollerAws


def a_free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class PollerProcess:
    """A running `python -m pollers`; what it says goes to a file."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, log: Path) -> None:
        self._process = process
        self._port = port
        self._log = log

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def last_words(self, *, within_s: float = 30) -> str:
        async with asyncio.timeout(within_s):
            await self._process.wait()
        return self.said

    async def end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def health(self) -> dict[str, Any]:
        """Return what /health says, nothing while it does not answer."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self._port}/health") as answer,
            ):
                return dict(await answer.json())
        except aiohttp.ClientError:
            return {}

    async def metric(self, name: str) -> float:
        """Return the sum of a metric over its labels."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self._port}/metrics") as answer,
        ):
            lines = (await answer.text()).splitlines()
        return sum(
            float(line.rpartition(" ")[2])
            for line in lines
            if line.startswith((f"{name} ", f"{name}{{"))
        )

    async def healthy(self, *, within_s: float = 30) -> None:
        async with asyncio.timeout(within_s):
            while (await self.health()).get("status") != "healthy":  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)


async def a_poller(
    database: TestDatabase,
    aws: PollerAws,
    folder: Path,
    *,
    command: Sequence[str] = (sys.executable, "-m", "pollers"),
    **settings: Any,
) -> PollerProcess:
    """Start a poller with its spool in a folder, and wait until it polls."""
    port = a_free_port()
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - a test's own folder
    told = {
        **database.settings(),
        "stage": "local",
        "database_secret": "database",
        "credentials_key_id": "unused",
        "leases_table": "leases",
        "poll_results_queue_url": f"{aws.url}/000000000000/poll-results",
        "metrics_port": port,
        "spool_folder": folder / "spool",
        **settings,
    }
    log = folder / "log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            env={
                "PATH": os.defpath,
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                "AWS_ENDPOINT_URL": aws.url,
                "AWS_DEFAULT_REGION": "eu-west-1",
                "AWS_ACCESS_KEY_ID": "unused",
                "AWS_SECRET_ACCESS_KEY": "unused",
                **{f"NETPULSE_{name.upper()}": str(text) for name, text in told.items()},
            },
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
        )
    started = PollerProcess(process, port, log)
    try:
        await started.healthy()
    except TimeoutError:
        await started.end()
        raise AssertionError(f"the poller did not start: {started.said}") from None
    return started
