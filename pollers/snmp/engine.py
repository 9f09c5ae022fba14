"""One UDP socket for all SNMP agents: requests out, answers matched, deadlines on one wheel."""

import asyncio
import secrets
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, overload

from pollers.icmp.sockets import SO_RCVBUFFORCE
from pollers.snmp.ber import BerError
from pollers.snmp.message import Response, decode_response
from pollers.snmp.secure import Report, SecureChannel, message_id
from pollers.wheel import TimerWheel

_READ_BATCH = 64
_BUFFER_BYTES = 4 << 20
_RETRY_S = 0.002
_VERSION_3 = b"\x02\x01\x03"


class SnmpTimeoutError(TimeoutError):
    """The agent did not answer, however often it was asked."""


@dataclass(slots=True)
class EngineCounters:
    """What the engine has seen; served as metrics."""

    sent: int = 0
    retried: int = 0
    answered: int = 0
    timed_out: int = 0
    ignored: int = 0
    malformed: int = 0
    seconds: float = 0.0


@dataclass(slots=True, eq=False)
class _Request:
    address: tuple[str, int]
    asker: "bytes | SecureChannel"
    request_id: int
    packet: bytes
    timeout_s: float
    tries_left: int
    future: "asyncio.Future[Any]"
    sent_at: float = 0.0
    done: bool = False


_Answer = tuple[_Request, Response | Report]


class SnmpEngine:
    """Asks agents and waits for each answer, hundreds of them at a time."""

    def __init__(self) -> None:
        self._sockets: dict[bool, socket.socket] = {}
        self._pending: dict[int, _Request] = {}
        self._wheel: TimerWheel[_Request] = TimerWheel(
            self._expire, tick_s=0.02, first=self._read_all
        )
        self._last_id = secrets.randbits(30)
        self.counters = EngineCounters()

    @property
    def in_flight(self) -> int:
        """Return how many requests wait for their answer."""
        return len(self._pending)

    def new_id(self) -> int:
        """Return a request id that no request under way has."""
        while True:
            self._last_id = self._last_id % 0x7FFFFFFE + 1
            if self._last_id not in self._pending:
                return self._last_id

    @overload
    async def ask(
        self,
        address: tuple[str, int],
        asker: bytes,
        request_id: int,
        packet: bytes,
        timeout_s: float,
        retries: int,
    ) -> Response: ...

    @overload
    async def ask(
        self,
        address: tuple[str, int],
        asker: SecureChannel,
        request_id: int,
        packet: bytes,
        timeout_s: float,
        retries: int,
    ) -> Response | Report: ...

    async def ask(  # noqa: PLR0917 - the hot path
        self,
        address: tuple[str, int],
        asker: bytes | SecureChannel,
        request_id: int,
        packet: bytes,
        timeout_s: float,
        retries: int,
    ) -> Any:
        """Return the agent's answer to an encoded request, or raise SnmpTimeoutError.

        Who asks (a community, or a secure channel) tells what an answer must show to be one.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        request = _Request(address, asker, request_id, packet, timeout_s, retries, future)
        self._pending[request_id] = request
        try:
            self._send(request)
            return await future
        finally:
            request.done = True
            self._pending.pop(request_id, None)

    def close(self) -> None:
        """Close the sockets and fail what is under way."""
        loop = asyncio.get_running_loop()
        for sock in self._sockets.values():
            loop.remove_reader(sock.fileno())
            sock.close()
        self._sockets.clear()
        for request in list(self._pending.values()):
            request.future.cancel()
        self._wheel.close()

    def _send(self, request: _Request) -> None:
        loop = asyncio.get_running_loop()
        request.sent_at = time.perf_counter()
        delay = request.timeout_s
        try:
            sock = self._socket(ipv6=":" in request.address[0])
            sock.sendto(request.packet, request.address)
            self.counters.sent += 1
        except (BlockingIOError, InterruptedError):
            request.tries_left += 1
            delay = _RETRY_S
        except OSError:
            # No route now may be a route at the next try: it counts as a lost request.
            self.counters.sent += 1
        self._wheel.add(request, at=loop.time() + delay)

    def _expire(self, request: _Request) -> None:
        if request.done:
            return
        if request.tries_left > 0:
            request.tries_left -= 1
            self.counters.retried += 1
            self._send(request)
            return
        request.done = True
        self.counters.timed_out += 1
        if not request.future.done():
            request.future.set_exception(SnmpTimeoutError("no answer"))

    def _socket(self, *, ipv6: bool) -> socket.socket:
        sock = self._sockets.get(ipv6)
        if sock is None:
            sock = socket.socket(socket.AF_INET6 if ipv6 else socket.AF_INET, socket.SOCK_DGRAM)
            sock.setblocking(False)
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, _BUFFER_BYTES)
            self._sockets[ipv6] = sock
            asyncio.get_running_loop().add_reader(sock.fileno(), self._read, sock)
        return sock

    def _read_all(self) -> None:
        for sock in list(self._sockets.values()):
            self._read(sock)

    def _read(self, sock: socket.socket) -> None:
        for _ in range(_READ_BATCH):
            try:
                data, source = sock.recvfrom(65535)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # an ICMP error of an earlier datagram; its request times out by itself
            self._receive(data, source)

    def _receive(self, data: bytes, source: tuple[str, int]) -> None:
        try:
            if data[2:5] == _VERSION_3 or data[3:6] == _VERSION_3 or data[4:7] == _VERSION_3:
                answer = self._open(data, source)
            else:
                answer = self._match(decode_response(data), source)
        except BerError:
            self.counters.malformed += 1
            return
        if answer is None:
            self.counters.ignored += 1
            return
        request, response = answer
        request.done = True
        self.counters.answered += 1
        self.counters.seconds += time.perf_counter() - request.sent_at
        if not request.future.done():
            request.future.set_result(response)

    def _match(self, response: Response, source: tuple[str, int]) -> _Answer | None:
        request = self._waiting(response.request_id, source)
        if request is None or response.community != request.asker:
            return None
        return request, response

    def _open(self, data: bytes, source: tuple[str, int]) -> _Answer | None:
        request = self._waiting(message_id(data), source)
        if request is None or not isinstance(request.asker, SecureChannel):
            return None
        return request, request.asker.open(data, request.request_id)

    def _waiting(self, request_id: int, source: tuple[str, int]) -> _Request | None:
        """Return the request under way with this id to this agent."""
        request = self._pending.get(request_id)
        if request is None or request.done or source[1] != request.address[1]:
            return None
        return request if source[0] == request.address[0] else None
