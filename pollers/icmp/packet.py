"""Echo requests whose answer can be told from every other packet, and built without a sum.

Behind the ICMP header come the complement of the sequence, a 64-bit token, its complement and a
secret: the 16-bit words of a pair always add up alike, so the checksum of every request is the
same and is computed once. The token, not the sequence number, finds the request again; that is
why more than 65,536 may be under way, and why the identifier (which the kernel rewrites on
datagram sockets) does not matter.
"""
# ruff: noqa: PLR2004 - the numbers here are the wire format's own

import struct
from typing import NamedTuple

ECHO_REPLY_V4 = 0
ECHO_REQUEST_V4 = 8
ECHO_REPLY_V6 = 129
ECHO_REQUEST_V6 = 128
SECRET_BYTES = 8
MIN_BYTES = 8 + 18 + SECRET_BYTES


class Part(NamedTuple):
    """A part of a packet: where it begins, and its fields as `struct` writes them."""

    at: int
    format: str


VARIABLE = Part(6, "HHQQ")
"""What differs from request to request: sequence, its complement, token, its complement.

In the machine's own order: nobody else reads it, and the checksum holds in either.
"""
_VARIABLE = struct.Struct(f"={VARIABLE.format}")
_ANSWER = struct.Struct(f"=B5x{VARIABLE.format}{SECRET_BYTES}s")
_SECRET_AT = VARIABLE.at + _VARIABLE.size
_ALL_64 = 2**64 - 1


def checksum(data: bytes) -> int:
    """Return the internet checksum of the data (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    total += total >> 16
    return ~total & 0xFFFF


class EchoTemplate:
    """Builds the requests of one socket in one buffer and reads the answers to them."""

    def __init__(self, *, ipv6: bool, identifier: int, secret: bytes, size: int = 64) -> None:
        self._reply = ECHO_REPLY_V6 if ipv6 else ECHO_REPLY_V4
        kind = ECHO_REQUEST_V6 if ipv6 else ECHO_REQUEST_V4
        self.packet = bytearray(max(size, MIN_BYTES))
        struct.pack_into("!BBHH", self.packet, 0, kind, 0, 0, identifier)
        self._secret = secret
        self.packet[_SECRET_AT : _SECRET_AT + SECRET_BYTES] = secret
        self.fill(0)
        struct.pack_into("!H", self.packet, 2, checksum(bytes(self.packet)))

    def fill(self, token: int) -> bytearray:
        """Return the buffer, holding the request of this token."""
        sequence = token & 0xFFFF
        _VARIABLE.pack_into(
            self.packet, VARIABLE.at, sequence, sequence ^ 0xFFFF, token, token ^ _ALL_64
        )
        return self.packet

    def token_of(self, data: bytes) -> int | None:
        """Return the token of an answer to one of our requests, None for anything else."""
        return self.token_at(data, 0, len(data)) if data else None

    def token_at(self, buffer: bytes | bytearray, at: int, length: int) -> int | None:
        """Return the token of the answer that lies in a buffer, None for anything else."""
        # Raw IPv4 sockets hand over the IP header as well.
        first = buffer[at]
        header = (first & 0x0F) * 4 if first >> 4 == 4 else 0
        if length < header + MIN_BYTES:
            return None
        kind, sequence, inverse, token, complement, secret = _ANSWER.unpack_from(
            buffer, at + header
        )
        if (
            kind != self._reply
            or secret != self._secret
            or token ^ _ALL_64 != complement
            or sequence ^ 0xFFFF != inverse
            or token & 0xFFFF != sequence
        ):
            return None
        return int(token)
