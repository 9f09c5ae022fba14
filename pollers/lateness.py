"""How late slots were begun lately: quantiles out of the lag histogram's last minutes."""

from collections import deque
from collections.abc import Sequence

from pollers.metrics import BUCKETS_S, Metrics

LAG = "netpulse_poller_lag_seconds"
_QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


class Lateness:
    """Remembers the histogram as it stood some beats ago; what came since is lately."""

    def __init__(self, metrics: Metrics, *, beats: int = 150) -> None:
        self._metrics = metrics
        self._earlier: deque[list[float]] = deque(maxlen=beats)

    def beat(self) -> dict[str, float | None]:
        """Return the lag's quantiles in milliseconds since the earliest beat that is remembered."""
        now = self._metrics.histogram(LAG)
        before = self._earlier[0] if self._earlier else [0.0] * len(now)
        self._earlier.append(now)
        lately = [total - earlier for total, earlier in zip(now, before, strict=True)]
        found = {name: quantile(lately, share) for name, share in _QUANTILES.items()}
        for name, seconds in found.items():
            if seconds is not None:
                self._metrics.set("netpulse_poller_lag_quantile_seconds", seconds, quantile=name)
        return {
            name: None if seconds is None else round(seconds * 1000, 1)
            for name, seconds in found.items()
        }


def quantile(counts: Sequence[float], share: float) -> float | None:
    """Return the value that a share of the observations is below, straight within its bucket."""
    total = sum(counts)
    if total <= 0:
        return None
    wanted = share * total
    low, seen = 0.0, 0.0
    for high, count in zip(BUCKETS_S, counts, strict=False):
        if count and seen + count >= wanted:
            return low + (high - low) * (wanted - seen) / count
        low, seen = high, seen + count
    return BUCKETS_S[-1]
