"""A block's day as one chunk: the slots' times, then each position's values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from netpulse.timeseries import codec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.timeseries.model import Floats, Integers


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk as it is stored: how many slots, where each column ends, and the bytes."""

    n: int
    ends: list[int]
    data: bytes


def pack(times: Integers, values: Sequence[Floats]) -> list[Chunk]:
    """Pack blocks that have the same times, each a matrix of positions x slots."""
    head = codec.encode_integers(times)
    columns = codec.encode_columns(np.concatenate(values))
    packed = []
    at = 0
    for block in values:
        own = columns[at : at + len(block)]
        at += len(block)
        ends = np.cumsum([len(head), *map(len, own)])
        packed.append(Chunk(len(times), ends.tolist(), b"".join((head, *own))))
    return packed


def unpack(chunk: Chunk) -> tuple[Integers, Floats]:
    """Return a chunk's times and its matrix of positions x slots."""
    bounds = [0, *chunk.ends]
    parts = [chunk.data[a:b] for a, b in pairwise(bounds)]
    times = codec.decode_integers(parts[:1], [chunk.n])[0]
    columns = codec.decode_columns(parts[1:], [chunk.n] * (len(parts) - 1))
    return times, np.array(columns).reshape(len(columns), chunk.n)
