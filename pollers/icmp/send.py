"""Handing requests over: many with one system call where Linux offers it, else one by one."""

import socket
import struct
from collections.abc import Sequence
from errno import EAGAIN, EINTR, ENOBUFS
from time import time_ns
from typing import Protocol

from pollers.icmp.batch import Call, Slots, error_number, system_call
from pollers.icmp.burst import TOKEN_SHIFT, Burst
from pollers.icmp.packet import VARIABLE, EchoTemplate
from pollers.icmp.sockets import IcmpSocket

AT_ONCE = 32
_FULL = frozenset({EAGAIN, EINTR, ENOBUFS})
_ALL_64 = 2**64 - 1
_HEADER_BYTES = 64
# One slot of the buffer: the target's address, then the packet.
_NAME, _DATA = 32, 64
_SLOT = _NAME + _DATA
# Where the address stands in the name, how much of the name it fills, and how long the name is.
_NAMES = {False: (4, 4, 16), True: (8, 20, 28)}


class Sender(Protocol):
    """Sends bursts' next packets, without waiting."""

    errors: int

    def send(self, bursts: Sequence[Burst]) -> int:
        """Send each burst's next packet; return how many are gone, sent or lost.

        The rest found the kernel's queue full and must wait. At most 32 at once.
        """
        ...


def sender_of(opened: IcmpSocket, template: EchoTemplate, *, ipv6: bool) -> Sender:
    """Return the fastest sender that this system offers."""
    sendmmsg = system_call("sendmmsg")
    if sendmmsg is None:
        return PlainSender(opened, template)
    return BatchSender(opened, template, sendmmsg, ipv6=ipv6)


class PlainSender:
    """One system call a request."""

    def __init__(self, opened: IcmpSocket, template: EchoTemplate) -> None:
        self._sendto = opened.sock.sendto
        self._fill = template.fill
        self.errors = 0

    def send(self, bursts: Sequence[Burst]) -> int:
        """Send each burst's next packet; return how many are gone, sent or lost."""
        for gone, burst in enumerate(bursts):
            index = burst.sent
            packet = self._fill(burst.token << TOKEN_SHIFT | index)
            burst.sent_ns[index] = time_ns()
            try:
                self._sendto(packet, (burst.address, 0))
            except OSError as error:
                if error.errno in _FULL:
                    return gone
                # No route, no such address, no permission: the packet is lost like any other.
                self.errors += 1
            burst.sent = index + 1
        return len(bursts)


class BatchSender:
    """One system call (sendmmsg) for up to 32 requests.

    The instants between its beginning and its end are given out evenly: the kernel takes as long
    for one packet as for the next.
    """

    def __init__(
        self, opened: IcmpSocket, template: EchoTemplate, sendmmsg: Call, *, ipv6: bool
    ) -> None:
        at, length, name_bytes = _NAMES[ipv6]
        self._socket = opened.sock
        self._sendmmsg = sendmmsg
        self._slots = Slots(AT_ONCE, _SLOT, name=(0, name_bytes), data=(_NAME, _DATA))
        head = bytes(template.packet[: VARIABLE.at])
        # Address and what varies of the packet are written at once, with what stands between.
        gap = _NAME - at - length
        self._fill = struct.Struct(f"={length}s{gap}x{len(head)}s{VARIABLE.format}").pack_into
        self._head, self._at = head, at
        family = struct.pack("=H", socket.AF_INET6 if ipv6 else socket.AF_INET)
        for number in range(AT_ONCE):
            slot = number * _SLOT
            self._slots.buffer[slot : slot + 2] = family
            packet = slot + _NAME
            self._slots.buffer[packet : packet + len(template.packet)] = template.packet
        self.errors = 0

    def send(self, bursts: Sequence[Burst]) -> int:
        """Send each burst's next packet; return how many are gone, sent or lost."""
        buffer, fill, head = self._slots.buffer, self._fill, self._head
        at = self._at
        for burst in bursts:
            token = burst.token << TOKEN_SHIFT | burst.sent
            low = token & 0xFFFF
            fill(buffer, at, burst.packed, head, low, low ^ 0xFFFF, token, token ^ _ALL_64)
            at += _SLOT
        gone = 0
        while gone < len(bursts):
            began = time_ns()
            count = self._sendmmsg(
                self._socket.fileno(),
                self._slots.at + gone * _HEADER_BYTES,
                len(bursts) - gone,
                0,
            )
            if count > 0:
                self._stamp(bursts[gone : gone + count], began)
                gone += count
            elif error_number() in _FULL:
                break
            else:
                # No route, no such address, no permission: the packet is lost like any other.
                self.errors += 1
                self._stamp(bursts[gone : gone + 1], began)
                gone += 1
        return gone

    @staticmethod
    def _stamp(bursts: Sequence[Burst], began: int) -> None:
        step = (time_ns() - began) // len(bursts)
        for burst in bursts:
            burst.sent_ns[burst.sent] = began
            burst.sent += 1
            began += step
