"""/metrics and /health of a poller."""

from collections.abc import Callable

from aiohttp import web

from pollers.metrics import Metrics

Health = Callable[[], dict[str, object]]


class StatusServer:
    """A small HTTP server for those who watch the watcher."""

    def __init__(self, metrics: Metrics, health: Health, *, host: str, port: int) -> None:
        self._metrics = metrics
        self._health = health
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_get("/metrics", self._on_metrics)
        app.router.add_get("/health", self._on_health)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _on_metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            text=self._metrics.render(), headers={"Content-Type": "text/plain; version=0.0.4"}
        )

    async def _on_health(self, _: web.Request) -> web.Response:
        report = self._health()
        healthy = report.get("status") == "healthy"
        return web.json_response(report, status=200 if healthy else 503)
