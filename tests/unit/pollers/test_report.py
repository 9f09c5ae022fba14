"""Telling what was read beside a device's own visits."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from pollers.domain.device import Check, Device, Sample
from pollers.metrics import Metrics
from pollers.ports import Cycle, Result
from pollers.probes.result import ProbeResult
from pollers.report import Reporter
from pollers.tracked import Tracked, Visit, Visiting

DEVICE = Device(UUID(int=1), UUID(int=2), 3, 4, "192.0.2.1", 60, check=Check.TCP, epoch=7)
FAILED = (Sample("check_ok", 0.0, entity="check:web", kind="status"),)


class World:
    """Takes what the reporter tells."""

    def __init__(self) -> None:
        self.told: list[Result] = []
        self.reporter = Reporter(self, self, Metrics())
        self.tracked = Tracked(DEVICE)

    def record(self, cycle: Cycle) -> None:
        assert cycle.samples

    def announce(self, result: Result) -> None:
        self.told.append(result)

    def visit(self, at: float, *, ok: bool = True) -> None:
        began = time.monotonic()
        visiting = Visiting(self.tracked, self.tracked.device, Visit.SLOT, at, began, 0.0)
        visiting.take("tcp", ProbeResult(ok=ok, reason="" if ok else "tcp refused", response_ms=1))
        self.reporter.report(visiting)


def test_values_of_a_check_go_between_two_results_with_the_devices_own_verdict() -> None:
    world = World()
    world.visit(1_000_000.0)
    world.reporter.tell(DEVICE.id, FAILED)
    world.reporter.tell(DEVICE.id, FAILED)
    world.tracked.told_at = float("-inf")
    world.visit(1_000_060.0)
    slots = [result.slot_at for result in world.told]
    assert slots == sorted(set(slots))
    first, check, again, second = world.told
    assert (check.slot_at - first.slot_at, again.slot_at - check.slot_at) == (
        timedelta(milliseconds=1),
        timedelta(milliseconds=1),
    )
    assert second.slot_at > again.slot_at
    assert (check.verdict, check.epoch, check.values) == (first.verdict, 7, FAILED)
    assert check.rtt_ms == first.rtt_ms


def test_nothing_is_told_of_a_device_that_is_not_polled_here() -> None:
    world = World()
    world.reporter.tell(DEVICE.id, FAILED)
    assert world.reporter.standing(DEVICE.id) is None
    world.visit(1_000_000.0)
    assert world.reporter.standing(DEVICE.id) is not None
    world.reporter.forget(replace(DEVICE))
    world.reporter.tell(DEVICE.id, FAILED)
    assert len(world.told) == 1


def test_what_no_rule_watches_is_not_told() -> None:
    world = World()
    world.visit(1_000_000.0)
    world.reporter.tell(DEVICE.id, ())
    assert len(world.told) == 1
