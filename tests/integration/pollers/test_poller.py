"""A whole poller against real sockets and a real database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.running import Running, until
from tests.support.snmp_agent import Recording, serve

if TYPE_CHECKING:
    from tests.integration.pollers.conftest import Estate

SWITCH = Path(__file__).parents[2] / "support" / "recordings" / "switch.snmprec"


@pytest.mark.privileged
async def test_a_new_device_is_polled_at_once_identified_and_recorded(
    estate: Estate, running: Callable[[], Running]
) -> None:
    agent, port = await serve(Recording.read(SWITCH))
    poller = running()
    await until(lambda: poller.poller.ready)
    device = estate.device(credential_id=estate.credential(), snmp_port=port)
    await until(lambda: poller.results(device), within_s=5)
    await until(
        lambda: estate.run(
            "SELECT 1 FROM netpulse.device_metrics WHERE device_id = %s AND metric_type = %s",
            device,
            "uptime_seconds",
        )
    )
    first = poller.results(device)[0]
    assert (first["state"], first["hard"]) == ("up", True)
    assert first["rtt_ms"] > 0
    await until(
        lambda: estate.run("SELECT 1 FROM netpulse.interfaces WHERE device_id = %s", device)
    )
    [(vendor, os_, name)] = estate.run(
        "SELECT vendor, os, sys_name FROM netpulse.device_identities WHERE device_id = %s", device
    )
    assert (vendor, os_, name) == ("MikroTik", "routeros", "test-switch")
    ports = estate.run(
        "SELECT if_name, if_speed_bps FROM netpulse.interfaces WHERE device_id = %s "
        "ORDER BY if_index",
        device,
    )
    assert ports == [("ether1", 1_000_000_000), ("ether2", 100_000_000)]
    assert agent.transport is not None
    agent.transport.close()


async def test_a_silent_agent_becomes_soft_then_hard_down_from_its_first_lost_probe_and_recovers(
    estate: Estate, running: Callable[[], Running]
) -> None:
    agent, port = await serve(Recording.read(SWITCH))
    device = estate.device(
        credential_id=estate.credential(),
        snmp_port=port,
        availability_check="snmp",
        configuration='{"snmp": {"timeout_seconds": 0.1, "retries": 0}}',
    )
    poller = running()
    await until(lambda: poller.results(device))
    agent.silent = True
    await until(lambda: poller.results(device)[-1]["state"] == "down")
    await until(lambda: poller.results(device)[-1]["hard"] is True, within_s=30)
    agent.silent = False
    await until(lambda: poller.results(device)[-1]["state"] == "up", within_s=30)
    states = [(r["state"], r["hard"]) for r in poller.results(device)]
    assert states == [("up", True), ("down", False), ("down", True), ("up", True)]
    soft, hard = poller.results(device)[1:3]
    assert soft["first_failed_at"] == hard["first_failed_at"] == soft["slot_at"]
    assert hard["reason"] == "snmp timeout"
    assert agent.transport is not None
    agent.transport.close()
