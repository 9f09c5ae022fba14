"""PostgreSQL's binary arrays, as numpy reads and writes them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from psycopg.adapt import Buffer, Dumper, Loader, PyFormat
from psycopg.pq import Format
from psycopg.rows import tuple_row

if TYPE_CHECKING:
    import psycopg

# Bytes before the first element: dimensions, null flag, type, and length and lower bound of each.
_HEAD = 12
_DIMENSION = 8
_TYPES = {1022: ">f8", 1185: ">i8", 1016: ">i8", 1007: ">i4", 1005: ">i2"}
# PostgreSQL counts microseconds from 2000-01-01.
EPOCH_2000 = 946_684_800_000_000


def _array(data: Buffer, kind: str) -> np.ndarray[Any, Any]:
    raw = bytes(data)
    dimensions = int.from_bytes(raw[:4], "big")
    if not dimensions:
        return np.empty(0, np.dtype(kind).newbyteorder("="))
    shape = tuple(
        int.from_bytes(raw[at : at + 4], "big")
        for at in range(_HEAD, _HEAD + _DIMENSION * dimensions, _DIMENSION)
    )
    cells = np.frombuffer(
        raw, [("length", ">i4"), ("value", kind)], offset=_HEAD + _DIMENSION * dimensions
    )
    return cells["value"].astype(np.dtype(kind).newbyteorder("=")).reshape(shape)


def _loader(oid: int) -> type[Loader]:
    kind = _TYPES[oid]

    class Numbers(Loader):
        format = Format.BINARY

        def load(self, data: Buffer) -> np.ndarray[Any, Any]:
            return _array(data, kind)

    class Instants(Loader):
        format = Format.BINARY

        def load(self, data: Buffer) -> np.ndarray[Any, Any]:
            return _array(data, kind) + EPOCH_2000

    return Instants if oid == 1185 else Numbers  # noqa: PLR2004  # timestamptz[]


@dataclass(frozen=True, slots=True)
class Array:
    """A binary array as a parameter."""

    data: bytes
    oid: int

    @classmethod
    def of(cls, values: Any, kind: str) -> Array:
        """Return an array of int2, int4, float8 or timestamptz (µs since 2000)."""
        array_oid, oid, code = _ELEMENTS[kind]
        cells = np.empty(len(values), [("length", ">i4"), ("value", code)])
        cells["length"] = cells.dtype["value"].itemsize
        cells["value"] = values
        head = struct.pack(">iiiii", 1, 0, oid, len(values), 1)
        return cls(head + cells.tobytes(), array_oid)


_ELEMENTS = {
    "int2": (1005, 21, ">i2"),
    "int4": (1007, 23, ">i4"),
    "float8": (1022, 701, ">f8"),
    "timestamptz": (1185, 1184, ">i8"),
}


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def get_key(self, obj: Array, format: PyFormat) -> Any:  # noqa: A002  # psycopg's
        return (self.cls, obj.oid)

    def upgrade(self, obj: Array, format: PyFormat) -> Dumper:  # noqa: A002
        made = type(self)(self.cls)
        made.oid = obj.oid
        return made

    def dump(self, obj: Array) -> Buffer:
        return obj.data


AnyCursor = TypeVar("AnyCursor", "psycopg.Cursor[Any]", "psycopg.AsyncCursor[Any]")


def tuples(cursor: AnyCursor) -> AnyCursor:
    """Make a cursor give tuples and take arrays as parameters."""
    cursor.row_factory = tuple_row
    cursor.adapters.register_dumper(Array, _ArrayDumper)
    return cursor


_LOADERS = {oid: _loader(oid) for oid in _TYPES}


def cursor(connection: psycopg.Connection[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
    """Return a cursor that gives arrays of numbers as numpy's, instants as microseconds.

    Arrays must hold no NULL.
    """
    made = connection.cursor(binary=True, row_factory=tuple_row)
    for oid, loader in _LOADERS.items():
        made.adapters.register_loader(oid, loader)
    return made
