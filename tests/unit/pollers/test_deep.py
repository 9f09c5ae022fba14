"""Turns at deep probes: few at once, the others in line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

from pollers.deep import DeepProber
from pollers.domain.device import Check, Device
from pollers.metrics import Metrics
from pollers.probes.result import ProbeResult
from pollers.tracked import Tracked, Visit, Visiting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pollers.ports import FindingsSink
    from pollers.probes.snmp import SnmpProbe


def a_device() -> Device:
    """Return a device that is asked by TCP."""
    return Device(
        uuid4(), UUID(int=2), 3, 4, "192.0.2.1", 60, check=Check.TCP, settings={"tcp": {"port": 22}}
    )


class NoSnmp:
    """No device speaks SNMP."""

    def state_for(self, device: Device, before: object) -> None:
        """Return nothing."""


class Line:
    """Devices that are probed by hand."""

    def __init__(self, at_once: int) -> None:
        self.asked: list[Device] = []
        self.over: list[Device] = []
        self.answers = asyncio.Semaphore(0)
        self.deep = DeepProber(
            cast("SnmpProbe", NoSnmp()),
            {"tcp": self._probe},
            cast("FindingsSink", None),
            Metrics(),
            at_once=at_once,
        )

    async def _probe(self, device: Device, _settings: Mapping[str, Any]) -> ProbeResult:
        self.asked.append(device)
        await self.answers.acquire()
        return ProbeResult(ok=True)

    def visit(self, device: Device) -> None:
        """Ask for a turn."""
        self.deep.submit(Visiting(Tracked(device), device, Visit.SLOT, 0.0, 0.0), self._done)

    def _done(self, visiting: Visiting) -> None:
        self.over.append(visiting.device)

    async def until(self, asked: int, over: int) -> None:
        """Wait until so many were asked and are over."""
        async with asyncio.timeout(5):
            while (len(self.asked), len(self.over)) != (asked, over):  # noqa: ASYNC110 - in other tasks
                await asyncio.sleep(0)


async def test_who_waits_costs_no_task_and_comes_in_order() -> None:
    line, devices = Line(at_once=2), [a_device() for _ in range(5)]
    before = len(asyncio.all_tasks())
    for device in devices:
        line.visit(device)
    assert len(asyncio.all_tasks()) - before == 2
    await line.until(asked=2, over=0)
    line.answers.release()
    await line.until(asked=3, over=1)
    for _ in devices:
        line.answers.release()
    await line.until(asked=5, over=5)
    assert line.asked == line.over == devices


async def test_a_visit_that_ends_badly_ends_no_other_turn() -> None:
    line, bad, good = Line(at_once=1), a_device(), a_device()
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    def broken(_: Visiting) -> None:
        raise RuntimeError("broken")

    line.deep.submit(Visiting(Tracked(bad), bad, Visit.SLOT, 0.0, 0.0), broken)
    line.visit(good)
    line.answers.release()
    line.answers.release()
    await line.until(asked=2, over=1)
    assert line.over == [good]
    assert [str(context["exception"]) for context in told] == ["broken"]


async def test_a_poller_that_stops_gives_up_who_is_probed_and_who_waits() -> None:
    line = Line(at_once=1)
    for _ in range(3):
        line.visit(a_device())
    await line.until(asked=1, over=0)
    line.deep.stop()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    async with asyncio.timeout(5):
        await asyncio.gather(*others, return_exceptions=True)
    assert len(line.asked) == 1
