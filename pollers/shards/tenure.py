"""A poller's hold on its shards: a heartbeat, an eye on the others', and the map they agree on.

No two clocks are compared. A poller is dead when its heartbeat has not grown for the length of a
lease, on the watch of the one who looks; its own lease it counts from before the heartbeat is sent.
What a poller that has lost its shards without knowing still says is fenced by the shards' epochs.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from netpulse.observability import logger

from pollers.domain.shards import ShardMap, rebalanced
from pollers.metrics import Metrics
from pollers.pace import wait_for
from pollers.shards.ports import LeaseStore, Member, Snapshot

T = TypeVar("T")
BEAT_S = 2.0
LEASE_S = 9.0
_MARGIN_S = 1.0
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Seen:
    beat: int
    at: float


class Tenure:
    """Knows which shards are this poller's, and under which epoch each."""

    def __init__(
        self,
        name: str,
        store: LeaseStore,
        metrics: Metrics,
        *,
        status: Callable[[], Mapping[str, Any]] = dict,
        beat_every_s: float = BEAT_S,
        lease_s: float = LEASE_S,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self._store = store
        self._metrics = metrics
        self._status = status
        self._beat_every_s = beat_every_s
        self._lease_s = lease_s
        self._monotonic = monotonic
        self._wall = wall
        # One thread: what was asked later is never done earlier.
        self._thread = ThreadPoolExecutor(1, "leases")
        self._beat = 0
        self._seen: dict[str, _Seen] = {}
        self._read_at = float("-inf")
        self._safe_until = float("-inf")
        self._held: Mapping[int, int] | None = None
        self._changed = asyncio.Event()
        self._turn = asyncio.Lock()
        self._has_left = False

    @property
    def held(self) -> Mapping[int, int]:
        """Return this poller's shards, each with its epoch."""
        return self._held or {}

    @property
    def is_certain(self) -> bool:
        """Return whether nobody else can have taken the shards yet."""
        return self._monotonic() < self._safe_until

    async def changed(self, known: Mapping[int, int] | None) -> Mapping[int, int]:
        """Return the shards as soon as they are others than those known; None for not any yet."""
        while self._held is None or self._held == known:
            self._changed.clear()
            await self._changed.wait()
        return self._held

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the lease until told to stop; the store's absence ends nothing."""
        while not stop.is_set() and not self._has_left:
            await self.turn()
            await wait_for(stop, self._beat_every_s)

    async def turn(self) -> None:
        """Beat once, look at the others, and take a fair share."""
        async with self._turn:
            if not self._has_left:
                await self._take_turn()

    async def _take_turn(self) -> None:
        began = self._monotonic()
        self._beat += 1
        try:
            await self._ask(self._store.beat, self.name, Member(self._beat, dict(self._status())))
            self._safe_until = began + self._lease_s - _MARGIN_S
            await self._settle()
        except Exception as error:
            # Whatever it was: polling goes on under the epochs held, and the fence decides.
            self._metrics.add("netpulse_poller_lease_failures_total")
            logger.warning("leases not kept", reason=type(error).__name__)
        self._metrics.set("netpulse_poller_lease_certain", float(self.is_certain))

    async def leave(self) -> None:
        """Give all shards to the others at once."""
        self._has_left = True
        async with self._turn:
            await self._hand_over()

    async def _hand_over(self) -> None:
        try:
            for _ in range(_TRIES):
                snapshot = await self._ask(self._store.read)
                others = self._alive(snapshot) - {self.name}
                wanted = rebalanced(snapshot.map, others, now_s=int(self._wall()))
                if wanted is snapshot.map or await self._ask(self._store.replace, wanted):
                    break
            await self._ask(self._store.forget, self.name)
        except Exception as error:
            logger.warning("shards not handed over", reason=type(error).__name__)

    def close(self) -> None:
        """End the thread that talks to the store."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _settle(self) -> None:
        for _ in range(_TRIES):
            snapshot = await self._ask(self._store.read)
            alive = self._alive(snapshot)
            wanted = rebalanced(snapshot.map, alive, now_s=int(self._wall()))
            if wanted is snapshot.map or await self._ask(self._store.replace, wanted):
                self._hold(wanted)
                await self._forget_dead(snapshot, alive)
                return

    def _alive(self, snapshot: Snapshot) -> set[str]:
        now = self._monotonic()
        if now - self._read_at > self._lease_s / 2:
            # We could not look for a while: nobody is dead because we were blind.
            self._seen.clear()
        self._read_at = now
        self._seen = {
            name: (
                seen
                if (seen := self._seen.get(name)) and seen.beat == member.beat
                else _Seen(member.beat, now)
            )
            for name, member in snapshot.members.items()
        }
        return {self.name} | {
            name for name, seen in self._seen.items() if now - seen.at < self._lease_s
        }

    def _hold(self, shards: ShardMap) -> None:
        held = shards.held_by(self.name)
        self._metrics.set("netpulse_poller_shards", len(held))
        if held != self._held:
            logger.info("shards changed", shards=len(held), version=shards.version)
            self._held = held
            self._changed.set()

    async def _forget_dead(self, snapshot: Snapshot, alive: set[str]) -> None:
        for name in snapshot.members.keys() - alive:
            logger.warning("poller is dead", poller_name=name)
            await self._ask_forget(name, snapshot.members[name].beat)

    async def _ask_forget(self, name: str, beat: int) -> None:
        await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: self._store.forget(name, beat=beat)
        )

    async def _ask(self, question: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, *arguments)
