"""Prometheus' remote_write 1.0: a WriteRequest in protobuf, packed by snappy's block format.

https://prometheus.io/docs/specs/prw/remote_write_spec/ and prompb/remote.proto. Of protobuf's
wire format only what the message needs is read: varints, 64 bits and lengths; unknown fields
(exemplars, native histograms) are passed over.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import cramjam

from functions.metrics.domain.foreign import Metadata, Sent, WriteRequest
from functions.metrics.domain.promql.errors import BadQueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UNPACKED_BYTES = 16 * 1024 * 1024
_VARINT, _FIXED_64, _LENGTH, _FIXED_32 = 0, 1, 2, 5
_DOUBLE = struct.Struct("<d")
_SIGN, _WORD = 1 << 63, 1 << 64
_LONGEST_VARINT = 70
_TYPES = (
    "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset",
)  # fmt: skip

_Value = int | memoryview


def read(packed: bytes) -> WriteRequest:
    """Return what a Prometheus sent; raise BadQueryError when it cannot be read."""
    try:
        return _request(_unpacked(packed))
    except (cramjam.DecompressionError, IndexError, ValueError, struct.error, TypeError) as error:
        raise BadQueryError(f"the body is no snappy-packed WriteRequest: {error}") from error


def _unpacked(packed: bytes) -> memoryview:
    # the size is told before the data: nothing is unpacked that is too large
    size, _ = _varint(memoryview(packed), 0)
    if size > MAX_UNPACKED_BYTES:
        raise BadQueryError(f"a request may have at most {MAX_UNPACKED_BYTES} bytes unpacked")
    return memoryview(bytes(cramjam.snappy.decompress_raw(packed)))


def _request(data: memoryview) -> WriteRequest:
    series: list[Sent] = []
    metadata: list[Metadata] = []
    for number, value in _fields(data):
        if number == 1 and isinstance(value, memoryview):
            series.append(_series(value))
        elif number == 3 and isinstance(value, memoryview):  # noqa: PLR2004  # the field's number
            metadata.append(_metadata(value))
    return WriteRequest(series, metadata)


def _series(data: memoryview) -> Sent:
    labels: list[tuple[str, str]] = []
    samples: list[tuple[int, float]] = []
    for number, value in _fields(data):
        if number == 1 and isinstance(value, memoryview):
            labels.append(_label(value))
        elif number == 2 and isinstance(value, memoryview):  # noqa: PLR2004  # the field's number
            samples.append(_sample(value))
    return Sent(tuple(labels), samples)


def _label(data: memoryview) -> tuple[str, str]:
    found = {number: _text(value) for number, value in _fields(data)}
    return found.get(1, ""), found.get(2, "")


def _sample(data: memoryview) -> tuple[int, float]:
    at, measured = 0, 0.0
    for number, value in _fields(data):
        if number == 1 and isinstance(value, memoryview):
            measured = _DOUBLE.unpack(value)[0]
        elif number == 2 and isinstance(value, int):  # noqa: PLR2004  # the field's number
            at = value - _WORD if value & _SIGN else value
    return at, measured


def _metadata(data: memoryview) -> Metadata:
    found = dict(_fields(data))
    kind = found.get(1, 0)
    known = isinstance(kind, int) and kind < len(_TYPES)
    return Metadata(
        name=_text(found.get(2, b"")),
        type=_TYPES[kind] if known and isinstance(kind, int) else _TYPES[0],
        help=_text(found.get(4, b"")),
        unit=_text(found.get(5, b"")),
    )


def _text(value: _Value | bytes) -> str:
    return "" if isinstance(value, int) else bytes(value).decode()


def _fields(data: memoryview) -> Iterator[tuple[int, _Value]]:
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        length = 8 if kind == _FIXED_64 else 4
        if kind == _LENGTH:
            length, at = _varint(data, at)
        elif kind not in (_FIXED_64, _FIXED_32):
            raise ValueError(f"wire type {kind}")
        if at + length > end:
            raise ValueError("a field is cut off")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    byte = data[at]
    if byte < 0x80:  # noqa: PLR2004  # most are this short
        return byte, at + 1
    value, shift = byte & 0x7F, 7
    while True:
        at += 1
        byte = data[at]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004
            return value, at + 1
        shift += 7
        if shift >= _LONGEST_VARINT:
            raise ValueError("a number is too long")
