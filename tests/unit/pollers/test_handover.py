"""Devices that come from another poller, and a process that stood still."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pollers.domain.device import Check, Device
from pollers.domain.schedule import next_slot, slot_of
from pollers.domain.verdict import Probe, State, Verdict
from pollers.icmp.burst import Burst
from tests.unit.pollers.test_loop import SKIPPED, World, a_device, answered, until, world

__all__ = ["world"]


def silent(device: Device) -> Burst:
    burst = Burst(device.address, 1, 1, lambda _: None)
    burst.sent = 1
    return burst


def blind(device: Device) -> Burst:
    burst = silent(device)
    burst.unsendable = True
    return burst


def a_pinged(**changes: object) -> Device:
    return a_device(**{"check": Check.ICMP, "settings": {}, "interval_s": 10, **changes})


def phased(device: Device, ago_s: float) -> Device:
    """Return the device with an identity whose slot began that long ago."""
    while True:
        device = replace(device, id=type(device.id)(int=device.id.int + 1))
        now = time.time()
        if abs(now - slot_of(now, device.interval_s, device.phase_s) - ago_s) < 0.5:
            return device


SUSPECT = Verdict(
    State.DOWN,
    hard=False,
    history=(Probe(State.DOWN, datetime.now(UTC) - timedelta(seconds=20)),) * 2,
    first_failed_at=datetime(2026, 1, 1, tzinfo=UTC),
    reason="icmp timeout",
)


async def test_a_slot_that_began_lately_is_made_up_for_under_its_own_time(world: World) -> None:
    device = phased(a_pinged(interval_s=60), ago_s=8)
    slot = slot_of(time.time(), 60, device.phase_s)
    world.poller.update({device.id: device}, {device.id: Verdict(State.UP, hard=True)})
    await until(lambda: world.pings)
    world.pings[0](answered(device))
    [cycle] = world.cycles
    assert cycle.slot_at == slot
    [lag] = [sample.value for sample in cycle.samples if sample.metric == "poll_lag_ms"]
    assert 7000 < lag < 12_000


async def test_a_slot_of_long_ago_was_polled_by_the_one_before(world: World) -> None:
    device = phased(a_pinged(interval_s=60), ago_s=30)
    world.poller.update({device.id: device}, {device.id: Verdict(State.UP, hard=True)})
    other = a_pinged()
    world.poller.update({device.id: device, other.id: other}, {})
    await until(lambda: world.pings)
    world.pings[0](answered(other))
    assert [cycle.device_id for cycle in world.cycles] == [other.id]
    assert next_slot(time.time(), 60, device.phase_s) > time.time() + 20


async def test_a_suspicion_goes_on_where_the_other_poller_left_it(world: World) -> None:
    device = phased(a_pinged(), ago_s=1)
    world.poller.update({device.id: device}, {device.id: SUSPECT})
    await until(lambda: world.pings)
    world.pings[0](silent(device))
    [result] = world.results
    assert (result.verdict.state, result.verdict.hard) == (State.DOWN, True)
    assert result.verdict.first_failed_at == SUSPECT.history[0].at


async def test_a_result_carries_the_epoch_under_which_the_probe_was_sent(world: World) -> None:
    device = phased(a_pinged(epoch=7), ago_s=1)
    world.poller.update({device.id: device}, {device.id: Verdict()})
    await until(lambda: world.pings)
    world.poller.update({device.id: replace(device, epoch=9)})
    world.pings[0](answered(device))
    assert [result.epoch for result in world.results] == [7]


async def test_a_visit_during_which_the_process_stood_still_was_no_probe(world: World) -> None:
    device = a_pinged()
    world.poller.update({device.id: device})
    await until(lambda: world.pings)
    # as after SIGCONT: the timers of the sleep are due before anything that came is read
    world.poller._standstill.turned_at -= 30
    world.pings[0](silent(device))
    assert (world.results, world.cycles) == ([], [])
    assert world.metrics.value("netpulse_poller_stalls_total") == 1
    # It is asked again at once, under the same time.
    await until(lambda: len(world.pings) == 2)
    world.pings[1](answered(device))
    assert [result.verdict.state for result in world.results] == [State.UP]


async def test_what_was_answered_counts_though_the_process_stood_still(world: World) -> None:
    device = a_pinged()
    world.poller.update({device.id: device})
    await until(lambda: world.pings)
    world.poller._standstill.turned_at -= 30
    world.pings[0](answered(device))
    assert [result.verdict.state for result in world.results] == [State.UP]


async def test_a_slot_that_is_over_when_the_process_goes_on_is_skipped_and_counted(
    world: World,
) -> None:
    device = phased(a_pinged(), ago_s=1)
    world.poller.update({device.id: device}, {device.id: Verdict(State.UP, hard=True)})
    await until(lambda: world.pings)
    for tracked in world.poller._tracked.values():
        tracked.device = replace(device, interval_s=0)
    world.poller._standstill.turned_at -= 30
    world.pings[0](silent(device))
    assert world.metrics.value(SKIPPED, reason="stalled") == 1
    assert (world.results, world.cycles) == ([], [])


async def test_a_poller_that_became_blind_says_nothing_more(world: World) -> None:
    device = phased(a_pinged(), ago_s=1)
    world.poller.update({device.id: device}, {device.id: SUSPECT})
    await until(lambda: world.pings)
    world.pings[0](blind(device))
    assert world.results == []
    assert all(cycle.samples == () for cycle in world.cycles)


async def test_a_device_that_is_down_is_asked_twice_an_interval_and_only_whether_it_lives(
    world: World,
) -> None:
    device = a_pinged(settings={"tcp": {"port": 22}})
    down = replace(SUSPECT, hard=True)
    world.poller.update({device.id: device}, {device.id: down})
    planned = [entry for _, _, entry in world.poller._agenda._heap]
    ahead = sorted(entry.at - time.time() for entry in planned)
    assert len(planned) >= 1
    await until(lambda: world.pings)
    world.pings[0](silent(device))
    assert ahead[0] <= 10
    # No deep probe was sent: it would have left a sample of its own.
    metrics = {sample.metric for cycle in world.cycles for sample in cycle.samples}
    assert "tcp_connect_ms" not in metrics
    heap = world.poller._agenda._heap
    # the answer is worked off in a task of its own
    await until(lambda: heap and min(entry.at for _, _, entry in heap) - time.time() <= 5)


@pytest.fixture(autouse=True)
async def _quiet(world: World) -> AsyncIterator[None]:
    yield
    for ping in world.pings:
        ping(answered(a_pinged()))
