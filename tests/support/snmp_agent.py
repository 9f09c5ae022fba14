"""A small SNMP v1/v2c agent that serves a .snmprec recording on loopback."""

from __future__ import annotations

import ast
import asyncio
import bisect
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from pollers.snmp.ber import (
    decode_subids,
    encode_integer,
    encode_oid,
    encode_subids,
    encode_tlv,
    read_integer,
    read_tlv,
)

Oid = tuple[int, ...]
GET, GETNEXT, RESPONSE, GETBULK = 0xA0, 0xA1, 0xA2, 0xA5
END_OF_MIB, NO_SUCH_INSTANCE = b"\x82\x00", b"\x81\x00"


def _value(kind: str, text: str) -> bytes:
    tag = int(kind.rstrip("xe"))
    octets = bytes.fromhex(text) if kind.endswith("x") else text.encode("utf-8", "surrogateescape")
    if kind.endswith("e"):
        octets = ast.literal_eval("b'" + text.replace("'", "\\'") + "'")
    if tag == 2:
        return encode_integer(int(text))
    if tag in (65, 66, 67, 70):
        number = int(text)
        return encode_tlv(tag, number.to_bytes(number.bit_length() // 8 + 1, "big"))
    if tag == 6:
        return encode_tlv(6, encode_oid(text) if text.count(".") else b"")
    if tag == 64 and not kind.endswith("x"):
        return encode_tlv(64, bytes(int(part) for part in text.split(".")))
    return encode_tlv(5, b"") if tag == 5 else encode_tlv(tag, octets)


def _subids(dotted: str) -> Oid:
    return decode_subids(encode_oid(dotted))


@dataclass
class Recording:
    """A device's objects, in order."""

    objects: dict[Oid, bytes]
    order: list[Oid] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.order = sorted(self.objects)

    @classmethod
    def read(cls, path: Path) -> Recording:
        objects: dict[Oid, bytes] = {}
        for line in path.read_text(encoding="utf-8", errors="surrogateescape").split("\n"):
            parts = line.rstrip("\r").split("|", 2)
            if len(parts) != 3:
                continue
            try:
                objects[_subids(parts[0])] = _value(parts[1], parts[2])
            except (ValueError, SyntaxError, OverflowError):
                continue
        return cls(objects)

    def after(self, oid: Oid) -> Oid | None:
        at = bisect.bisect_right(self.order, oid)
        return self.order[at] if at < len(self.order) else None


class Agent(asyncio.DatagramProtocol):
    """Answers like the recorded device; can be silent, late, or limited in size."""

    def __init__(self, recording: Recording, *, community: bytes = b"public") -> None:
        self.recording = recording
        self.community = community
        self.silent = False
        self.max_bytes = 1400
        self.requests = 0
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.requests += 1
        answer = None if self.silent else self.answer(data)
        if answer is not None and self.transport is not None:
            self.transport.sendto(answer, addr)

    def answer(self, data: bytes) -> bytes | None:
        _, at, end = read_tlv(data, 0, len(data))
        version, at = read_integer(data, at, end)
        _, start, at = read_tlv(data, at, end)
        if data[start:at] != self.community:
            return None
        kind, at, end = read_tlv(data, at, end)
        request_id, at = read_integer(data, at, end)
        first, at = read_integer(data, at, end)
        second, at = read_integer(data, at, end)
        _, at, end = read_tlv(data, at, end)
        oids = []
        while at < end:
            _, start, at = read_tlv(data, at, end)
            _, name, name_end = read_tlv(data, start, at)
            oids.append(decode_subids(data[name:name_end]))
        if kind == GETBULK:
            pairs = self._bulk(oids, first, second)
            return self._reply(version, request_id, self._fitting(pairs), 0, 0)
        pairs = [self._one(kind, oid) for oid in oids]
        if version == 0:
            for number, (_, value) in enumerate(pairs, 1):
                if value[0] & 0x80:
                    return self._reply(0, request_id, [(o, b"\x05\0") for o in oids], 2, number)
        reply = self._reply(version, request_id, pairs, 0, 0)
        return reply if len(reply) <= self.max_bytes else self._reply(version, request_id, [], 1, 0)

    def _one(self, kind: int, oid: Oid) -> tuple[Oid, bytes]:
        if kind == GET:
            return oid, self.recording.objects.get(oid, NO_SUCH_INSTANCE)
        following = self.recording.after(oid)
        return (
            (oid, END_OF_MIB)
            if following is None
            else (following, self.recording.objects[following])
        )

    def _bulk(
        self, oids: list[Oid], non_repeaters: int, repetitions: int
    ) -> list[tuple[Oid, bytes]]:
        pairs = [self._one(GETNEXT, oid) for oid in oids[:non_repeaters]]
        current = oids[non_repeaters:]
        for _ in range(repetitions):
            row = [self._one(GETNEXT, oid) for oid in current]
            pairs += row
            current = [oid for oid, _ in row]
            if all(value == END_OF_MIB for _, value in row):
                break
        return pairs

    def _fitting(self, pairs: list[tuple[Oid, bytes]]) -> list[tuple[Oid, bytes]]:
        size, taken = 40, 0
        for oid, value in pairs:
            size += len(encode_subids(oid)) + len(value) + 6
            if size > self.max_bytes:
                break
            taken += 1
        return pairs[:taken]

    def _reply(
        self, version: int, request_id: int, pairs: list[tuple[Oid, bytes]], status: int, index: int
    ) -> bytes:
        varbinds = b"".join(
            encode_tlv(0x30, encode_tlv(6, encode_subids(oid)) + value) for oid, value in pairs
        )
        pdu = (
            b"\x02\x04"
            + struct.pack("!I", request_id)
            + encode_integer(status)
            + encode_integer(index)
            + encode_tlv(0x30, varbinds)
        )
        return encode_tlv(
            0x30,
            encode_integer(version) + encode_tlv(4, self.community) + encode_tlv(RESPONSE, pdu),
        )


async def serve(recording: Recording, *, community: bytes = b"public") -> tuple[Agent, int]:
    """Start an agent on a free loopback port; close it with `agent.transport.close()`."""
    loop = asyncio.get_running_loop()
    transport, agent = await loop.create_datagram_endpoint(
        lambda: Agent(recording, community=community), local_addr=("127.0.0.1", 0)
    )
    return agent, transport.get_extra_info("sockname")[1]
