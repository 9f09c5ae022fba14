"""The TCP probe on loopback."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from pollers.probes.target import Target
from pollers.probes.tcp import probe_tcp

DEVICE = Target("127.0.0.1")


async def test_a_port_that_accepts_gives_the_time_it_took() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    result = await probe_tcp(DEVICE, {"port": port})
    server.close()
    assert (result.ok, result.reason) == (True, "")
    [sample] = result.samples
    assert (sample.metric, sample.unit, sample.value) == (
        "tcp_connect_ms",
        "ms",
        result.response_ms,
    )
    assert sample.value > 0


async def test_a_port_that_refuses_is_a_failed_probe_that_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening
        port = taken.getsockname()[1]
        result = await probe_tcp(DEVICE, {"port": port})
    assert (result.ok, result.reason, result.samples) == (False, f"tcp {port} refused", ())


@pytest.mark.parametrize("port", [None, 0, -1, 65536, "22", True])
async def test_a_port_that_is_none_is_a_failed_probe(port: Any) -> None:
    assert (await probe_tcp(DEVICE, {"port": port})).reason == "tcp port not configured"


async def test_a_probe_that_is_given_up_leaves_nothing_open() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await probe_tcp(DEVICE, {"port": address[1]})
        for filler in fillers:
            filler.close()
