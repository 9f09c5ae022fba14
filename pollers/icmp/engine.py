"""Bursts of echo requests to any number of targets from one socket a family.

Nothing is kept a target but its burst: no thread, no task, no timer. The pump sends a batch,
reads what came back, and gives the loop its turn; one wheel holds the deadlines.
"""

import asyncio
import os
import secrets
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from pollers.icmp.burst import MAX_COUNT, TOKEN_SHIFT, Burst, Deadlines
from pollers.icmp.packet import SECRET_BYTES, EchoTemplate
from pollers.icmp.receive import AT_ONCE, receiver_of
from pollers.icmp.send import AT_ONCE as BATCH
from pollers.icmp.send import sender_of
from pollers.icmp.sockets import IcmpSocket, IcmpUnavailableError, SocketMode, open_icmp

_BATCHES = 4
_RETRY_S = 0.001
_READS = 4
T = TypeVar("T")


class _Family:
    """The socket of one address family, and what sends and reads there."""

    __slots__ = ("is_listening", "mode", "receiver", "sender", "sock")

    def __init__(self, opened: IcmpSocket, *, ipv6: bool) -> None:
        self.sock = opened.sock
        self.mode = opened.mode
        identifier = os.getpid() & 0xFFFF
        secret = secrets.token_bytes(SECRET_BYTES)
        template = EchoTemplate(ipv6=ipv6, identifier=identifier, secret=secret)
        self.sender = sender_of(opened, template, ipv6=ipv6)
        self.receiver = receiver_of(opened, template, ipv6=ipv6)
        self.is_listening = False


class IcmpEngine:
    """Sends bursts, paced, and reports each when it is answered or its time is over."""

    def __init__(
        self,
        *,
        packets_per_s: float | None = 20_000,
        gap_s: float = 0.05,
        mode: SocketMode | None = None,
    ) -> None:
        self._interval_s = 1 / packets_per_s if packets_per_s else 0.0
        self._gap_s = gap_s
        self._mode = mode
        self._families: dict[bool, _Family] = {}
        self._fresh: deque[Burst] = deque()
        self._later: deque[tuple[float, Burst]] = deque()
        self._pending: dict[int, Burst] = {}
        self._deadlines = Deadlines(self._finish, first=self._read_all)
        self._next_token = secrets.randbits(32)
        self._pumping: asyncio.Handle | None = None
        self._allowed_at = 0.0
        self._strangers = 0

    @property
    def in_flight(self) -> int:
        """Return how many bursts are not finished."""
        return len(self._pending)

    @property
    def strangers(self) -> int:
        """Return how many packets were nobody's answer."""
        return self._strangers + sum(f.receiver.strangers for f in self._families.values())

    @property
    def send_errors(self) -> int:
        """Return how many packets could not be sent, and so were lost."""
        return sum(f.sender.errors for f in self._families.values())

    @property
    def modes(self) -> dict[str, str]:
        """Return how each open family's socket was obtained."""
        return {"ipv6" if v6 else "ipv4": str(family.mode) for v6, family in self._families.items()}

    def open(self) -> dict[str, str]:
        """Open the sockets now and return how; a family that cannot be opened is left out."""
        for ipv6 in (False, True):
            with suppress(IcmpUnavailableError):
                self._family(ipv6=ipv6)
        return self.modes

    def submit(
        self, address: str, on_done: Callable[[Burst], None], *, count: int, timeout_s: float
    ) -> None:
        """Queue a burst; `on_done` is called in the loop exactly once."""
        if not 1 <= count <= MAX_COUNT:
            raise ValueError(f"a burst has 1 to {MAX_COUNT} packets")
        self._next_token += 1
        burst = Burst(address, count, self._next_token, on_done, timeout_s)
        self._pending[burst.token] = burst
        self._fresh.append(burst)
        if self._pumping is None:
            self._wake(0.0)

    async def ping(self, address: str, *, count: int = 3, timeout_s: float = 1.0) -> Burst:
        """Return the finished burst of one target."""
        future: asyncio.Future[Burst] = asyncio.get_running_loop().create_future()
        self.submit(address, lambda b: _resolve(future, b), count=count, timeout_s=timeout_s)
        return await future

    async def sweep(
        self, addresses: Iterable[str], *, count: int = 1, timeout_s: float = 1.0
    ) -> list[Burst]:
        """Return the finished bursts of many targets, in the order they were finished."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        results: list[Burst] = []
        targets = list(addresses)
        if not targets:
            return results

        def collect(burst: Burst) -> None:
            results.append(burst)
            if len(results) == len(targets):
                _resolve(future, None)

        token, pending, fresh = self._next_token, self._pending, self._fresh
        for address in targets:
            token += 1
            burst = pending[token] = Burst(address, count, token, collect, timeout_s)
            fresh.append(burst)
        self._next_token = token
        self._wake(0.0)
        await future
        return results

    def close(self) -> None:
        """Close the sockets; bursts under way are never reported."""
        loop = asyncio.get_running_loop()
        for family in self._families.values():
            loop.remove_reader(family.sock.fileno())
            family.sock.close()
        self._families.clear()
        self._pending.clear()
        self._fresh.clear()
        self._later.clear()
        self._deadlines.close()
        if self._pumping is not None:
            self._pumping.cancel()

    def _wake(self, delay_s: float) -> None:
        if self._pumping is None:
            loop = asyncio.get_running_loop()
            self._pumping = (
                loop.call_later(delay_s, self._pump) if delay_s > 0 else loop.call_soon(self._pump)
            )

    def _pump(self) -> None:
        self._pumping = None
        now = asyncio.get_running_loop().time()
        if self._interval_s:
            self._allowed_at = max(self._allowed_at, now - BATCH * self._interval_s)
        # While there is more to send what comes is read in between: the loop need not wake for it.
        self._listen(on=bool(self._interval_s) or len(self._fresh) <= BATCH)
        for _ in range(_BATCHES):
            is_full = self._send_batch(now)
            for family in self._families.values():
                self._read(family)
            if is_full:
                self._wake(_RETRY_S)
                return
            if self._interval_s or not self._fresh:
                break
        self._listen(on=bool(self._interval_s) or not self._fresh)
        self._plan(now)

    def _listen(self, *, on: bool) -> None:
        loop = asyncio.get_running_loop()
        for family in self._families.values():
            if family.is_listening != on:
                family.is_listening = on
                if on:
                    loop.add_reader(family.sock.fileno(), self._read, family)
                else:
                    loop.remove_reader(family.sock.fileno())

    def _plan(self, now: float) -> None:
        if self._fresh or (self._later and self._later[0][0] <= now):
            self._wake(max(0.0, self._allowed_at - now))
        elif self._later:
            self._wake(max(self._later[0][0], self._allowed_at) - now)

    def _send_batch(self, now: float) -> bool:
        """Send what is due, a batch at most; True when the kernel's queue is full."""
        due = self._due(now)
        waiting: list[Burst] = []
        for ipv6 in (False, True):
            group = [burst for burst in due if burst.ipv6 is ipv6]
            if group:
                waiting += group[self._send(group, ipv6=ipv6) :]
        if waiting:
            self._fresh.extendleft(reversed(waiting))
            due = [burst for burst in due if burst not in waiting]
        later, sent = now + self._gap_s, []
        for burst in due:
            if burst.sent < len(burst.rtts_ms):
                self._later.append((later, burst))
            else:
                sent.append(burst)
        self._deadlines.add(sent, now)
        return bool(waiting)

    def _due(self, now: float) -> list[Burst]:
        fresh, later, interval_s = self._fresh, self._later, self._interval_s
        due: list[Burst] = []
        while len(due) < BATCH:
            if interval_s and self._allowed_at > now:
                break
            if later and later[0][0] <= now:
                due.append(later.popleft()[1])
            elif fresh:
                due.append(fresh.popleft())
            else:
                break
            self._allowed_at += interval_s
        return due

    def _send(self, bursts: list[Burst], *, ipv6: bool) -> int:
        """Send each burst's next packet; return how many of them need not wait."""
        try:
            family = self._families.get(ipv6) or self._family(ipv6=ipv6)
        except IcmpUnavailableError:
            for burst in bursts:
                burst.unsendable = True
                burst.sent = len(burst.rtts_ms)
                self._finish(burst)
            return len(bursts)
        return family.sender.send(bursts)

    def _family(self, *, ipv6: bool) -> _Family:
        family = self._families.get(ipv6)
        if family is None:
            family = _Family(open_icmp(ipv6=ipv6, mode=self._mode), ipv6=ipv6)
            self._families[ipv6] = family
            self._listen(on=True)
        return family

    def _read_all(self) -> None:
        for family in self._families.values():
            self._read(family)

    def _read(self, family: _Family) -> None:
        pending = self._pending
        # Bounded, so that a flood cannot keep the loop from its other work.
        for _ in range(_READS):
            answers = family.receiver.read()
            for token, source, arrived_ns in answers:
                burst = pending.get(token >> TOKEN_SHIFT)
                if burst is None or burst.packed != source:
                    self._strangers += 1
                    continue
                index = token & (MAX_COUNT - 1)
                if index >= burst.sent or burst.rtts_ms[index] is not None:
                    continue
                elapsed_ns = arrived_ns - burst.sent_ns[index]
                burst.rtts_ms[index] = elapsed_ns / 1e6 if elapsed_ns > 0 else 0.0
                burst.outstanding -= 1
                if not burst.outstanding:
                    burst.done = True
                    del pending[burst.token]
                    burst.on_done(burst)
            if len(answers) < AT_ONCE:
                return

    def _finish(self, burst: Burst) -> None:
        if not burst.done:
            burst.done = True
            self._pending.pop(burst.token, None)
            burst.on_done(burst)


def _resolve(future: "asyncio.Future[T]", result: T) -> None:
    if not future.done():
        future.set_result(result)
