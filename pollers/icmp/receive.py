"""Taking answers off a socket: many with one system call where Linux offers it, else one by one."""

import struct
from time import time_ns
from typing import Protocol

from pollers.icmp.batch import Call, Slots, system_call
from pollers.icmp.burst import packed
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
_ADDRESS = {False: slice(4, 8), True: slice(8, 28)}
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
    recvmmsg = system_call("recvmmsg")
    if recvmmsg is None:
        return PlainReceiver(opened, template)
    return BatchReceiver(opened, template, recvmmsg, ipv6=ipv6)


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


class BatchReceiver:
    """One system call (recvmmsg) for up to 64 answers, parsed where they lie."""

    def __init__(
        self, opened: IcmpSocket, template: EchoTemplate, recvmmsg: Call, *, ipv6: bool
    ) -> None:
        self._socket = opened.sock
        self._has_times = opened.kernel_timestamps
        self._address = _ADDRESS[ipv6]
        self._token_at = template.token_at
        self._recvmmsg = recvmmsg
        self._slots = Slots(
            *(AT_ONCE, _SLOT),
            name=(0, _NAME),
            data=(_NAME, _DATA),
            control=(_NAME + _DATA, _CONTROL),
        )
        # The kernel writes lengths into the headers: each call begins with fresh ones.
        self._fresh = bytes(self._slots.headers)
        view = memoryview(self._slots.headers).cast("B")
        self._view, self._lengths = view, view.cast("I")
        self.strangers = 0

    def read(self) -> list[Answer]:
        """Return the next answers to our own requests, in the order of their arrival."""
        self._view[:] = self._fresh
        count = self._recvmmsg(self._socket.fileno(), self._slots.at, AT_ONCE, _DONT_WAIT, None)
        answers: list[Answer] = []
        buffer, token_at, times = self._slots.buffer, self._token_at, _TIMESPEC.unpack_from
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


def _time_in(ancillary: list[tuple[int, int, bytes]]) -> int:
    """Return the kernel's word for when a packet came, or now where it gives none."""
    if ancillary and len(ancillary[0][2]) == _TIMESPEC.size:
        seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
        return int(seconds * 1_000_000_000 + nanoseconds)
    return time_ns()
