"""Bursts of echo requests to any number of targets from one socket a family.

Nothing is kept a target but its burst: no thread, no task, no timer. The pump sends a batch,
reads what came back, and gives the loop its turn; one wheel holds the deadlines.
"""

import asyncio
import os
import secrets
import struct
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from pollers.icmp.packet import SECRET_BYTES, EchoTemplate
from pollers.icmp.sockets import IcmpSocket, IcmpUnavailableError, SocketMode, open_icmp
from pollers.wheel import TimerWheel

BATCH = 32
_RETRY_S = 0.001
_ANCILLARY_BYTES = 64
_RECEIVE_BYTES = 2048
_TIMESPEC = struct.Struct("qq")
_MAX_COUNT = 64
T = TypeVar("T")
_TOKEN_SHIFT = 6


class Burst:
    """One target's echo requests and what has come back of them."""

    __slots__ = (
        "address",
        "done",
        "on_done",
        "outstanding",
        "rtts_ms",
        "sent",
        "sent_ns",
        "token",
        "unsendable",
    )

    def __init__(
        self, address: str, count: int, token: int, on_done: Callable[["Burst"], None]
    ) -> None:
        self.address = address
        self.token = token
        self.on_done = on_done
        self.sent = 0
        self.outstanding = count
        self.sent_ns = [0] * count
        self.rtts_ms: list[float | None] = [None] * count
        self.done = False
        # No socket of this family may be opened: the poller is blind, the device not down.
        self.unsendable = False


class _Family:
    """The socket of one address family and its packet buffer."""

    __slots__ = ("mode", "recvmsg", "sendto", "sock", "template")

    def __init__(self, opened: IcmpSocket, *, ipv6: bool) -> None:
        self.sock = opened.sock
        self.mode = opened.mode
        self.sendto = opened.sock.sendto
        self.recvmsg = opened.sock.recvmsg
        identifier = os.getpid() & 0xFFFF
        secret = secrets.token_bytes(SECRET_BYTES)
        self.template = EchoTemplate(ipv6=ipv6, identifier=identifier, secret=secret)


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
        self._fresh: deque[tuple[Burst, float]] = deque()
        self._later: deque[tuple[float, Burst, float]] = deque()
        self._pending: dict[int, Burst] = {}
        self._wheel: TimerWheel[Burst] = TimerWheel(self._finish)
        self._next_token = secrets.randbits(32)
        self._pumping: asyncio.Handle | None = None
        self._allowed_at = 0.0
        self.send_errors = 0
        self.strangers = 0

    @property
    def in_flight(self) -> int:
        """Return how many bursts are not finished."""
        return len(self._pending)

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
        if not 1 <= count <= _MAX_COUNT:
            raise ValueError(f"a burst has 1 to {_MAX_COUNT} packets")
        self._next_token += 1
        burst = Burst(address, count, self._next_token, on_done)
        self._pending[burst.token] = burst
        self._fresh.append((burst, timeout_s))
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

        for address in targets:
            self.submit(address, collect, count=count, timeout_s=timeout_s)
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
        self._wheel.close()
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
        for _ in range(BATCH):
            if self._interval_s and self._allowed_at > now:
                break
            item = self._next_due(now)
            if item is None:
                break
            if not self._send(*item, now):
                self._fresh.appendleft(item)
                self._wake(_RETRY_S)
                break
            self._allowed_at += self._interval_s
        for family in self._families.values():
            self._read(family)
        self._plan(now)

    def _plan(self, now: float) -> None:
        if self._fresh or (self._later and self._later[0][0] <= now):
            self._wake(max(0.0, self._allowed_at - now))
        elif self._later:
            self._wake(max(self._later[0][0], self._allowed_at) - now)

    def _next_due(self, now: float) -> tuple[Burst, float] | None:
        if self._later and self._later[0][0] <= now:
            _, burst, timeout_s = self._later.popleft()
            return burst, timeout_s
        return self._fresh.popleft() if self._fresh else None

    def _send(self, burst: Burst, timeout_s: float, now: float) -> bool:
        """Return False when the kernel's queue is full and the packet must wait."""
        index = burst.sent
        address = burst.address
        try:
            family = self._family(ipv6=":" in address)
            packet = family.template.fill(burst.token << _TOKEN_SHIFT | index)
            burst.sent_ns[index] = time.time_ns()
            family.sendto(packet, (address, 0))
        except (BlockingIOError, InterruptedError):
            return False
        except IcmpUnavailableError:
            burst.unsendable = True
            self._finish(burst)
            return True
        except OSError as error:
            if error.errno in _FULL:
                return False
            # No route, no such address, no permission: the packet is lost like any other.
            self.send_errors += 1
        burst.sent = index + 1
        if burst.sent < len(burst.rtts_ms):
            self._later.append((now + self._gap_s, burst, timeout_s))
        elif not burst.done:
            self._wheel.add(burst, at=now + timeout_s)
        return True

    def _family(self, *, ipv6: bool) -> _Family:
        family = self._families.get(ipv6)
        if family is None:
            family = _Family(open_icmp(ipv6=ipv6, mode=self._mode), ipv6=ipv6)
            self._families[ipv6] = family
            loop = asyncio.get_running_loop()
            loop.add_reader(family.sock.fileno(), self._read, family)
        return family

    def _read(self, family: _Family) -> None:
        recvmsg = family.recvmsg
        token_of = family.template.token_of
        with suppress(BlockingIOError, InterruptedError):
            # Bounded, so that a flood cannot keep the loop from its other work.
            for _ in range(BATCH * 8):
                data, ancillary, _, source = recvmsg(_RECEIVE_BYTES, _ANCILLARY_BYTES)
                token = token_of(data)
                if token is None:
                    self.strangers += 1
                    continue
                self._answer(token, ancillary, source[0])

    def _answer(self, token: int, ancillary: list[tuple[int, int, bytes]], source: str) -> None:
        burst = self._pending.get(token >> _TOKEN_SHIFT)
        if burst is None or not _same(burst.address, source):
            self.strangers += 1
            return
        index = token & (_MAX_COUNT - 1)
        if index >= burst.sent or burst.rtts_ms[index] is not None:
            return
        arrived_ns = time.time_ns()
        if ancillary and len(ancillary[0][2]) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
            arrived_ns = seconds * 1_000_000_000 + nanoseconds
        burst.rtts_ms[index] = max(0, arrived_ns - burst.sent_ns[index]) / 1e6
        burst.outstanding -= 1
        if not burst.outstanding:
            self._finish(burst)

    def _finish(self, burst: Burst) -> None:
        if not burst.done:
            burst.done = True
            self._pending.pop(burst.token, None)
            burst.on_done(burst)


_FULL = frozenset({11, 105})  # EAGAIN, ENOBUFS


def _same(wanted: str, source: str) -> bool:
    if wanted == source:
        return True
    return ":" in wanted and _packed(wanted) == _packed(source)


def _packed(address: str) -> str:
    import ipaddress  # noqa: PLC0415 - only for the rare second spelling of an IPv6 address

    return str(ipaddress.ip_address(address.partition("%")[0]))


def _resolve(future: "asyncio.Future[T]", result: T) -> None:
    if not future.done():
        future.set_result(result)
