"""Notices when the process stood still: it was stopped, starved, or the machine slept."""

import time
from collections.abc import Callable

from netpulse.observability import logger

from pollers.metrics import Metrics

# Longer than this the loop never waits by itself: it turns at least once a second.
_STALL_S = 2.5


class Standstill:
    """Knows when the loop last turned; what was under way while it did not turn is spoiled."""

    def __init__(self, metrics: Metrics, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._monotonic = monotonic
        self.turned_at = self._woke_at = monotonic()

    def begin(self) -> None:
        """Begin to watch: what was before does not count."""
        self.turned_at = self._monotonic()

    def turn(self) -> None:
        """Note that the loop turns."""
        now = self._monotonic()
        if now - self.turned_at > _STALL_S:
            self._woke_at = now
            self._metrics.add("netpulse_poller_stalls_total")
            logger.warning("poller stood still", seconds=round(now - self.turned_at, 1))
        self.turned_at = now

    def spoil(self) -> None:
        """Spoil what is under way: its times cannot be compared any more."""
        self._woke_at = self._monotonic()

    def spoiled(self, began: float) -> bool:
        """Return whether something that began then was under way during a standstill."""
        return began < self._woke_at
