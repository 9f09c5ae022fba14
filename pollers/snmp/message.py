"""SNMP v1 and v2c messages: requests out, responses in."""
# ruff: noqa: PLR2004 - the numbers here are the wire format's own

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from pollers.snmp.ber import (
    INTEGER,
    NULL,
    OBJECT_ID,
    OCTET_STRING,
    SEQUENCE,
    BerError,
    decode_oid,
    encode_integer,
    encode_tlv,
    read_integer,
    read_tlv,
)

Value = int | float | bytes | str | None
"""What a varbind holds: numbers, octets, a dotted object identifier, or nothing."""

GET = 0xA0
GETNEXT = 0xA1
RESPONSE = 0xA2
GETBULK = 0xA5
REPORT = 0xA8
_UNSIGNED = frozenset({0x41, 0x42, 0x43, 0x46, 0x47})
_IP_ADDRESS = 0x40
_OPAQUE = 0x44
_OPAQUE_FLOAT = b"\x9f\x78\x04"
_OPAQUE_DOUBLE = b"\x9f\x79\x08"
_EXCEPTIONS = frozenset({NULL, 0x80, 0x81, 0x82})
_MAX_UNSIGNED_OCTETS = 9
_MAX_VARBINDS = 4096
_NO_ERROR = b"\x02\x01\x00\x02\x01\x00"


class Version(IntEnum):
    """The version field of a community-based message."""

    V1 = 0
    V2C = 1


class ErrorStatus(IntEnum):
    """The error-status values that the poller acts upon."""

    NONE = 0
    TOO_BIG = 1
    NO_SUCH_NAME = 2
    GENERAL = 5
    AUTHORIZATION = 16


@dataclass(slots=True)
class Response:
    """A response as it was decoded; varbinds are (object identifier's body, value)."""

    version: int
    community: bytes
    request_id: int
    error_status: int
    error_index: int
    varbinds: list[tuple[bytes, Value]]


def encode_request(  # noqa: PLR0917 - the hot path; a keyword costs more than it tells here
    version: int,
    community: bytes,
    kind: int,
    request_id: int,
    oids: list[bytes],
    non_repeaters: int = 0,
    max_repetitions: int = 0,
) -> bytes:
    """Return the datagram of a GET, GETNEXT or GETBULK."""
    pdu = encode_pdu(kind, request_id, oids, non_repeaters, max_repetitions)
    return encode_tlv(SEQUENCE, _opening(version, community) + pdu)


@lru_cache(maxsize=4096)
def _opening(version: int, community: bytes) -> bytes:
    return encode_integer(version) + encode_tlv(OCTET_STRING, community)


def encode_pdu(
    kind: int,
    request_id: int,
    oids: Iterable[bytes],
    non_repeaters: int = 0,
    max_repetitions: int = 0,
) -> bytes:
    """Return the PDU of a GET, GETNEXT or GETBULK."""
    body = _asked(tuple(oids), non_repeaters, max_repetitions)
    return encode_tlv(kind, b"\x02\x04" + request_id.to_bytes(4, "big") + body)


@lru_cache(maxsize=4096)
def _asked(oids: tuple[bytes, ...], non_repeaters: int, max_repetitions: int) -> bytes:
    # The same objects are asked for device after device and cycle after cycle.
    varbinds = b"".join(
        [encode_tlv(SEQUENCE, encode_tlv(OBJECT_ID, oid) + b"\x05\x00") for oid in oids]
    )
    return (
        encode_integer(non_repeaters)
        + encode_integer(max_repetitions)
        + encode_tlv(SEQUENCE, varbinds)
    )


def decode_response(data: bytes) -> Response:
    """Return the response in a datagram, or raise BerError whatever else it holds."""
    tag, at, end = read_tlv(data, 0, len(data))
    if tag != SEQUENCE:
        raise BerError("not a message")
    version, at = read_integer(data, at, end)
    tag, start, at = read_tlv(data, at, end)
    if tag != OCTET_STRING:
        raise BerError("a community was expected")
    community = data[start:at]
    kind, response = decode_pdu(data, at, end, version=version, community=community)
    if kind != RESPONSE:
        raise BerError("not a response")
    return response


def decode_pdu(
    data: bytes, at: int, end: int, *, version: int, community: bytes = b""
) -> tuple[int, Response]:
    """Return the kind of the PDU at `at`, and what stands in it."""
    kind, at, end = read_tlv(data, at, end)
    request_id, at = read_integer(data, at, end)
    if data[at : at + 6] == _NO_ERROR:
        status = index = 0
        at += 6
    else:
        status, at = read_integer(data, at, end)
        index, at = read_integer(data, at, end)
    tag, at, end = read_tlv(data, at, end)
    if tag != SEQUENCE:
        raise BerError("varbinds were expected")
    varbinds = _varbinds(data, at, end)
    return kind, Response(version, community, request_id, status, index, varbinds)


def _varbinds(data: bytes, at: int, end: int) -> list[tuple[bytes, Value]]:
    found: list[tuple[bytes, Value]] = []
    append = found.append
    while at < end:
        # Lengths of one octet are the rule; `_long_varbind` is the way for all else.
        if at + 6 <= end and data[at] == SEQUENCE and data[at + 2] == OBJECT_ID:
            stop = at + 2 + data[at + 1]
            name_at = at + 4
            name_end = name_at + data[at + 3]
            value_at = name_end + 2
            if (
                name_at < name_end
                and value_at <= stop <= end
                and stop - at < 0x82
                and data[name_end + 1] == stop - value_at
            ):
                tag = data[name_end]
                body = data[value_at:stop]
                if tag == OCTET_STRING:
                    append((data[name_at:name_end], body))
                elif tag in _UNSIGNED and stop - value_at <= _MAX_UNSIGNED_OCTETS:
                    append((data[name_at:name_end], int.from_bytes(body, "big")))
                else:
                    append((data[name_at:name_end], _value(tag, body)))
                at = stop
                continue
        at = _long_varbind(data, at, end, found)
        if len(found) > _MAX_VARBINDS:
            raise BerError("too many varbinds")
    return found


def _long_varbind(data: bytes, at: int, end: int, found: list[tuple[bytes, Value]]) -> int:
    """Read the varbind at `at`, however long its lengths; return where the next begins."""
    tag, start, stop = read_tlv(data, at, end)
    if tag != SEQUENCE:
        raise BerError("a varbind was expected")
    tag, name_at, name_end = read_tlv(data, start, stop)
    if tag != OBJECT_ID or name_at == name_end:
        raise BerError("an object identifier was expected")
    tag, value_at, value_end = read_tlv(data, name_end, stop)
    found.append((data[name_at:name_end], _value(tag, data[value_at:value_end])))
    return stop


def _value(tag: int, body: bytes) -> Value:  # noqa: C901, PLR0911 - one branch a type of the SMI
    if tag in _UNSIGNED:
        if len(body) > _MAX_UNSIGNED_OCTETS:
            raise BerError("a counter is too long")
        # Some agents send Counter32 with the sign bit set and no leading zero: never negative.
        return int.from_bytes(body, "big")
    if tag == OCTET_STRING:
        return body
    if tag == INTEGER:
        if len(body) > 8:
            raise BerError("an integer is too long")
        return int.from_bytes(body, "big", signed=True)
    if tag == OBJECT_ID:
        return decode_oid(body) if body else "0.0"
    if tag in _EXCEPTIONS:
        return None
    if tag == _IP_ADDRESS:
        return ".".join(map(str, body))
    if tag == _OPAQUE:
        return _opaque(body)
    raise BerError(f"an unknown type {tag:#x}")


def _opaque(body: bytes) -> Value:
    # net-snmp's wrapped floats; anything else opaque stays octets.
    if body[:3] == _OPAQUE_FLOAT and len(body) == 7:
        return float(struct.unpack("!f", body[3:])[0])
    if body[:3] == _OPAQUE_DOUBLE and len(body) == 11:
        return float(struct.unpack("!d", body[3:])[0])
    return body
