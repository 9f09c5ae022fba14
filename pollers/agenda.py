"""When which device is visited next: a heap of due times, cleared of the past by generations."""

import asyncio
import heapq
from dataclasses import dataclass

from pollers.tracked import Tracked, Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit that is due."""

    tracked: Tracked
    visit: Visit
    at: float
    generation: int


class Agenda:
    """Holds the due visits in order and says when the next is."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Entry]] = []
        self._count = 0
        self._earlier = asyncio.Event()

    def add(self, tracked: Tracked, visit: Visit, *, at: float) -> None:
        """Note a visit at `at` (epoch seconds)."""
        self._count += 1
        entry = Entry(tracked, visit, at, tracked.generation)
        heapq.heappush(self._heap, (at, self._count, entry))
        if self._heap[0][1] == self._count:
            self._earlier.set()

    def due(self, now: float) -> list[Entry]:
        """Take out the visits whose time has come; those of changed devices are dropped."""
        entries = []
        while self._heap and self._heap[0][0] <= now:
            _, _, entry = heapq.heappop(self._heap)
            if entry.generation == entry.tracked.generation:
                entries.append(entry)
        return entries

    async def wait(self, now: float, *, at_most_s: float) -> None:
        """Return when the next visit may be due, or when an earlier one was noted."""
        self._earlier.clear()
        delay = at_most_s
        if self._heap:
            delay = max(0.0, min(at_most_s, self._heap[0][0] - now))
        try:
            await asyncio.wait_for(self._earlier.wait(), delay)
        except TimeoutError:
            return
