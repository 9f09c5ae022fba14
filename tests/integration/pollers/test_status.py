"""What those who watch the watcher are told."""

from __future__ import annotations

import socket

import aiohttp

from pollers.metrics import Metrics
from pollers.status import StatusServer


def a_free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


async def test_metrics_and_health_are_served_until_the_server_stops() -> None:
    metrics, report = Metrics(), {"status": "starting"}
    port = a_free_port()
    server = StatusServer(metrics, lambda: dict(report), host="127.0.0.1", port=port)
    await server.start()
    metrics.set("netpulse_poller_devices", 3)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        async with session.get("/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            assert "netpulse_poller_devices 3\n" in await answer.text()
        async with session.get("/health") as answer:
            assert answer.status == 503
        report["status"] = "healthy"
        async with session.get("/health") as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "healthy"})
    await server.stop()
    with socket.socket() as sock:
        assert sock.connect_ex(("127.0.0.1", port)) != 0
