"""The poller as a process: it starts from its environment, and SIGTERM drains it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import aiohttp
import pytest
from aiohttp import web

from pollers.metrics import Metrics
from pollers.spool import Spool
from tests.integration.pollers.test_status import a_free_port
from tests.support.running import until

if TYPE_CHECKING:
    from tests.integration.pollers.conftest import Estate
    from tests.support.database import TestDatabase


class Aws:
    """As much of AWS as a poller asks for: one secret and one queue."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        asked = await request.json()
        match request.headers["X-Amz-Target"].partition(".")[2]:
            case "GetSecretValue":
                secret = {"username": "netpulse_system", "password": "unused"}
                return self._json({"Name": asked["SecretId"], "SecretString": json.dumps(secret)})
            case "SendMessage":
                self.messages.append(json.loads(asked["MessageBody"]))
                return self._json({"MessageId": "1"})
            case _:
                # devices that other tests left behind in the database have sealed credentials
                return web.json_response({"__type": "AccessDeniedException"}, status=400)

    def told_of(self, device: UUID) -> list[dict[str, Any]]:
        """Return the results of one device."""
        results = [result for message in self.messages for result in message["results"]]
        return [result for result in results if result["device_id"] == str(device)]

    @staticmethod
    def _json(body: dict[str, Any]) -> web.Response:
        return web.json_response(body, content_type="application/x-amz-json-1.0")


@pytest.fixture
async def aws() -> AsyncIterator[Aws]:
    made = Aws()
    app = web.Application()
    app.router.add_post("/{path:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


def environment(postgres: TestDatabase, aws: Aws, port: int, spool: Path) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "unused",
        "AWS_SECRET_ACCESS_KEY": "unused",
        **{f"NETPULSE_{name.upper()}": text for name, text in postgres.settings().items()},
        "NETPULSE_STAGE": "local",
        "NETPULSE_DATABASE_SECRET": "database",
        "NETPULSE_CREDENTIALS_KEY_ID": "unused",
        "NETPULSE_POLL_RESULTS_QUEUE_URL": f"{aws.url}/000000000000/poll-results",
        "NETPULSE_METRICS_PORT": str(port),
        "NETPULSE_SPOOL_FOLDER": str(spool),
    }


async def healthy(port: int) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/health") as answer,
        ):
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def test_sigterm_lets_what_is_under_way_end_and_loses_nothing(
    estate: Estate, postgres: TestDatabase, aws: Aws, tmp_path: Path
) -> None:
    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    configuration = json.dumps({"tcp": {"port": server.sockets[0].getsockname()[1]}})
    port = a_free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "pollers"),
        env=environment(postgres, aws, port, tmp_path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(30):
            while not await healthy(port):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        device = estate.device(availability_check="tcp", configuration=configuration)
        await until(lambda: aws.told_of(device))
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
        server.close()
    assert process.returncode == 0, said.decode()
    assert b"poller stopped" in said
    assert all(result["state"] == "up" for result in aws.told_of(device))
    slots = estate.run(
        "SELECT count(DISTINCT time) FROM netpulse.device_metrics WHERE device_id = %s", device
    )
    assert slots >= [(1,)]
    assert Spool(tmp_path, Metrics()).size() == 0


async def test_a_poller_that_is_told_nothing_says_so_and_ends(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "pollers"),
        env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(30):
        said, _ = await process.communicate()
    assert process.returncode == 2
    assert b"settings are missing" in said
