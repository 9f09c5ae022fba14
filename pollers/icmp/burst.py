"""One target's echo requests, and the instants at which their time is over."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable

TOKEN_SHIFT = 6
MAX_COUNT = 1 << TOKEN_SHIFT
_IPV4_BYTES = 4
_NOWHERE = b"\xff" * _IPV4_BYTES  # broadcast, which needs a permission that is not asked for


def packed(address: str) -> bytes:
    """Return an address as it stands in socket addresses.

    An IPv6 address is followed by the number of its zone, which is 0 but for link-local ones. What
    is no address becomes one that the kernel sends nothing to: its packets are lost.
    """
    host, _, zone = address.partition("%")
    try:
        if ":" not in host:
            return socket.inet_pton(socket.AF_INET, host)
        index = socket.if_nametoindex(zone) if zone else 0
        return socket.inet_pton(socket.AF_INET6, host) + struct.pack("=I", index)
    except OSError:
        return _NOWHERE


class Burst:
    """One target's echo requests and what has come back of them."""

    __slots__ = (
        "address",
        "done",
        "ipv6",
        "on_done",
        "outstanding",
        "packed",
        "rtts_ms",
        "sent",
        "sent_ns",
        "timeout_s",
        "token",
        "unsendable",
    )

    def __init__(
        self,
        address: str,
        count: int,
        token: int,
        on_done: Callable[["Burst"], None],
        timeout_s: float = 1.0,
    ) -> None:
        self.address = address
        self.packed = packed(address)
        self.ipv6 = len(self.packed) > _IPV4_BYTES
        self.token = token
        self.on_done = on_done
        self.timeout_s = timeout_s
        self.sent = 0
        self.outstanding = count
        self.sent_ns = [0] * count
        self.rtts_ms: list[float | None] = [None] * count
        self.done = False
        # No socket of this family may be opened: the poller is blind, the device not down.
        self.unsendable = False


class Deadlines:
    """Calls `expire(burst)` when a burst's time is over, unless it is done by then.

    Bursts of one time-out become due in the order in which they were sent, and those sent together
    become due together: a queue of batches for each time-out is enough.
    """

    def __init__(
        self, expire: Callable[[Burst], None], *, first: Callable[[], None] = lambda: None
    ) -> None:
        self._expire = expire
        self._first = first
        self._queues: dict[float, deque[tuple[float, list[Burst]]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due_at = 0.0

    def add(self, bursts: list[Burst], now: float) -> None:
        """Give each of some bursts its time-out from now."""
        batches: dict[float, list[Burst]] = {}
        for burst in bursts:
            if not burst.done:
                batches.setdefault(burst.timeout_s, []).append(burst)
        for timeout_s, batch in batches.items():
            queue = self._queues.setdefault(timeout_s, deque())
            queue.append((now + timeout_s, batch))
            self._arm(queue[0][0])

    def close(self) -> None:
        """Forget every burst."""
        self._queues.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, at: float) -> None:
        if self._timer is not None:
            if self._due_at <= at:
                return
            self._timer.cancel()
        self._due_at = at
        self._timer = asyncio.get_running_loop().call_at(at, self._fire)

    def _fire(self) -> None:
        self._timer = None
        # The loop may be late, and what waits to be read may be an answer that came in time.
        self._first()
        now = asyncio.get_running_loop().time()
        for timeout_s, queue in list(self._queues.items()):
            while queue and queue[0][0] <= now:
                for burst in queue.popleft()[1]:
                    if not burst.done:
                        self._expire(burst)
            if queue:
                self._arm(queue[0][0])
            elif self._queues.get(timeout_s) is queue:
                del self._queues[timeout_s]
