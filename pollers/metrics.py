"""What the poller knows of itself, in Prometheus' text format."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

Labels = tuple[tuple[str, str], ...]
BUCKETS_S = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

HELP = {
    "netpulse_poller_devices": "Devices in the inventory.",
    "netpulse_poller_in_flight": "Probes under way.",
    "netpulse_poller_lag_seconds": "How late slots were begun.",
    "netpulse_poller_lag_quantile_seconds": "How late slots were begun in the last 5 minutes.",
    "netpulse_poller_skipped_slots_total": "Slots that were not polled, by reason.",
    "netpulse_poller_stalls_total": "Times the process stood still; its visits were no probes.",
    "netpulse_poller_shards": "Shards this poller holds.",
    "netpulse_poller_lease_certain": "1 while no other poller can have taken the shards.",
    "netpulse_poller_lease_failures_total": "Times the lease store did not answer.",
    "netpulse_poller_probes_total": "Probes by protocol and outcome.",
    "netpulse_poller_probe_seconds": "How long probes took, by protocol.",
    "netpulse_poller_checks": "Checks there are, of all devices.",
    "netpulse_poller_skipped_checks_total": "Checks that were not run in their slot, by reason.",
    "netpulse_poller_samples_total": "Samples taken.",
    "netpulse_poller_rows_written_total": "Rows written to the database.",
    "netpulse_poller_write_failures_total": "Batches that the database did not take.",
    "netpulse_poller_spool_bytes": "Bytes of samples on disk.",
    "netpulse_poller_spool_lost_total": "Cycles lost because the spool was full or failed.",
    "netpulse_poller_spool_sheltered_total": "Spool segments put into the bucket at the end.",
    "netpulse_poller_spool_adopted_total": "Spool segments of other pollers that were fetched.",
    "netpulse_poller_spool_damaged_total": "Spool segments with a damaged tail.",
    "netpulse_poller_quarantined_total": "Rows kept aside: from the future, or too old.",
    "netpulse_poller_results_sent_total": "Poll results sent.",
    "netpulse_poller_send_failures_total": "Messages that the queue did not take.",
    "netpulse_poller_results_lost_total": "Poll results dropped because the queue stayed away.",
    "netpulse_poller_findings_mended_total": "Interfaces left out, and values that do not fit.",
    "netpulse_poller_inventory_failures_total": "Times the inventory could not be read.",
    "netpulse_poller_icmp_mode": "1 for the way the ICMP socket was opened.",
    "netpulse_poller_errors_total": "Failures that should not have happened.",
}


class Metrics:
    """Counters, gauges and histograms of one process."""

    def __init__(self) -> None:
        self._counters: dict[tuple[str, Labels], float] = defaultdict(float)
        self._gauges: dict[tuple[str, Labels], float] = {}
        self._histograms: dict[tuple[str, Labels], list[float]] = {}
        self._peaks: dict[str, float] = defaultdict(float)

    def add(self, name: str, *, value: float = 1, **labels: str) -> None:
        """Count up."""
        self._counters[name, tuple(sorted(labels.items()))] += value

    def set(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge."""
        self._gauges[name, tuple(sorted(labels.items()))] = float(value)

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Put a duration into its histogram."""
        key = (name, tuple(sorted(labels.items())))
        histogram = self._histograms.get(key)
        if histogram is None:
            histogram = self._histograms[key] = [0.0] * (len(BUCKETS_S) + 2)
        histogram[bisect_left(BUCKETS_S, seconds)] += 1
        histogram[-1] += seconds
        self._peaks[name] = max(self._peaks[name], seconds)

    def probed(self, protocol: str, seconds: float, *, ok: bool) -> None:
        """Count a probe and how long it took."""
        outcome = "ok" if ok else "failed"
        self.add("netpulse_poller_probes_total", protocol=protocol, outcome=outcome)
        self.observe("netpulse_poller_probe_seconds", seconds, protocol=protocol)

    def value(self, name: str, **labels: str) -> float:
        """Return a counter or gauge as it stands."""
        key = (name, tuple(sorted(labels.items())))
        return self._gauges.get(key, self._counters.get(key, 0.0))

    def histogram(self, name: str) -> list[float]:
        """Return how many durations of any labels fell into each bucket, the last beyond all."""
        counts = [0.0] * (len(BUCKETS_S) + 1)
        for (own, _), histogram in self._histograms.items():
            if own == name:
                counts = [a + b for a, b in zip(counts, histogram[:-1], strict=True)]
        return counts

    def total(self, name: str) -> float:
        """Return a counter over all its labels."""
        return sum(value for (own, _), value in self._counters.items() if own == name)

    def take_peak(self, name: str) -> float:
        """Return the longest duration of any labels since it was last asked for."""
        return self._peaks.pop(name, 0.0)

    def render(self) -> str:
        """Return everything in Prometheus' text format."""
        lines: list[str] = []
        for kind, table in (("counter", self._counters), ("gauge", self._gauges)):
            for name in sorted({name for name, _ in table}):
                lines += _head(name, kind)
                lines += [
                    f"{name}{_labels(labels)} {_number(value)}"
                    for (own, labels), value in sorted(table.items())
                    if own == name
                ]
        for name in sorted({name for name, _ in self._histograms}):
            lines += _head(name, "histogram")
            for (own, labels), histogram in sorted(self._histograms.items()):
                if own == name:
                    lines += _histogram(name, labels, histogram)
        return "\n".join(lines) + "\n"


def _histogram(name: str, labels: Labels, histogram: list[float]) -> Iterable[str]:
    total = 0.0
    for bound, count in zip((*BUCKETS_S, "+Inf"), histogram, strict=False):
        total += count
        yield f"{name}_bucket{_labels((*labels, ('le', str(bound))))} {_number(total)}"
    yield f"{name}_sum{_labels(labels)} {_number(histogram[-1])}"
    yield f"{name}_count{_labels(labels)} {_number(total)}"


def _number(value: float) -> str:
    # In full: a counter of millions that is rounded stands still, then leaps.
    return str(int(value)) if value.is_integer() else repr(value)


def _head(name: str, kind: str) -> list[str]:
    return [f"# HELP {name} {HELP.get(name, name)}", f"# TYPE {name} {kind}"]


def _labels(labels: Labels) -> str:
    inner = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{inner}}}" if inner else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
