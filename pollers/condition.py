"""How a poller is, in one document: in its heartbeat for the API, and on /health."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pollers.lateness import Lateness
from pollers.metrics import Metrics

_COUNTS = {
    "devices": "netpulse_poller_devices",
    "in_flight": "netpulse_poller_in_flight",
    "spool_bytes": "netpulse_poller_spool_bytes",
}
_TOTALS = {
    "samples": "netpulse_poller_samples_total",
    "skipped_slots": "netpulse_poller_skipped_slots_total",
    "lost_cycles": "netpulse_poller_spool_lost_total",
    "write_failures": "netpulse_poller_write_failures_total",
    "lease_failures": "netpulse_poller_lease_failures_total",
}


class Condition:
    """Tells a poller's condition; numbers of devices, never a name of any."""

    def __init__(
        self,
        metrics: Metrics,
        *,
        version: str,
        icmp_modes: Callable[[], Mapping[str, str]],
        started_at: float,
    ) -> None:
        self._metrics = metrics
        self._version = version
        self._icmp_modes = icmp_modes
        self._lateness = Lateness(metrics)
        self._started_at = datetime.fromtimestamp(started_at, UTC)

    def __call__(self) -> dict[str, Any]:
        """Return the document, to be sent with a heartbeat."""
        return {
            "version": self._version,
            "started_at": self._started_at.isoformat(),
            "lag_ms": self._lateness.beat(),
            "icmp": dict(self._icmp_modes()),
            **{name: int(self._metrics.value(metric)) for name, metric in _COUNTS.items()},
            **{name: int(self._metrics.total(metric)) for name, metric in _TOTALS.items()},
        }
