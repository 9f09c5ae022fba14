"""The poller as a process: it starts from its environment, and SIGTERM drains it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pollers.metrics import Metrics
from pollers.spool import Spool
from tests.support.poller_aws import PollerAws
from tests.support.poller_process import a_poller
from tests.support.running import until

if TYPE_CHECKING:
    from tests.integration.pollers.conftest import Estate
    from tests.support.database import TestDatabase


@pytest.fixture
async def aws() -> AsyncIterator[PollerAws]:
    made = PollerAws()
    await made.start()
    yield made
    await made.stop()


async def test_sigterm_lets_what_is_under_way_end_and_loses_nothing(
    estate: Estate, postgres: TestDatabase, aws: PollerAws, tmp_path: Path
) -> None:
    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    configuration = json.dumps({"tcp": {"port": server.sockets[0].getsockname()[1]}})
    process = await a_poller(postgres, aws, tmp_path)
    try:
        device = estate.device(availability_check="tcp", configuration=configuration)
        await until(lambda: aws.told_of(device))
        process.terminate()
        said = await process.last_words()
    finally:
        await process.end()
        server.close()
    assert process.returncode == 0, said
    assert "poller stopped" in said
    assert all(result["state"] == "up" for result in aws.told_of(device))
    slots = estate.run(
        "SELECT count(DISTINCT time) FROM netpulse.device_metrics WHERE device_id = %s", device
    )
    assert slots >= [(1,)]
    assert Spool(tmp_path / "spool", Metrics()).size() == 0


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
