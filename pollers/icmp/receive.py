"""Taking answers off a socket: many with one system call where Linux offers it, else one by one."""

import ctypes
import socket
import struct
from time import time_ns
from typing import Protocol

from pollers.icmp.packet import EchoTemplate
from pollers.icmp.sockets import IcmpSocket

AT_ONCE = 64
_RECEIVE_BYTES = 256
_ANCILLARY_BYTES = 64
_TIMESPEC = struct.Struct("qq")
_DONT_WAIT = 0x40
# One slot of the buffer: the sender's address, the packet, the control message with its time.
_SLOT, _NAME, _DATA, _CONTROL = 512, 32, 256, 64
_TIME_AT = _NAME + _DATA + 16
_ADDRESS = {False: slice(4, 8), True: slice(8, 24)}
Answer = tuple[int, bytes | bytearray, int]
"""An answer's token, its sender's packed address, and when the kernel took it (epoch, ns)."""


class Receiver(Protocol):
    """Reads what has arrived, without waiting."""

    strangers: int

    def read(self) -> list[Answer]:
        """Return the next answers to our own requests, in the order of their arrival."""
        ...


def receiver_of(opened: IcmpSocket, template: EchoTemplate, *, ipv6: bool) -> Receiver:
    """Return the fastest receiver that this system offers."""
    libc = ctypes.CDLL(None, use_errno=True)
    if ctypes.sizeof(ctypes.c_void_p) == 8 and hasattr(libc, "recvmmsg"):  # noqa: PLR2004
        return BatchReceiver(opened, template, libc, ipv6=ipv6)
    return PlainReceiver(opened, template)


class PlainReceiver:
    """One system call an answer."""

    def __init__(self, opened: IcmpSocket, template: EchoTemplate) -> None:
        self._recvmsg = opened.sock.recvmsg
        self._family = opened.sock.family
        self._token_of = template.token_of
        self.strangers = 0

    def read(self) -> list[Answer]:
        """Return the next answers to our own requests, in the order of their arrival."""
        answers: list[Answer] = []
        for _ in range(AT_ONCE):
            try:
                data, ancillary, _, source = self._recvmsg(_RECEIVE_BYTES, _ANCILLARY_BYTES)
            except (BlockingIOError, InterruptedError):
                break
            token = self._token_of(data)
            if token is None:
                self.strangers += 1
            else:
                answers.append((token, packed(source[0]), _time_in(ancillary)))
        return answers


class _Header(ctypes.Structure):
    """Linux's `struct mmsghdr` where pointers have 64 bits."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int64),
        ("length", ctypes.c_uint64),
    )


class _Vector(ctypes.Structure):
    """`struct iovec`."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class BatchReceiver:
    """One system call (recvmmsg) for up to 64 answers, parsed where they lie."""

    def __init__(
        self, opened: IcmpSocket, template: EchoTemplate, libc: ctypes.CDLL, *, ipv6: bool
    ) -> None:
        self._socket = opened.sock
        self._has_times = opened.kernel_timestamps
        self._address = _ADDRESS[ipv6]
        self._token_at = template.token_at
        self._buffer = bytearray(AT_ONCE * _SLOT)
        self._recvmmsg = libc.recvmmsg
        self._recvmmsg.argtypes = (
            *(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p),
        )
        base = ctypes.addressof((ctypes.c_char * len(self._buffer)).from_buffer(self._buffer))
        self._vectors = (_Vector * AT_ONCE)()
        self._headers = (_Header * AT_ONCE)()
        for number in range(AT_ONCE):
            at = base + number * _SLOT
            vector, header = self._vectors[number], self._headers[number]
            vector.base, vector.length = at + _NAME, _DATA
            header.name, header.name_length = at, _NAME
            header.vectors, header.vector_count = ctypes.addressof(vector), 1
            header.control, header.control_length = at + _NAME + _DATA, _CONTROL
        # The kernel writes lengths into the headers: each call begins with fresh ones.
        self._fresh = bytes(self._headers)
        view = memoryview(self._headers).cast("B")
        self._view, self._lengths = view, view.cast("I")
        self._at = ctypes.addressof(self._headers)
        self.strangers = 0

    def read(self) -> list[Answer]:
        """Return the next answers to our own requests, in the order of their arrival."""
        self._view[:] = self._fresh
        count = self._recvmmsg(self._socket.fileno(), self._at, AT_ONCE, _DONT_WAIT, None)
        answers: list[Answer] = []
        buffer, token_at, times = self._buffer, self._token_at, _TIMESPEC.unpack_from
        for number in range(count):
            slot = number * _SLOT
            token = token_at(buffer, slot + _NAME, self._lengths[number * 16 + 14])
            if token is None:
                self.strangers += 1
                continue
            if self._has_times:
                seconds, nanoseconds = times(buffer, slot + _TIME_AT)
                arrived_ns = seconds * 1_000_000_000 + nanoseconds
            else:
                arrived_ns = time_ns()
            address = buffer[slot + self._address.start : slot + self._address.stop]
            answers.append((token, address, arrived_ns))
        return answers


def packed(address: str) -> bytes:
    """Return an address as it stands in packets, empty for what is none."""
    host = address.partition("%")[0]
    try:
        return socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except OSError:
        return b""


def _time_in(ancillary: list[tuple[int, int, bytes]]) -> int:
    """Return the kernel's word for when a packet came, or now where it gives none."""
    if ancillary and len(ancillary[0][2]) == _TIMESPEC.size:
        seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
        return int(seconds * 1_000_000_000 + nanoseconds)
    return time_ns()
