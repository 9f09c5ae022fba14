"""Just enough BER for SNMP: strict about lengths, for what arrives may be hostile."""
# ruff: noqa: PLR2004 - the numbers here are the wire format's own

from functools import lru_cache

INTEGER = 0x02
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_ID = 0x06
SEQUENCE = 0x30
_MAX_SUBIDS = 128
_MAX_SUBID = 2**32 - 1


class BerError(ValueError):
    """The bytes are not what BER, or SNMP's use of it, allows."""


def encode_length(length: int) -> bytes:
    """Return a definite length in its shortest form."""
    if length < 0x80:
        return bytes((length,))
    body = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(body),)) + body


def encode_tlv(tag: int, body: bytes) -> bytes:
    """Return tag, length and body."""
    return bytes((tag,)) + encode_length(len(body)) + body


@lru_cache(maxsize=1024)
def encode_integer(value: int, tag: int = INTEGER) -> bytes:
    """Return a two's complement integer in its shortest form."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return encode_tlv(tag, value.to_bytes(size, "big", signed=True))


@lru_cache(maxsize=16384)
def encode_oid(dotted: str) -> bytes:
    """Return the body (no tag, no length) of an object identifier given in dots."""
    parts = [int(part) for part in dotted.strip(".").split(".")]
    if len(parts) < 2 or parts[0] > 2 or (parts[0] < 2 and parts[1] > 39) or min(parts) < 0:
        raise BerError(f"not an object identifier: {dotted}")
    return encode_subids([parts[0] * 40 + parts[1], *parts[2:]])


def encode_subids(subids: list[int] | tuple[int, ...]) -> bytes:
    """Return the base-128 form of sub-identifiers, as in the tail of an object identifier."""
    out = bytearray()
    for subid in subids:
        if subid < 0x80:
            out.append(subid)
            continue
        groups = [subid & 0x7F]
        rest = subid >> 7
        while rest:
            groups.append(rest & 0x7F | 0x80)
            rest >>= 7
        out += bytes(reversed(groups))
    return bytes(out)


@lru_cache(maxsize=65536)
def decode_subids(body: bytes) -> tuple[int, ...]:
    """Return the sub-identifiers of the tail of an object identifier."""
    out: list[int] = []
    value = 0
    for octet in body:
        value = value << 7 | octet & 0x7F
        if value > _MAX_SUBID:
            raise BerError("a sub-identifier is larger than 32 bits")
        if octet < 0x80:
            out.append(value)
            value = 0
    if body and body[-1] >= 0x80:
        raise BerError("an object identifier is cut short")
    if len(out) > _MAX_SUBIDS:
        raise BerError("an object identifier is too long")
    return tuple(out)


def decode_oid(body: bytes) -> str:
    """Return an object identifier in dots."""
    subids = decode_subids(body)
    if not subids:
        raise BerError("an object identifier is empty")
    root = min(subids[0] // 40, 2)
    return ".".join(map(str, (root, subids[0] - root * 40, *subids[1:])))


def read_tlv(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return tag, start and end of the value at `at`; never beyond `end`."""
    if at + 2 > end:
        raise BerError("cut short")
    tag = data[at]
    length = data[at + 1]
    start = at + 2
    if length >= 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4 or start + octets > end:
            raise BerError("a length that is not definite, or not there")
        length = int.from_bytes(data[start : start + octets], "big")
        start += octets
    stop = start + length
    if stop > end:
        raise BerError("a length that reaches beyond its frame")
    return tag, start, stop


def read_integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return a signed integer and where the next value begins."""
    tag, start, stop = read_tlv(data, at, end)
    if tag != INTEGER or not 1 <= stop - start <= 8:
        raise BerError("an integer was expected")
    return int.from_bytes(data[start:stop], "big", signed=True), stop
