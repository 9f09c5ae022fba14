"""Runs checks, each in its own slots, while the device they belong to is polled here and up."""

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from netpulse.observability import logger

from pollers.checks.keyring import Keyring
from pollers.checks.results import CheckResults
from pollers.checks.spec import CheckSpec
from pollers.domain.device import Sample
from pollers.domain.schedule import next_slot
from pollers.domain.verdict import State
from pollers.metrics import Metrics
from pollers.pace import every, wait_for
from pollers.ports import Cycle, Result, SampleSink
from pollers.probes.result import ProbeResult
from pollers.probes.target import Probe

_FLUSH_S = 1.0
_IDLE_S = 1.0
_FIRST_AGAIN_S = 2.0
_FIRST_TRIES = 15
_DRAIN_S = 5.0
# More new checks than these at once are a fleet's, not somebody's additions.
_AT_ONCE = 50
_SPREAD_S = 60.0


class Checks(Protocol):
    """Which checks there are."""

    def changes(self) -> AsyncIterator[Mapping[UUID, CheckSpec]]:
        """Yield all checks, at once and whenever they changed."""
        ...


class Desk(Protocol):
    """Knows what was told last of each device polled here, and tells more."""

    def standing(self, device_id: UUID) -> Result | None:
        """Return what was told last of a device; None when it is not polled here."""
        ...

    def tell(self, device_id: UUID, values: tuple[Sample, ...]) -> None:
        """Tell values that rules watch."""
        ...


class CheckRunner:
    """One task while a check is under way, none while it waits for its slot."""

    def __init__(
        self,
        checks: Checks,
        probes: Mapping[str, Probe],
        *,
        keyring: Keyring,
        desk: Desk,
        samples: SampleSink,
        results: CheckResults,
        metrics: Metrics,
        at_once: int = 100,
    ) -> None:
        self._checks = checks
        self._probes = probes
        self._keyring = keyring
        self._desk = desk
        self._samples = samples
        self._results = results
        self._metrics = metrics
        self._gate = asyncio.Semaphore(at_once)
        self._specs: dict[UUID, CheckSpec] = {}
        self._agenda: list[tuple[float, int, UUID, int, int]] = []
        # Raised when a check is planned anew: what was planned before is void then.
        self._generations: dict[UUID, int] = {}
        self._count = 0
        self._busy: set[UUID] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._earlier = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Run checks until told to stop; let those under way end, within bounds."""
        working = [asyncio.create_task(work) for work in (self._follow(), self._keep_time())]
        writing = asyncio.create_task(every(_FLUSH_S, self._results.flush, stop))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({*working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for task in working:
            task.cancel()
        ended = await asyncio.gather(*working, return_exceptions=True)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_DRAIN_S)
        for under_way in self._tasks:
            under_way.cancel()
        if not stop.is_set():
            writing.cancel()
            raise next(error for error in ended if isinstance(error, Exception))
        await writing
        await self._results.flush()

    async def _follow(self) -> None:
        async for specs in self._checks.changes():
            self.update(specs)

    def update(self, specs: Mapping[UUID, CheckSpec]) -> None:
        """Run the checks given, and no others."""
        now = time.time()
        for gone in self._specs.keys() - specs.keys():
            del self._specs[gone], self._generations[gone]
            self._results.forget(gone)
        changed = [spec for spec in specs.values() if self._differs(spec)]
        for spec in changed:
            known = self._specs.get(spec.id)
            self._specs[spec.id] = spec
            self._count += 1
            self._generations[spec.id] = self._count
            if known is not None and known.settings != spec.settings:
                self._results.forget(spec.id)
            wait_s = 0.0 if len(changed) <= _AT_ONCE else spec.phase_s % _SPREAD_S
            self._plan(spec, round(now + wait_s, 3), _FIRST_TRIES)
            self._plan(spec, next_slot(now + wait_s, spec.interval_s, spec.phase_s), 0)
        self._keyring.keep({s.credential.id for s in specs.values() if s.credential})
        self._metrics.set("netpulse_poller_checks", len(self._specs))

    def _differs(self, spec: CheckSpec) -> bool:
        known = self._specs.get(spec.id)
        if known is None:
            return True
        if replace(known, target=spec.target, watched=spec.watched) == spec:
            # A pin or a rule more needs no check at once, but stands from the next one on.
            only_quiet = replace(known.target, pinned=spec.target.pinned) == spec.target
            if only_quiet:
                self._specs[spec.id] = spec
                return False
        return True

    def _plan(self, spec: CheckSpec, at: float, tries: int) -> None:
        self._count += 1
        generation = self._generations[spec.id]
        heapq.heappush(self._agenda, (at, self._count, spec.id, generation, tries))
        if self._agenda[0][1] == self._count:
            self._earlier.set()

    async def _keep_time(self) -> None:
        while True:
            self._earlier.clear()
            now = time.time()
            while self._agenda and self._agenda[0][0] <= now:
                at, _, check_id, generation, tries = heapq.heappop(self._agenda)
                if self._generations.get(check_id) == generation:
                    self._start(self._specs[check_id], at, tries, now)
            wait_s = min(_IDLE_S, self._agenda[0][0] - now) if self._agenda else _IDLE_S
            await wait_for(self._earlier, max(0.0, wait_s))

    def _start(self, spec: CheckSpec, at: float, tries: int, now: float) -> None:
        is_slot = tries == 0
        if is_slot:
            self._plan(spec, next_slot(max(now, at), spec.interval_s, spec.phase_s), 0)
        standing = self._desk.standing(spec.device_id)
        if standing is None:
            # Polled by another, or added with its device just now.
            if tries > 1:
                self._plan(spec, now + _FIRST_AGAIN_S, tries - 1)
            return
        if standing.verdict.state is State.DOWN:
            return  # what it serves is away with it, and nobody needs to be told twice
        if spec.id in self._busy or now - at > spec.interval_s:
            self._skip("busy" if spec.id in self._busy else "late")
            return
        self._busy.add(spec.id)
        task = asyncio.get_running_loop().create_task(self._run(spec, at))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _skip(self, reason: str) -> None:
        self._metrics.add("netpulse_poller_skipped_checks_total", reason=reason)

    async def _run(self, spec: CheckSpec, at: float) -> None:
        try:
            if not await self._has_turn(spec):
                self._skip("overload")
                return
            try:
                began = time.monotonic()
                result = await self._ask(spec)
            finally:
                self._gate.release()
            self._metrics.probed(spec.kind, time.monotonic() - began, ok=result.ok)
            if self._desk.standing(spec.device_id) is not None and spec.id in self._specs:
                self._take(spec, result, at)
        finally:
            self._busy.discard(spec.id)

    async def _has_turn(self, spec: CheckSpec) -> bool:
        try:
            async with asyncio.timeout(spec.interval_s):
                return await self._gate.acquire()
        except TimeoutError:
            return False

    async def _ask(self, spec: CheckSpec) -> ProbeResult:
        target = spec.target
        if spec.credential is not None:
            secret = await self._keyring.open(spec.credential)
            if secret is None:
                return ProbeResult(ok=False, reason=f"{spec.kind} credential not readable")
            target = replace(target, secret=secret)
        try:
            async with asyncio.timeout(spec.timeout_s):
                return await self._probes[spec.kind](target, spec.settings)
        except TimeoutError:
            return ProbeResult(ok=False, reason=f"{spec.kind} timeout")
        except Exception:
            # A probe's results are its failures, too; this one is ours.
            self._metrics.add("netpulse_poller_errors_total", where="check")
            logger.exception("check failed unexpectedly", check_id=str(spec.id))
            return ProbeResult(ok=False, reason=f"{spec.kind} probe failed")

    def _take(self, spec: CheckSpec, result: ProbeResult, at: float) -> None:
        samples = samples_of(spec, result)
        self._metrics.add("netpulse_poller_samples_total", value=len(samples))
        self._samples.record(
            Cycle.of(
                spec.device_id,
                spec.organization_id,
                spec.device_number,
                spec.organization_number,
                at,
                samples,
            )
        )
        self._results.keep(spec, result, at)
        watched = tuple(sample for sample in samples if sample.metric in spec.watched)
        self._desk.tell(spec.device_id, watched)


def samples_of(spec: CheckSpec, result: ProbeResult) -> tuple[Sample, ...]:
    """Return a result as samples of the check's own entity; `check_ok` is 1 or 0."""
    samples = [Sample("check_ok", float(result.ok), "", kind="status")]
    if result.response_ms is not None:
        samples.append(Sample("check_response_ms", result.response_ms, "ms"))
    samples += result.samples
    return tuple(replace(sample, entity=spec.entity) for sample in samples)
