"""Columns of numbers packed without loss, so that PostgreSQL can read them too.

A column is big-endian: CRC-32 of the rest (4 bytes), kind (1), then
- the gaps: their number (2), then first slot and length of each (4 + 4);
- CONSTANT: the value (8 bytes of float64); EMPTY: nothing;
- SCALED (value = integer / 10**digits) and BITS (the float64's bits without `digits` zeros at their
  end, which all values have): digits (1), order (1), base, unit and slope (8 each, signed), a width
  for each 32 slots (1), and each 32 slots' residuals of so many bits.

With q[i] = (integer[i] - base) / unit, the residuals are q itself (order 0), zig-zag coded
differences (1), or those of the differences less the slope (2). A gap repeats the value before it,
and is told by the list of gaps alone.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from netpulse.timeseries import bits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

EMPTY, CONSTANT, SCALED, BITS = range(4)
BLOCK = bits.BLOCK
_POWERS = (1.0, 10.0, 100.0, 1000.0, 1e4, 1e5, 1e6)
_EXACT = 2.0**53
_NO_WRAP = 2.0**61
_NEVER = 1 << 40
_STEPS, _CURVE = 1, 2
_FIRST_LOOK = 16
_AT_ONCE = 1 << 15
_HEAD = struct.Struct(">BH")
_GAP = struct.Struct(">II")
_MODEL = struct.Struct(">BBqqq")
_DOUBLE = struct.Struct(">d")
_CRC = struct.Struct(">I")
_MOST_GAPS = 0xFFFF


class DamagedChunkError(Exception):
    """A column's checksum does not fit its bytes."""


def encode_columns(values: Floats) -> list[bytes]:
    """Pack each row of a matrix (columns x slots); NaN is a gap, whatever its payload."""
    columns = len(values)
    present = values == values  # noqa: PLR0124  # what NaN is not
    filled = _filled(values, present)
    done: list[bytes | None] = [None] * columns
    raw = filled.view(np.int64)
    constant = (raw == raw[:, :1]).all(axis=1)
    for row in np.flatnonzero(~present.any(axis=1)):
        done[row] = _sealed(EMPTY, b"", b"")
    for row in np.flatnonzero(constant):
        if done[row] is None:
            body = _DOUBLE.pack(filled[row, 0])
            done[row] = _sealed(CONSTANT, _gaps(present[row]), body)
    varying = np.array([row for row in range(columns) if done[row] is None], np.int64)
    if len(varying):
        digits, integers = _scaled(filled[varying])
        kinds = np.where(digits < 0, BITS, SCALED)
        for row in np.flatnonzero(digits < 0):
            digits[row], integers[row] = _shortened(integers[row])
        for row, kind, body in zip(varying, kinds, _packed(integers, digits), strict=True):
            done[row] = _sealed(int(kind), _gaps(present[row]), body)
    return [column for column in done if column is not None]


def encode_integers(numbers: Integers) -> list[bytes]:
    """Pack each row of a matrix of integers."""
    digits = np.zeros(len(numbers), np.int64)
    return [_sealed(SCALED, b"", body) for body in _packed(numbers, digits)]


def decode_columns(columns: Sequence[bytes], slots: Sequence[int]) -> list[Floats]:
    """Unpack columns of so many slots each; NaN where there is a gap."""
    models = [_Model(column, n) for column, n in zip(columns, slots, strict=True)]
    found = [
        np.full(n if model.kind in {EMPTY, CONSTANT} else 0, model.value)
        for model, n in zip(models, slots, strict=True)
    ]
    groups: dict[int, list[int]] = {}
    for index, model in enumerate(models):
        if model.kind in {SCALED, BITS}:
            groups.setdefault(slots[index], []).append(index)
    for n, same in groups.items():
        # So many at a time that all of it stays in the processor's cache.
        some = max(1, _AT_ONCE // n)
        for indexes in (same[at : at + some] for at in range(0, len(same), some)):
            chosen = [models[index] for index in indexes]
            for index, row in zip(indexes, _floats(chosen, _integers(chosen, n)), strict=True):
                found[index] = row
    for row, model in zip(found, models, strict=True):
        for first, length in model.gaps:
            row[first : first + length] = np.nan
    return found


def decode_integers(columns: Sequence[bytes], slots: Sequence[int]) -> list[Integers]:
    """Unpack columns made by encode_integers."""
    models = [_Model(column, n) for column, n in zip(columns, slots, strict=True)]
    return [_integers([model], n)[0] for model, n in zip(models, slots, strict=True)]


def even_steps(column: bytes, slots: int) -> tuple[int, int] | None:
    """Return first and step of a column made by encode_integers, if it climbs evenly."""
    model = _Model(column, slots)
    if model.widths.any() or not (model.order == _CURVE or slots == 1):
        return None
    return model.base, model.slope * model.unit


class _Model:
    """A column's head: everything but the residuals."""

    def __init__(self, column: bytes, n: int) -> None:
        if _CRC.unpack_from(column)[0] != zlib.crc32(memoryview(column)[_CRC.size :]):
            raise DamagedChunkError("A chunk's checksum does not fit")
        self.kind, gaps = _HEAD.unpack_from(column, _CRC.size)
        self.value = np.nan
        at = _CRC.size + _HEAD.size
        self.gaps: list[tuple[int, int]] = [
            _GAP.unpack_from(column, at + i * _GAP.size) for i in range(gaps)
        ]
        at += gaps * _GAP.size
        if self.kind == CONSTANT:
            self.value = _DOUBLE.unpack_from(column, at)[0]
        elif self.kind in {SCALED, BITS}:
            self.digits, self.order, self.base, self.unit, self.slope = _MODEL.unpack_from(
                column, at
            )
            at += _MODEL.size
            blocks = -(-n // BLOCK)
            self.widths = np.frombuffer(column, np.uint8, blocks, at)
            self.payload = column[at + blocks :]


def _filled(values: Floats, present: NDArray[np.bool_]) -> Floats:
    """Put the value before it (at the front: the first) into each gap."""
    if present.all():
        return np.ascontiguousarray(values)
    slots = np.arange(values.shape[1])
    newest = np.maximum.accumulate(np.where(present, slots, -1), axis=1)
    first = np.argmax(present, axis=1)[:, None]
    return np.take_along_axis(values, np.where(newest < 0, first, newest), axis=1)


def _gaps(present: NDArray[np.bool_]) -> bytes:
    if present.all():
        return b""
    edges = np.flatnonzero(np.diff(np.concatenate(([True], present, [True])).view(np.int8)))
    first, end = edges[::2], edges[1::2]
    return np.stack([first, end - first], axis=1).astype(">u4").tobytes()


def _sealed(kind: int, gaps: bytes, body: bytes) -> bytes:
    rest = _HEAD.pack(kind, len(gaps) // 8) + gaps + body
    return _CRC.pack(zlib.crc32(rest)) + rest


def _scaled(values: Floats) -> tuple[NDArray[np.int64], Integers]:
    """Return each row's decimal digits (-1: none will do) and its integers.

    By bits, so that -0.0 is no 0.0; NaN never gets here, infinity finds no digits.
    """
    digits = np.full(len(values), -1, np.int64)
    integers = values.view(np.int64).copy()
    look = values[:, :_FIRST_LOOK]
    for count, power in enumerate(_POWERS):
        hopeful = (digits < 0) & _exact(look, power).all(axis=1)
        rows = np.flatnonzero(hopeful)
        if not len(rows):
            continue
        good = rows[_exact(values[rows], power).all(axis=1)]
        digits[good] = count
        integers[good] = np.rint(values[good] * power).astype(np.int64)
    return digits, integers


def _exact(values: Floats, power: float) -> NDArray[np.bool_]:
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = np.rint(values * power)
        same = (scaled / power).view(np.int64) == values.view(np.int64)
        zero = values.view(np.int64) == np.int64(-(2**63))
        good: NDArray[np.bool_] = same & (np.abs(scaled) < _EXACT) & ~zero
        return good


def _shortened(integers: Integers) -> tuple[int, Integers]:
    words = integers.view(np.uint64)
    used = int(np.bitwise_or.reduce(words))
    zeros = (used & -used).bit_length() - 1
    return zeros, (words >> np.uint64(zeros)).view(np.int64)


def _packed(integers: Integers, digits: NDArray[np.int64]) -> list[bytes]:
    rows = len(integers)
    near = integers.max(axis=1).astype(np.float64) - integers.min(axis=1) < _NO_WRAP
    base, unit = integers[:, 0].copy(), _units(integers, near)
    from_first = integers - base[:, None]
    if (unit != 1).any():
        from_first //= unit[:, None]
    difference = np.diff(from_first, axis=1, prepend=0)
    slope = difference[:, 1].copy() if integers.shape[1] > 1 else np.zeros(rows, np.int64)
    low = from_first.min(axis=1)
    curve = np.diff(difference, axis=1, prepend=0)
    curve[:, :2] = 0
    candidates = (
        (from_first - low[:, None]).view(np.uint64),
        bits.zigzag(difference),
        bits.zigzag(curve),
    )
    widths = np.stack([bits.widths(bits.blocks(each)) for each in candidates])
    cost = widths.sum(axis=2, dtype=np.int64)
    # Where differences overflow, numpy would wrap as they need it and SQL would not.
    cost[_STEPS:, ~near] = _NEVER
    order = cost.argmin(axis=0)
    chosen = np.empty_like(candidates[0])
    for number, each in enumerate(candidates):
        chosen[order == number] = each[order == number]
    width = widths[order, np.arange(rows)]
    payloads = bits.pack(bits.blocks(chosen), width)
    base = np.where(order == 0, base + low * unit, base)
    slope = np.where(order == _CURVE, slope, 0)
    return [
        _MODEL.pack(*model) + width[row].tobytes() + payloads[row]
        for row, model in enumerate(
            zip(
                digits.tolist(), order.tolist(), base.tolist(), unit.tolist(), slope.tolist(),
                strict=True,
            )
        )
    ]  # fmt: skip


def _units(integers: Integers, near: NDArray[np.bool_]) -> Integers:
    """Return what all differences of a row are multiples of; 1 where a first look finds nothing."""
    units = np.ones(len(integers), np.int64)
    look = np.gcd.reduce(np.diff(integers[:, : 2 * _FIRST_LOOK], axis=1), axis=1)
    for row in np.flatnonzero(near & (look != 1)):
        found = int(np.gcd.reduce(np.diff(integers[row])))
        units[row] = found if found > 0 else 1
    return units


def _integers(models: Sequence[_Model], n: int) -> Integers:
    """Return the integers of columns of the same number of slots, a row each."""
    residuals = bits.unpack(
        np.concatenate([model.widths for model in models]), [model.payload for model in models]
    ).reshape(len(models), -1)[:, :n]
    order = np.array([model.order for model in models])
    q = residuals.view(np.int64)
    for wanted in (_STEPS, _CURVE):
        rows = np.flatnonzero(order == wanted)
        if not len(rows):
            continue
        steps = bits.unzigzag(residuals[rows])
        if wanted == _CURVE:
            steps = np.cumsum(steps, axis=1)
            steps += np.array([models[row].slope for row in rows.tolist()], np.int64)[:, None]
            steps[:, 0] = 0
        q[rows] = np.cumsum(steps, axis=1)
    unit = np.array([model.unit for model in models], np.int64)
    if (unit != 1).any():
        q *= unit[:, None]
    q += np.array([model.base for model in models], np.int64)[:, None]
    return q


def _floats(models: Sequence[_Model], integers: Integers) -> Floats:
    found = integers.astype(np.float64)
    for row, model in enumerate(models):
        if model.kind == BITS:
            found[row] = (integers[row] << model.digits).view(np.float64)
        elif model.digits:
            found[row] /= _POWERS[model.digits]
    return found
