"""Rows of a batch as PostgreSQL's binary format has them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby, zip_longest
from math import isnan, nan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from psycopg import sql

from netpulse.timeseries.model import DAY, instant
from netpulse.timeseries.wire import EPOCH_2000, Array

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_FLOAT8 = 701
_COPY = sql.SQL(
    "COPY {} (slot_at, device_number, organization_number, block, values) "
    "FROM STDIN (FORMAT BINARY)"
)


class Row(NamedTuple):
    """The values of a device's block in one slot; NaN: no value."""

    # µs since 1970
    slot_at: int
    device_number: int
    organization_number: int
    block: int
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows on their way into the database; at least one, and one a slot of a block."""

    rows: Sequence[Row]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Batch:
        """Return a batch; of rows of one slot the first that has a value counts."""
        if len({_slot(row) for row in rows}) == len(rows):
            return cls(rows)
        kept: dict[tuple[int, int, int], Row] = {}
        for row in rows:
            first = kept.get(_slot(row))
            kept[_slot(row)] = _completed(first, row) if first else row
        return cls(list(kept.values()))

    def bounds(self) -> tuple[Any, Any]:
        """Return the first and the last slot."""
        slots = [row.slot_at for row in self.rows]
        return instant(min(slots)), instant(max(slots))

    def copies(self) -> Iterator[tuple[sql.Composed, bytes]]:
        """Yield a COPY into each day's partition, and its data."""
        # COPY refuses a table with row-level security: it goes to the partitions.
        for day, rows in groupby(sorted(self.rows, key=_day), key=_day):
            partition = f"samples_{instant(day * DAY):%Y%m%d}"
            yield _COPY.format(sql.Identifier("netpulse", partition)), packed(list(rows))

    def staged(self) -> tuple[sql.Composed, bytes]:
        """Return the COPY into the session's own table, and its data."""
        return _COPY.format(sql.Identifier("pg_temp", "staged_samples")), packed(self.rows)

    def newest(self) -> tuple[Array, ...]:
        """Return the newest row of each block, as netpulse.note_latest() takes them."""
        newest: dict[tuple[int, int], Row] = {}
        for row in self.rows:
            key = row[1], row[3]
            if key not in newest or newest[key].slot_at < row.slot_at:
                newest[key] = row
        rows = list(newest.values())
        slots = np.array([row.slot_at for row in rows]) - EPOCH_2000
        return (
            Array.of(slots, "timestamptz"),
            Array.of([row.device_number for row in rows], "int4"),
            Array.of([row.organization_number for row in rows], "int4"),
            Array.of([row.block for row in rows], "int2"),
            Array.of(np.cumsum([len(row.values) for row in rows]), "int4"),
            Array.of([value for row in rows for value in row.values], "float8"),
        )


def packed(rows: Sequence[Row]) -> bytes:
    """Return rows as COPY's binary format has them, those of one width together."""
    parts = [_BEGIN]
    for width, same in groupby(sorted(rows, key=_width), key=_width):
        columns = list(zip(*same, strict=True))
        cells = np.zeros(len(columns[0]), _layout(width))
        cells["fields"] = 5
        for name, length, values in zip(
            ("slot", "device", "organization", "block"), (8, 4, 4, 2), columns[:4], strict=True
        ):
            cells[f"{name}_length"], cells[name] = length, values
        cells["slot"] -= EPOCH_2000
        # an array: its bytes, dimensions, no nulls, the elements' type, how many, from 1
        cells["head"] = (20 + 12 * width, 1, 0, _FLOAT8, width, 1)
        if width:
            cells["values"]["length"] = 8
            cells["values"]["value"] = columns[4]
        parts.append(cells.tobytes())
    parts.append(_END)
    return b"".join(parts)


@cache
def _layout(width: int) -> np.dtype[np.void]:
    return np.dtype(
        [
            ("fields", ">i2"),
            *(("slot_length", ">i4"), ("slot", ">i8"), ("device_length", ">i4"), ("device", ">i4")),
            *(("organization_length", ">i4"), ("organization", ">i4")),
            *(("block_length", ">i4"), ("block", ">i2"), ("head", ">i4", (6,))),
            ("values", [("length", ">i4"), ("value", ">f8")], (width,)),
        ]
    )


def _slot(row: Row) -> tuple[int, int, int]:
    return row.slot_at, row.device_number, row.block


def _completed(first: Row, second: Row) -> Row:
    pairs = zip_longest(first.values, second.values, fillvalue=nan)
    return first._replace(values=[b if isnan(a) else a for a, b in pairs])


def _width(row: Row) -> int:
    return len(row.values)


def _day(row: Row) -> int:
    return row.slot_at // DAY
