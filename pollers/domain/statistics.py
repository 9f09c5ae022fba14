"""What a burst of echo requests says about a path."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class BurstStatistics:
    """Loss and round-trip times of one burst; times are None when nothing came back."""

    sent: int
    received: int
    loss_ratio: float
    min_ms: float | None
    avg_ms: float | None
    max_ms: float | None
    jitter_ms: float | None


def summarise(rtts_ms: Sequence[float | None]) -> BurstStatistics:
    """Return the statistics of a burst whose lost packets are None.

    Jitter is the mean difference between neighbouring answers (RFC 3550's idea without its
    smoothing), so a slow but steady path has none.
    """
    sent = len(rtts_ms)
    times = [rtt for rtt in rtts_ms if rtt is not None]
    if not times:
        return BurstStatistics(sent, 0, 1.0 if sent else 0.0, None, None, None, None)
    steps = [abs(b - a) for a, b in pairwise(times)]
    return BurstStatistics(
        sent=sent,
        received=len(times),
        loss_ratio=(sent - len(times)) / sent,
        min_ms=min(times),
        avg_ms=sum(times) / len(times),
        max_ms=max(times),
        jitter_ms=sum(steps) / len(steps) if steps else None,
    )
