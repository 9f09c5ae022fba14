"""A block's day as one chunk: the slots' times, then each position's values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
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


def pack(blocks: Sequence[tuple[Integers, Floats]]) -> list[Chunk]:
    """Pack blocks, each its times and a matrix of positions x slots."""
    packed: list[Chunk | None] = [None] * len(blocks)
    lengths: dict[int, list[int]] = {}
    for index, (times, _) in enumerate(blocks):
        lengths.setdefault(len(times), []).append(index)
    for n, indexes in lengths.items():
        heads = codec.encode_integers(np.stack([blocks[index][0] for index in indexes]))
        columns = iter(codec.encode_columns(np.concatenate([blocks[i][1] for i in indexes])))
        for index, head in zip(indexes, heads, strict=True):
            parts = [head, *islice(columns, len(blocks[index][1]))]
            packed[index] = Chunk(n, list(accumulate(map(len, parts))), b"".join(parts))
    return [chunk for chunk in packed if chunk is not None]


def unpack(chunk: Chunk) -> tuple[Integers, Floats]:
    """Return a chunk's times and its matrix of positions x slots."""
    bounds = [0, *chunk.ends]
    parts = [chunk.data[a:b] for a, b in pairwise(bounds)]
    times = codec.decode_integers(parts[:1], [chunk.n])[0]
    columns = codec.decode_columns(parts[1:], [chunk.n] * (len(parts) - 1))
    return times, np.array(columns).reshape(len(columns), chunk.n)
