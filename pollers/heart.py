"""What a poller tells CloudWatch of itself, once a minute, as a line of its log."""

import asyncio
from collections.abc import Callable

from netpulse.observability import count, emit, seconds

from pollers.metrics import Metrics
from pollers.pace import every

_EVERY_S = 60.0
_SKIPPED = "netpulse_poller_skipped_slots_total"
_FAILURES = "netpulse_poller_write_failures_total"


class Heart:
    """Beats while the event loop turns and the inventory has been read; its silence is an alarm."""

    def __init__(
        self, metrics: Metrics, ready: Callable[[], bool], *, every_s: float = _EVERY_S
    ) -> None:
        self._metrics = metrics
        self._ready = ready
        self._every_s = every_s
        self._told: dict[str, float] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Beat until told to stop."""
        await every(self._every_s, self._turn, stop)

    async def _turn(self) -> None:
        self.beat()

    def beat(self) -> None:
        """Write one line, unless nothing is polled yet."""
        if not self._ready():
            return
        emit(
            PollerHeartbeat=count(1),
            PollerDevices=count(self._metrics.value("netpulse_poller_devices")),
            PollLagSeconds=seconds(self._metrics.take_peak("netpulse_poller_lag_seconds")),
            PollSlotsSkipped=count(self._since(_SKIPPED)),
            PollerWriteFailures=count(self._since(_FAILURES)),
            PollerSpoolBytes=count(self._metrics.value("netpulse_poller_spool_bytes")),
        )

    def _since(self, name: str) -> float:
        """Return how much a counter has grown since the last beat."""
        total = self._metrics.total(name)
        grown = total - self._told.get(name, 0.0)
        self._told[name] = total
        return grown
