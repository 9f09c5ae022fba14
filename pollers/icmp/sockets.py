"""Opening an ICMP socket with whatever rights this process has."""

import contextlib
import socket
import struct
from dataclasses import dataclass
from enum import StrEnum

SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35
_SOL_RAW = 255
_ICMP_FILTER = 1
_ICMP6_FILTER = 1
_ECHO_REPLY_V6 = 129
_BUFFER_BYTES = 4 << 20


class SocketMode(StrEnum):
    """How the socket was obtained."""

    DATAGRAM = "datagram"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class IcmpSocket:
    """An open non-blocking socket and what it can do."""

    sock: socket.socket
    mode: SocketMode
    kernel_timestamps: bool


class IcmpUnavailableError(OSError):
    """Neither a datagram nor a raw ICMP socket may be opened by this process."""


def open_icmp(*, ipv6: bool, mode: SocketMode | None = None) -> IcmpSocket:
    """Return a datagram socket where the system allows it, else a raw one."""
    family = socket.AF_INET6 if ipv6 else socket.AF_INET
    protocol = socket.IPPROTO_ICMPV6 if ipv6 else socket.IPPROTO_ICMP
    reasons = []
    for candidate in (SocketMode.DATAGRAM, SocketMode.RAW) if mode is None else (mode,):
        kind = socket.SOCK_DGRAM if candidate is SocketMode.DATAGRAM else socket.SOCK_RAW
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as error:
            reasons.append(f"{candidate}: {error.strerror}")
            continue
        sock.setblocking(False)
        if candidate is SocketMode.RAW:
            _only_echo_replies(sock, ipv6=ipv6)
        return IcmpSocket(sock, candidate, _tune(sock))
    raise IcmpUnavailableError("; ".join(reasons))


def _only_echo_replies(sock: socket.socket, *, ipv6: bool) -> None:
    # A raw socket is handed every ICMP packet of the host; the kernel sifts them for less.
    with contextlib.suppress(OSError):
        if ipv6:
            mask = [0xFFFFFFFF] * 8
            mask[_ECHO_REPLY_V6 >> 5] &= ~(1 << (_ECHO_REPLY_V6 & 31)) & 0xFFFFFFFF
            sock.setsockopt(socket.IPPROTO_ICMPV6, _ICMP6_FILTER, struct.pack("8I", *mask))
        else:
            sock.setsockopt(_SOL_RAW, _ICMP_FILTER, struct.pack("I", ~1 & 0xFFFFFFFF))


def _tune(sock: socket.socket) -> bool:
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, _BUFFER_BYTES)
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    except OSError:
        return False
    return True
