"""Requests as Prometheus' remote_write 1.0 sends them."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING, Any

import cramjam

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADERS = {
    "content-type": "application/x-protobuf",
    "content-encoding": "snappy",
    "x-prometheus-remote-write-version": "0.1.0",
}


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*found, value))


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def series(labels: Mapping[str, str], samples: Iterable[tuple[int, float]]) -> bytes:
    """Return a TimeSeries; instants are in ms."""
    found = b"".join(
        _field(1, _field(1, name.encode()) + _field(2, value.encode()))
        for name, value in sorted(labels.items())
    )
    return found + b"".join(
        _field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(at))
        for at, value in samples
    )


def metadata(name: str, kind: int, text: str) -> bytes:
    """Return a MetricMetadata."""
    return b"\x08" + _varint(kind) + _field(2, name.encode()) + _field(4, text.encode())


def packed(series_: Sequence[bytes], metadata_: Sequence[bytes] = ()) -> bytes:
    """Return a WriteRequest, packed."""
    message = b"".join((*(_field(1, s) for s in series_), *(_field(3, m) for m in metadata_)))
    return bytes(cramjam.snappy.compress_raw(message))


def an_event(body: bytes, headers: Mapping[str, str] = HEADERS) -> dict[str, Any]:
    """Return the gateway's event of a request to write."""
    path = "/prometheus/api/v1/write"
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": dict(headers),
        "requestContext": {
            "http": {"method": "POST", "path": path, "sourceIp": "192.0.2.1"},
            "stage": "$default",
            "authorizer": {"lambda": {}},
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
