"""As much BER as SNMP v1 and v2c need."""

from collections.abc import Sequence

Oid = tuple[int, ...]

INTEGER, OCTETS, NULL, OBJECT, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
NO_SUCH_OBJECT, END_OF_MIB = b"\x80\x00", b"\x82\x00"
_SEVEN_BITS = 0x7F
_MORE = 0x80


class MalformedError(ValueError):
    """These bytes are no message of ours."""


def wrap(tag: int, content: bytes) -> bytes:
    """Return content with its tag and length before it."""
    return bytes([tag]) + _length(len(content)) + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    """Return a number; the application types are unsigned but written alike."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return wrap(tag, value.to_bytes(size, "big", signed=True))


def oid(value: Sequence[int]) -> bytes:
    """Return an object identifier."""
    first, second, *rest = (*value, 0)[:2] if len(value) < 2 else value  # noqa: PLR2004
    body = bytearray()
    for arc in (first * 40 + second, *rest):
        body += _base128(arc)
    return wrap(OBJECT, bytes(body))


def read(data: bytes, at: int) -> tuple[int, int, int]:
    """Return a value's tag and where its content begins and ends."""
    try:
        tag, size, at = data[at], data[at + 1], at + 2
        if size & _MORE:
            count = size & _SEVEN_BITS
            size = int.from_bytes(data[at : at + count], "big")
            at += count
    except IndexError as error:
        raise MalformedError from error
    if at + size > len(data):
        raise MalformedError
    return tag, at, at + size


def expect(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """Return where the content of a value of that tag begins and ends."""
    found, start, end = read(data, at)
    if found != tag:
        raise MalformedError
    return start, end


def read_integer(data: bytes, at: int) -> tuple[int, int]:
    """Return a number and where the next value begins."""
    start, end = expect(data, at, INTEGER)
    return int.from_bytes(data[start:end], "big", signed=True), end


def read_oid(data: bytes, at: int) -> tuple[Oid, int]:
    """Return an object identifier and where the next value begins."""
    start, end = expect(data, at, OBJECT)
    arcs: list[int] = []
    arc = 0
    for byte in data[start:end]:
        arc = arc << 7 | byte & _SEVEN_BITS
        if not byte & _MORE:
            arcs.append(arc)
            arc = 0
    if not arcs:
        raise MalformedError
    first = min(arcs[0] // 40, 2)
    return (first, arcs[0] - 40 * first, *arcs[1:]), end


def _length(size: int) -> bytes:
    if size <= _SEVEN_BITS:
        return bytes([size])
    body = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([_MORE | len(body)]) + body


def _base128(arc: int) -> bytes:
    groups = [arc & _SEVEN_BITS]
    while arc := arc >> 7:
        groups.append(arc & _SEVEN_BITS | _MORE)
    return bytes(reversed(groups))
