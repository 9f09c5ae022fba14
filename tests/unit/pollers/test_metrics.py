from __future__ import annotations

import re

from pollers.metrics import BUCKETS_S, HELP, Metrics

LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(
    rf"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{{(?P<labels>{LABEL}(?:,{LABEL})*)\}})? "
    r"(?P<value>[-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf)|NaN)"
)
META = re.compile(r"# (HELP|TYPE) (?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?P<rest>[^\n]+)")


def parsed(text: str) -> dict[str, float]:
    """Return the samples of an exposition; fail on whatever is not valid in one."""
    assert text.endswith("\n")
    samples: dict[str, float] = {}
    types: dict[str, str] = {}
    for line in text.splitlines():
        meta = META.fullmatch(line)
        if meta:
            if meta[1] == "TYPE":
                assert meta["name"] not in types
                types[meta["name"]] = meta["rest"]
            continue
        found = SAMPLE.fullmatch(line)
        assert found, line
        family = found["name"]
        if family not in types:
            family = re.sub(r"_(bucket|sum|count)$", "", family)
            assert types[family] == "histogram"
        key = line.rpartition(" ")[0]
        assert key not in samples
        samples[key] = float(found["value"])
    return samples


def test_counters_gauges_and_histograms_are_valid_exposition() -> None:
    metrics = Metrics()
    metrics.add("netpulse_poller_skipped_slots_total", value=2, reason="busy")
    metrics.add("netpulse_poller_skipped_slots_total", reason='odd "\\\n')
    metrics.set("netpulse_poller_devices", 3)
    for seconds in (0.0005, 0.001, 0.3, 99.0):
        metrics.observe("netpulse_poller_lag_seconds", seconds)
    metrics.probed("icmp", 0.002, ok=True)
    samples = parsed(metrics.render())
    assert samples['netpulse_poller_skipped_slots_total{reason="busy"}'] == 2
    assert samples["netpulse_poller_devices"] == 3
    assert samples['netpulse_poller_lag_seconds_bucket{le="0.001"}'] == 2
    assert samples['netpulse_poller_lag_seconds_bucket{le="+Inf"}'] == 4
    assert samples["netpulse_poller_lag_seconds_count"] == 4
    assert samples["netpulse_poller_lag_seconds_sum"] == 99.3015
    assert samples['netpulse_poller_probes_total{outcome="ok",protocol="icmp"}'] == 1


def test_a_histograms_buckets_never_fall() -> None:
    metrics = Metrics()
    for bound in BUCKETS_S:
        metrics.observe("netpulse_poller_lag_seconds", bound)
    samples = parsed(metrics.render())
    counts = [
        samples[f'netpulse_poller_lag_seconds_bucket{{le="{bound}"}}']
        for bound in (*BUCKETS_S, "+Inf")
    ]
    assert counts == sorted(counts)
    assert counts[-1] == len(BUCKETS_S)


def test_a_counter_of_millions_is_told_to_the_last_one() -> None:
    metrics = Metrics()
    metrics.add("netpulse_poller_samples_total", value=123_456_789)
    metrics.add("netpulse_poller_samples_total")
    assert parsed(metrics.render())["netpulse_poller_samples_total"] == 123_456_790


def test_every_name_is_explained() -> None:
    assert all(text.endswith(".") for text in HELP.values())
