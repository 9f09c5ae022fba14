"""An SNMP agent on every loopback address, for benchmarks: `python -m bench.poll_agent <ports>`.

It answers from memory but for the request id, so that the client is measured and not the agent,
and prints the UDP port it took.
"""

from __future__ import annotations

import socket
import struct
import sys

from pollers.snmp.ber import (
    decode_subids,
    encode_integer,
    encode_oid,
    encode_tlv,
    read_integer,
    read_tlv,
)
from tests.support.snmp_agent import Agent, Recording

_IF, _IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
_PKTINFO = struct.Struct("=I4s4s")
_IP_PKTINFO = getattr(socket, "IP_PKTINFO", 8)
_SO_RCVBUFFORCE = 33


def a_switch(ports: int) -> Recording:
    """Return a switch with so many ports, their counters wide and narrow."""
    system = "1.3.6.1.2.1.1"
    objects: dict[str, bytes] = {
        f"{system}.1.0": _text("Linux bench 6.1"),
        f"{system}.2.0": encode_tlv(6, encode_oid("1.3.6.1.4.1.8072.3.2.10")),
        f"{system}.3.0": _number(0x43, 123_456_789),
        f"{system}.4.0": _text("noc@example.org"),
        f"{system}.5.0": _text("bench-switch"),
        f"{system}.6.0": _text("Rack 1"),
    }
    for port in range(1, ports + 1):
        columns = {
            f"{_IF}.1": encode_integer(port),
            f"{_IF}.2": _text(f"GigabitEthernet0/{port}"),
            f"{_IF}.3": encode_integer(6),
            f"{_IF}.4": encode_integer(1500),
            f"{_IF}.5": _number(0x42, 1_000_000_000),
            f"{_IF}.6": encode_tlv(4, bytes((2, 0, 0x5E, 0, port >> 8, port & 0xFF))),
            f"{_IF}.7": encode_integer(1),
            f"{_IF}.8": encode_integer(1),
            **{f"{_IF}.{n}": _number(0x41, port * n) for n in (10, 13, 14, 16, 19, 20)},
            f"{_IFX}.1": _text(f"Gi0/{port}"),
            **{f"{_IFX}.{n}": _number(0x46, port * n << 33) for n in (6, 10)},
            f"{_IFX}.15": _number(0x42, 1000),
            f"{_IFX}.18": _text(f"to room {port}"),
        }
        objects |= {f"{column}.{port}": value for column, value in columns.items()}
    return Recording({_oid(name): value for name, value in objects.items()})


def _oid(dotted: str) -> tuple[int, ...]:
    return decode_subids(encode_oid(dotted))


def _text(text: str) -> bytes:
    return encode_tlv(4, text.encode())


def _number(tag: int, number: int) -> bytes:
    return encode_tlv(tag, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _request_id(data: bytes) -> tuple[int, int]:
    """Return where the request id's octets stand in a message."""
    _, at, end = read_tlv(data, 0, len(data))
    _, at = read_integer(data, at, end)
    _, _, at = read_tlv(data, at, end)
    _, at, end = read_tlv(data, at, end)
    _, start, stop = read_tlv(data, at, end)
    return start, stop


def main() -> None:
    """Answer until killed."""
    agent = Agent(a_switch(int(sys.argv[1])))
    known: dict[bytes, tuple[bytes, int, int]] = {}
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 16 << 20)
    sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    sock.bind(("", 0))
    print(sock.getsockname()[1], flush=True)
    while True:
        data, ancillary, _, source = sock.recvmsg(65_535, 64)
        start, stop = _request_id(data)
        # with the length of its id, which the outer lengths depend on
        key = data[:start] + data[stop:]
        if key not in known:
            answer = agent.answer(data)
            if answer is None:
                continue
            known[key] = (answer, *_request_id(answer))
        answer, first, last = known[key]
        reply = answer[:first] + data[start:stop].rjust(last - first, b"\0") + answer[last:]
        # From the address that was asked.
        asked = _PKTINFO.unpack(ancillary[0][2])[1]
        info = (socket.IPPROTO_IP, _IP_PKTINFO, _PKTINFO.pack(0, asked, b"\0\0\0\0"))
        sock.sendmsg([reply], [info], 0, source)


if __name__ == "__main__":
    main()
