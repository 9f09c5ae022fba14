"""A poller in the test's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pollers.announcer import QueueAnnouncer
    from pollers.database import PollerDatabase
    from pollers.findings import FindingsWriter
    from pollers.loop import Poller
    from pollers.metrics import Metrics
    from pollers.recorder import Recorder


class Running:
    """A running poller and what it has said."""

    def __init__(
        self,
        *,
        poller: Poller,
        recorder: Recorder,
        findings: FindingsWriter,
        announcer: QueueAnnouncer,
        metrics: Metrics,
        sent: list[dict[str, Any]],
        databases: list[PollerDatabase],
    ) -> None:
        self.poller = poller
        self.recorder = recorder
        self.findings = findings
        self.announcer = announcer
        self.metrics = metrics
        self.sent = sent
        self._databases = databases
        self._tasks: list[asyncio.Task[None]] = []
        self._drained = asyncio.Event()
        self._closers: list[Callable[[], None]] = []
        self._async_closers: list[Callable[[], Awaitable[None]]] = []

    def on_stop(self, *closers: Callable[[], None]) -> None:
        self._closers += closers

    def on_stop_later(self, *closers: Callable[[], Awaitable[None]]) -> None:
        self._async_closers += closers

    def begin(self) -> None:
        self._tasks = [
            asyncio.create_task(work)
            for work in (
                self.poller.run(),
                self.recorder.run(self._drained),
                self.findings.run(self._drained),
                self.announcer.run(self._drained),
            )
        ]

    async def stop(self) -> None:
        self._tasks[0].cancel()
        await self.poller.drain()
        self._drained.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for closer in self._closers:
            closer()
        for later in self._async_closers:
            await later()
        for database in self._databases:
            await database.close()

    def results(self, device_id: object) -> list[dict[str, Any]]:
        return [
            result
            for message in self.sent
            for result in message["results"]
            if result["device_id"] == str(device_id)
        ]


async def until(condition: Callable[[], object], *, within_s: float = 20.0) -> None:
    """Wait for a condition; fail when it does not come about in time."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - the condition may be anything, a query too
            await asyncio.sleep(0.02)
