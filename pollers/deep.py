"""Deep probes of one device: everything beyond the ping, each within its own deadline."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from netpulse.observability import logger

from pollers.metrics import Metrics
from pollers.ports import FindingsSink
from pollers.probes.result import ProbeResult
from pollers.probes.snmp import SnmpProbe
from pollers.probes.table import DeepProbe
from pollers.tracked import Visiting

T = TypeVar("T")
Done = Callable[[Visiting], None]
_PROBE_S = 5.0
_MAX_VISIT_S = 60.0
_SHARE_OF_INTERVAL = 0.9
_WEEDING_S = 0.5


class DeepProber:
    """Runs the probes of the table and SNMP, on so many devices at once; the others stand in line.

    Who waits costs a place in the line, not a task: of thousands due in one second most wait.
    """

    def __init__(
        self,
        snmp: SnmpProbe,
        table: Mapping[str, DeepProbe],
        findings: FindingsSink,
        metrics: Metrics,
        *,
        at_once: int = 400,
    ) -> None:
        self._snmp = snmp
        self._table = table
        self._findings = findings
        self._metrics = metrics
        self._at_once = at_once
        self._line: deque[tuple[float, Visiting, Done]] = deque()
        self._serving = 0
        self._weeding: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def wants(self, visiting: Visiting) -> bool:
        """Return whether there is anything to be probed beyond the ping."""
        device = visiting.device
        return device.snmp is not None or any(device.section(name) for name in self._table)

    def submit(self, visiting: Visiting, done: Done) -> None:
        """Probe a device in its turn, within its interval; call back when that is over."""
        loop = asyncio.get_running_loop()
        bound = min(_MAX_VISIT_S, visiting.device.interval_s * _SHARE_OF_INTERVAL)
        self._line.append((loop.time() + bound, visiting, done))
        if self._serving < self._at_once:
            self._serving += 1
            task = loop.create_task(self._serve())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif self._weeding is None:
            self._weeding = loop.call_later(_WEEDING_S, self._weed)

    def stop(self) -> None:
        """Give up what is under way and who waits."""
        self._line.clear()
        if self._weeding is not None:
            self._weeding.cancel()
        for task in self._tasks:
            task.cancel()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._line:
                deadline, visiting, done = self._line.popleft()
                if loop.time() >= deadline:
                    self._give_up(visiting, done)
                    continue
                await self._probe(visiting, deadline)
                # of the loop, so that what goes wrong there ends nobody's turn
                loop.call_soon(done, visiting)
        finally:
            self._serving -= 1

    def _weed(self) -> None:
        """Send those home who waited for as long as they may."""
        loop = asyncio.get_running_loop()
        now, line = loop.time(), self._line
        self._line = deque(waiting for waiting in line if waiting[0] > now)
        for deadline, visiting, done in line:
            if deadline <= now:
                self._give_up(visiting, done)
        self._weeding = loop.call_later(_WEEDING_S, self._weed) if self._line else None

    def _give_up(self, visiting: Visiting, done: Done) -> None:
        # No turn within the interval: the poller is overloaded, the device not to blame.
        visiting.blind = "no turn"
        self._metrics.add("netpulse_poller_skipped_slots_total", reason="overload")
        asyncio.get_running_loop().call_soon(done, visiting)

    async def _probe(self, visiting: Visiting, deadline: float) -> None:
        """Probe a device; whatever happens to one must never stop the others' polling."""
        try:
            await self._probe_all(visiting, deadline)
        except Exception:
            self._metrics.add("netpulse_poller_errors_total", where="probe")
            logger.exception("probe failed unexpectedly", device_id=str(visiting.device.id))
            visiting.blind = "probe failed"

    async def _probe_all(self, visiting: Visiting, deadline: float) -> None:
        device = visiting.device
        for name, probe in self._table.items():
            settings = device.section(name)
            if settings or device.check == name:
                limit = min(deadline, asyncio.get_running_loop().time() + _limit_of(settings))
                began = time.monotonic()
                result = await _within(limit, probe(device, settings))
                self._take(visiting, name, result or _too_slow(name), began)
        tracked = visiting.tracked
        tracked.snmp = state = self._snmp.state_for(device, tracked.snmp)
        if state is None:
            return
        began = time.monotonic()
        answer = await _within(deadline, self._snmp(state))
        result, portrait = answer or (_too_slow("snmp"), None)
        self._take(visiting, "snmp", result, began)
        if portrait is not None:
            self._findings.found(device, portrait.finding)

    def _take(self, visiting: Visiting, protocol: str, result: ProbeResult, began: float) -> None:
        visiting.take(protocol, result)
        self._metrics.probed(protocol, time.monotonic() - began, ok=result.ok)


async def _within(deadline: float, work: Awaitable[T]) -> T | None:
    try:
        async with asyncio.timeout_at(deadline):
            return await work
    except TimeoutError:
        return None


def _limit_of(settings: Mapping[str, object]) -> float:
    seconds = settings.get("timeout_seconds")
    return float(seconds) if isinstance(seconds, int | float) and seconds > 0 else _PROBE_S


def _too_slow(protocol: str) -> ProbeResult:
    return ProbeResult(ok=False, reason=f"{protocol} timeout")
