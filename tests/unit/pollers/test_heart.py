"""What a poller tells of itself once a minute."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from pollers.heart import Heart
from pollers.metrics import HELP, Metrics


def beats(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_beat_tells_what_came_since_the_last_one(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics()
    heart = Heart(metrics, lambda: True)
    metrics.set("netpulse_poller_devices", 20)
    metrics.set("netpulse_poller_spool_bytes", 512)
    metrics.observe("netpulse_poller_lag_seconds", 0.5)
    metrics.observe("netpulse_poller_lag_seconds", 7.5)
    metrics.add("netpulse_poller_skipped_slots_total", value=2, reason="late")
    metrics.add("netpulse_poller_skipped_slots_total", reason="busy")
    heart.beat()
    metrics.add("netpulse_poller_skipped_slots_total", reason="busy")
    heart.beat()
    first, second = beats(capsys)
    assert (first["PollerHeartbeat"], second["PollerHeartbeat"]) == ([1.0], [1.0])
    assert (first["PollLagSeconds"], second["PollLagSeconds"]) == ([7.5], [0.0])
    assert (first["PollSlotsSkipped"], second["PollSlotsSkipped"]) == ([3.0], [1.0])
    assert (first["PollerDevices"], first["PollerSpoolBytes"]) == ([20.0], [512.0])


def test_a_poller_that_polls_nothing_yet_has_no_heartbeat(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Heart(Metrics(), lambda: False).beat()
    assert beats(capsys) == []


async def test_it_beats_until_it_is_told_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    stop, asked = asyncio.Event(), 0

    def ready() -> bool:
        nonlocal asked
        asked += 1
        if asked == 3:
            stop.set()
        return True

    async with asyncio.timeout(5):
        await Heart(Metrics(), ready, every_s=0.001).run(stop)
    assert len(beats(capsys)) >= 3


def test_the_counters_it_reads_are_counted_under_these_names() -> None:
    assert {
        "netpulse_poller_devices",
        "netpulse_poller_lag_seconds",
        "netpulse_poller_skipped_slots_total",
        "netpulse_poller_write_failures_total",
        "netpulse_poller_spool_bytes",
    } <= HELP.keys()
