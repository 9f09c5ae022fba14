"""The poll loop: each device in its own slots, judged, recorded, announced."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from netpulse.observability import logger

from pollers.agenda import Agenda, Entry
from pollers.deep import DeepProber
from pollers.domain.device import Check, Device
from pollers.domain.schedule import next_slot, skipped_slots, slot_of
from pollers.domain.verdict import State, Verdict, confirmation_s
from pollers.icmp.burst import Burst
from pollers.icmp.engine import IcmpEngine
from pollers.metrics import Metrics
from pollers.pace import wait_for
from pollers.ports import Inventory
from pollers.probes.icmp import read_burst
from pollers.report import Reporter
from pollers.standstill import Standstill
from pollers.tracked import Tracked, Visit, Visiting

_IDLE_S = 1.0
_CLOCK_STEP_S = 2.0
_MAX_PACKETS = 20
_SPREAD_FIRST_S = 60.0
# More new devices than these at once are a fleet, not somebody's additions.
_AT_ONCE = 200
# A slot that began this lately is made up for when a device is taken over: its poller may be dead.
_CATCH_UP_S = 20.0
_AGAIN_S = 0.5
_AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """What a ping is, and how long a drain may last."""

    drain_s: float = 10.0
    icmp_count: int = 3
    icmp_timeout_s: float = 1.0


class Poller:
    """Visits every device of the inventory on its own interval."""

    def __init__(
        self,
        *,
        icmp: IcmpEngine,
        deep: DeepProber,
        inventory: Inventory,
        reporter: Reporter,
        metrics: Metrics,
        limits: Limits | None = None,
    ) -> None:
        self._icmp = icmp
        self._deep = deep
        self._inventory = inventory
        self._reporter = reporter
        self._metrics = metrics
        self._limits = limits or Limits()
        self._agenda = Agenda()
        self._tracked: dict[UUID, Tracked] = {}
        self._visiting = 0
        self._draining = False
        self._idle = asyncio.Event()
        self._standstill = Standstill(metrics)
        self.ready = False

    async def run(self) -> None:
        """Poll until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_inventory())
            group.create_task(self._keep_time())

    async def drain(self) -> None:
        """Let the visits under way end, within bounds."""
        self._draining = True
        self._note_idle()
        await wait_for(self._idle, self._limits.drain_s)
        self._deep.stop()

    async def _follow_inventory(self) -> None:
        async for roster in self._inventory.changes():
            self.update(roster.devices, roster.verdicts)

    def update(
        self, devices: Mapping[UUID, Device], verdicts: Mapping[UUID, Verdict] | None = None
    ) -> None:
        """Follow the devices given, and no others; go on from verdicts that others reached."""
        now = time.time()
        verdicts = verdicts or {}
        for device_id in self._tracked.keys() - devices.keys():
            gone = self._tracked.pop(device_id)
            gone.generation += 1
            self._reporter.forget(gone.device)
        at_once = self.ready and len(devices.keys() - self._tracked.keys()) <= _AT_ONCE
        for device_id, device in devices.items():
            tracked = self._tracked.get(device_id)
            if tracked is None:
                tracked = self._tracked[device_id] = Tracked(device)
                if device_id in verdicts:
                    self._resume(tracked, verdicts[device_id], now)
                else:
                    self._begin(tracked, now, at_once=at_once)
            elif tracked.device != device:
                probing = _probing(tracked.device) != _probing(device)
                tracked.device = device
                if probing:
                    self._begin(tracked, now, at_once=True)
        self.ready = True
        self._metrics.set("netpulse_poller_devices", len(self._tracked))

    def _begin(self, tracked: Tracked, now: float, *, at_once: bool) -> None:
        tracked.generation += 1
        device = tracked.device
        slot = next_slot(now, device.interval_s, device.phase_s)
        # A fleet met at the start is spread out; a device that is added is not kept waiting.
        wait_s = 0.0 if at_once else device.phase_s % _SPREAD_FIRST_S
        if now + wait_s + 1 < slot:
            self._agenda.add(tracked, Visit.FIRST, at=round(now + wait_s, 3))
        self._agenda.add(tracked, Visit.SLOT, at=slot)

    def _resume(self, tracked: Tracked, verdict: Verdict, now: float) -> None:
        """Go on where another poller left off, or died: its last slot is polled late, not lost."""
        tracked.verdict = verdict
        device = tracked.device
        slot = slot_of(now, device.interval_s, device.phase_s)
        if now - slot >= min(_CATCH_UP_S, device.interval_s):
            slot = next_slot(now, device.interval_s, device.phase_s)
        self._agenda.add(tracked, Visit.SLOT, at=slot)
        self._plan_confirmation(tracked)

    async def _keep_time(self) -> None:
        offset_s = time.time() - time.monotonic()
        self._standstill.begin()
        while True:
            self._standstill.turn()
            drift_s = time.time() - time.monotonic() - offset_s
            if abs(drift_s) > _CLOCK_STEP_S:
                # The wall clock was set: slots are wall-clock times, so all are planned anew.
                logger.warning("clock was set", seconds=round(drift_s, 3))
                offset_s += drift_s
                self._standstill.spoil()
                for tracked in self._tracked.values():
                    self._begin(tracked, time.time(), at_once=False)
            for number, entry in enumerate(self._agenda.due(time.time()), start=1):
                if entry.generation == entry.tracked.generation:
                    self._start(entry, time.time())
                if number % _AT_A_TIME == 0:
                    await asyncio.sleep(0)  # answers come while a whole fleet is begun
            self._metrics.set("netpulse_poller_in_flight", self._visiting)
            await self._agenda.wait(time.time(), at_most_s=_IDLE_S)

    def _start(self, entry: Entry, now: float) -> None:
        tracked, device = entry.tracked, entry.tracked.device
        if entry.visit is Visit.SLOT:
            self._metrics.observe("netpulse_poller_lag_seconds", max(0.0, now - entry.at))
            upcoming = next_slot(max(now, entry.at), device.interval_s, device.phase_s)
            self._agenda.add(tracked, Visit.SLOT, at=upcoming)
            missed = skipped_slots(entry.at, now, device.interval_s)
            if missed:
                self._skip("late", missed)
        if tracked.busy:
            if entry.visit is Visit.SLOT:
                self._skip("busy")
            elif entry.visit is not Visit.CONFIRMATION:
                # It is still visited as it was described before: what is new waits for its end.
                self._agenda.add(tracked, entry.visit, at=round(now + _AGAIN_S, 3))
            return
        tracked.busy = True
        self._visiting += 1
        visiting = Visiting(
            tracked, device, entry.visit, entry.at, time.monotonic(), max(0.0, now - entry.at)
        )
        if device.check is Check.ICMP or device.section("icmp"):
            self._ping(visiting)
        else:
            self._deep.submit(visiting, self._finish)

    def _skip(self, reason: str, count: int = 1) -> None:
        self._metrics.add("netpulse_poller_skipped_slots_total", value=count, reason=reason)

    def _ping(self, visiting: Visiting) -> None:
        def answered(burst: Burst) -> None:
            if burst.unsendable:
                visiting.blind = "icmp socket not available"
            else:
                visiting.take("icmp", read_burst(burst))
            self._after_ping(visiting)

        settings = visiting.device.section("icmp")
        count = settings.get("count")
        self._icmp.submit(
            visiting.device.address,
            answered,
            count=min(max(count, 1), _MAX_PACKETS)
            if isinstance(count, int)
            else self._limits.icmp_count,
            timeout_s=self._limits.icmp_timeout_s,
        )

    def _after_ping(self, visiting: Visiting) -> None:
        result = visiting.results.get("icmp")
        device = visiting.device
        down = device.check is Check.ICMP and result is not None and not result.ok
        # No deep polling of what does not answer; and a confirmation asks just the one question.
        if (
            down
            or not self._deep.wants(visiting)
            or (
                visiting.visit is Visit.CONFIRMATION
                and device.check is Check.ICMP
                and visiting.tracked.verdict.state is State.DOWN
            )
        ):
            self._finish(visiting)
        else:
            self._deep.submit(visiting, self._finish)

    def _finish(self, visiting: Visiting) -> None:
        tracked = visiting.tracked
        tracked.busy = False
        self._visiting -= 1
        self._note_idle()
        if self._tracked.get(visiting.device.id) is not tracked:
            return  # retired or handed over while it was being probed
        if not self._draining:
            self._standstill.turn()
        if self._standstill.spoiled(visiting.began) and not visiting.is_good:
            # What was missed may have come while nobody could read it: this was no probe.
            self._again(visiting)
        else:
            self._count(visiting)
            self._reporter.report(visiting)
        self._plan_confirmation(tracked)

    def _again(self, visiting: Visiting) -> None:
        """Visit once more, under the time it was due; when that is over, the slot is lost."""
        tracked = visiting.tracked
        if visiting.visit is Visit.CONFIRMATION:
            return  # planned anew anyway
        if time.time() - visiting.at < tracked.device.interval_s:
            visit = Visit.FIRST if visiting.visit is Visit.FIRST else Visit.AGAIN
            self._agenda.add(tracked, visit, at=visiting.at)
        else:
            self._skip("stalled")

    def _count(self, visiting: Visiting) -> None:
        if "icmp" in visiting.results:
            elapsed_s = time.monotonic() - visiting.began
            self._metrics.probed("icmp", elapsed_s, ok=visiting.results["icmp"].ok)

    def _note_idle(self) -> None:
        if self._draining and not self._visiting:
            self._idle.set()

    def _plan_confirmation(self, tracked: Tracked) -> None:
        verdict, device = tracked.verdict, tracked.device
        if verdict.is_suspect or verdict.is_down:
            now = time.time()
            at = now + confirmation_s(device.interval_s)
            # The slot itself confirms when it comes first.
            if at < next_slot(now, device.interval_s, device.phase_s) - 1:
                self._agenda.add(tracked, Visit.CONFIRMATION, at=round(at, 3))


def _probing(device: Device) -> tuple[object, ...]:
    """Return what of a device makes its next probe differ."""
    return (
        device.address,
        device.interval_s,
        device.check,
        device.snmp,
        device.settings,
        device.rule,
    )
