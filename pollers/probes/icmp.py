"""The reading of a finished burst of echo requests."""

from pollers.domain.device import Sample
from pollers.domain.statistics import summarise
from pollers.icmp.burst import Burst
from pollers.probes.result import ProbeResult


def read_burst(burst: Burst) -> ProbeResult:
    """Return the result of a burst: one answer is enough to be alive."""
    seen = summarise(burst.rtts_ms)
    samples = [Sample("icmp_loss_ratio", round(seen.loss_ratio, 4), "ratio")]
    for metric, value in (
        ("icmp_rtt_min_ms", seen.min_ms),
        ("icmp_rtt_avg_ms", seen.avg_ms),
        ("icmp_rtt_max_ms", seen.max_ms),
        ("icmp_jitter_ms", seen.jitter_ms),
    ):
        if value is not None:
            samples.append(Sample(metric, round(value, 4), "ms"))
    return ProbeResult(
        ok=seen.received > 0,
        reason="" if seen.received else "icmp timeout",
        response_ms=seen.avg_ms and round(seen.avg_ms, 4),
        loss_ratio=round(seen.loss_ratio, 4),
        samples=tuple(samples),
    )
