"""One timer for many deadlines: entries are grouped by tick, none has a task of its own."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class TimerWheel(Generic[T]):
    """Calls `expire(item)` for each item once its delay has passed, to within one tick.

    `first` is called before: the loop may be late, and what waits to be read may be in time.
    """

    def __init__(
        self,
        expire: Callable[[T], None],
        *,
        tick_s: float = 0.01,
        first: Callable[[], None] = lambda: None,
    ) -> None:
        self._expire = expire
        self._first = first
        self._tick_s = tick_s
        self._slots: dict[int, list[T]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._next: int | None = None

    def add(self, item: T, *, at: float) -> None:
        """Expire the item at `at` on the running loop's clock."""
        tick = int(at / self._tick_s) + 1
        self._slots.setdefault(tick, []).append(item)
        if self._next is None or tick < self._next:
            self._arm(tick)

    def close(self) -> None:
        """Forget every entry."""
        self._slots.clear()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._next = None

    def _arm(self, tick: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._next = tick
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(tick * self._tick_s, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self._next = None
        self._first()
        now = int(asyncio.get_running_loop().time() / self._tick_s)
        due = sorted(tick for tick in self._slots if tick <= now)
        for tick in due:
            for item in self._slots.pop(tick):
                self._expire(item)
        if self._slots and self._next is None:
            self._arm(min(self._slots))
