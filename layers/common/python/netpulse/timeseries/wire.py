"""PostgreSQL's binary arrays, as numpy reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg.adapt import Buffer, Loader
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


_LOADERS = {oid: _loader(oid) for oid in _TYPES}


def cursor(connection: psycopg.Connection[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
    """Return a cursor that gives arrays of numbers as numpy's, instants as microseconds.

    Arrays must hold no NULL.
    """
    made = connection.cursor(binary=True, row_factory=tuple_row)
    for oid, loader in _LOADERS.items():
        made.adapters.register_loader(oid, loader)
    return made
