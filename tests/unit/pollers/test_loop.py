from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from pollers.deep import DeepProber
from pollers.domain.device import Check, Device, Sample
from pollers.domain.finding import Finding
from pollers.domain.verdict import State
from pollers.icmp.burst import Burst
from pollers.icmp.engine import IcmpEngine
from pollers.loop import Limits, Poller
from pollers.metrics import Metrics
from pollers.ports import Cycle, Result, Roster
from pollers.probes.result import ProbeResult
from pollers.probes.snmp import SnmpProbe
from pollers.report import Reporter

SKIPPED = "netpulse_poller_skipped_slots_total"


class World:
    """A poller's surroundings, all of them made up."""

    def __init__(self, *, at_once: int = 10) -> None:
        self.metrics = Metrics()
        self.cycles: list[Cycle] = []
        self.results: list[Result] = []
        self.pings: list[Callable[[Burst], None]] = []
        self.answers: Callable[[Device], Any] = lambda _: None
        self.value = 1.0
        deep = DeepProber(
            cast("SnmpProbe", self), {"tcp": self.probe}, self, self.metrics, at_once=at_once
        )
        self.poller = Poller(
            icmp=cast("IcmpEngine", self),
            deep=deep,
            inventory=self,
            reporter=Reporter(self, self, self.metrics),
            metrics=self.metrics,
            limits=Limits(drain_s=0.2),
        )

    async def changes(self) -> AsyncIterator[Roster]:
        await asyncio.Event().wait()
        yield Roster({})

    def state_for(self, device: Device, before: object) -> None:
        return None

    def submit(
        self, address: str, done: Callable[[Burst], None], *, count: int, timeout_s: float
    ) -> None:
        self.pings.append(done)

    async def probe(self, device: Device, settings: Mapping[str, Any]) -> ProbeResult:
        waiting = self.answers(device)
        if waiting is not None:
            await waiting
        sample = Sample("tcp_connect_ms", self.value, "ms")
        return ProbeResult(ok=True, response_ms=self.value, samples=(sample,))

    def record(self, cycle: Cycle) -> None:
        self.cycles.append(cycle)

    def announce(self, result: Result) -> None:
        self.results.append(result)

    def found(self, device: Device, finding: Finding) -> None:
        raise AssertionError("nothing is found out by these probes")


def a_device(**changes: Any) -> Device:
    device = Device(
        uuid4(), UUID(int=2), 3, 4, "192.0.2.1", 1, check=Check.TCP, settings={"tcp": {"port": 22}}
    )
    return replace(device, **changes)


def answered(device: Device) -> Burst:
    burst = Burst(device.address, 1, 1, lambda _: None)
    burst.rtts_ms[0] = 0.5
    return burst


@pytest.fixture(params=[10])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    world = World(at_once=request.param)
    world.poller.update({})
    task = asyncio.create_task(world.poller.run())
    yield world
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await world.poller.drain()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(8):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other tasks
            await asyncio.sleep(0.01)


async def test_a_slot_of_a_device_still_being_probed_is_skipped_and_counted(world: World) -> None:
    device = a_device(check=Check.ICMP, settings={})
    world.poller.update({device.id: device})
    await until(lambda: world.metrics.value(SKIPPED, reason="busy") >= 2)
    assert len(world.pings) == 1
    world.pings[0](answered(device))
    assert len(world.cycles) == 1
    await until(lambda: len(world.pings) == 2)


@pytest.mark.parametrize("world", [1], indirect=True)
async def test_a_device_that_gets_no_turn_is_skipped_counted_and_not_blamed(world: World) -> None:
    never = asyncio.Event()
    first, second = a_device(), a_device(interval_s=2)
    world.answers = lambda device: never.wait() if device.id == first.id else None
    world.poller.update({first.id: replace(first, interval_s=30)})
    await until(lambda: world.metrics.value("netpulse_poller_in_flight") == 1)
    world.poller.update({first.id: replace(first, interval_s=30), second.id: second})
    await until(lambda: world.metrics.value(SKIPPED, reason="overload") >= 1)
    assert all(result.device_id != second.id or not result.verdict.hard for result in world.results)
    assert all(result.verdict.state is not State.DOWN for result in world.results)


async def test_an_unchanged_verdict_is_told_once_and_a_watched_value_every_time(
    world: World,
) -> None:
    plain, watched = a_device(), a_device(watched=frozenset({"tcp_connect_ms"}))
    world.poller.update({plain.id: plain, watched.id: watched})

    def told(device: Device) -> list[Result]:
        return [result for result in world.results if result.device_id == device.id]

    await until(lambda: len(told(watched)) >= 3)
    assert len(told(plain)) == 1
    assert told(plain)[0].values == ()
    assert all([s.metric for s in r.values] == ["tcp_connect_ms"] for r in told(watched))


async def test_a_rule_that_begins_to_watch_is_heeded_without_a_new_probe(world: World) -> None:
    device = a_device()
    world.poller.update({device.id: device})
    await until(lambda: len(world.results) == 1)
    world.poller.update({device.id: replace(device, watched=frozenset({"tcp_connect_ms"}))})
    await until(lambda: len(world.results) >= 2)
    assert [sample.metric for sample in world.results[1].values] == ["tcp_connect_ms"]


async def test_a_device_that_is_retired_while_it_is_probed_is_not_recorded(world: World) -> None:
    device = a_device(check=Check.ICMP, settings={})
    world.poller.update({device.id: device})
    await until(lambda: world.pings)
    world.poller.update({})
    world.pings[0](answered(device))
    assert (world.cycles, world.results) == ([], [])


async def test_a_probe_that_breaks_stops_nothing_and_judges_nobody(world: World) -> None:
    def broken(_: Device) -> None:
        raise RuntimeError("a defect")

    world.answers = broken
    device = a_device()
    world.poller.update({device.id: device})
    await until(lambda: world.metrics.value("netpulse_poller_errors_total", where="probe") >= 2)
    assert all(result.verdict.state is State.UNKNOWN for result in world.results)


async def test_a_drain_lets_what_is_under_way_end(world: World) -> None:
    go = asyncio.Event()
    world.answers = lambda _: go.wait()
    device = a_device(interval_s=30)
    world.poller.update({device.id: device})
    await until(lambda: world.metrics.value("netpulse_poller_in_flight") == 1)
    draining = asyncio.create_task(world.poller.drain())
    await asyncio.sleep(0)
    go.set()
    await draining
    assert len(world.cycles) == 1


async def test_a_change_during_a_visit_is_heeded_at_its_end(world: World) -> None:
    device = a_device(check=Check.ICMP, settings={}, interval_s=3600)
    world.poller.update({device.id: device})
    await until(lambda: len(world.pings) == 1)
    moved = replace(device, address="192.0.2.2")
    world.poller.update({device.id: moved})
    await until(lambda: world.poller._agenda._heap)
    world.pings[0](answered(device))
    await until(lambda: len(world.pings) == 2)
    world.pings[1](answered(moved))
