"""Unsigned integers packed in blocks of 32, each block with a width of its own.

The first value stands in the highest bits, so that 32 values of w bits are 4 * w bytes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Widths = NDArray[np.uint8]

BLOCK = 32
_WORD = 64
_PLACES = np.arange(BLOCK, dtype=np.int64)
_MASKS = np.array([(1 << width) - 1 for width in range(_WORD + 1)], np.uint64)
# An eight-byte window at a byte's border holds this many bits whatever bit they begin at.
_ONE_WINDOW = _WORD - 7


def zigzag(numbers: NDArray[np.int64]) -> Words:
    """Fold signed into unsigned integers: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)


def unzigzag(words: Words) -> NDArray[np.int64]:
    """Undo zigzag."""
    signs = -(words & np.uint64(1)).view(np.int64)
    return (words >> np.uint64(1)).view(np.int64) ^ signs


def blocks(words: Words) -> Words:
    """Cut each row into blocks, the last one filled with zeros: rows x blocks x 32."""
    rows, length = words.shape
    short = -length % BLOCK
    if short:
        words = np.concatenate([words, np.zeros((rows, short), np.uint64)], axis=1)
    return words.reshape(rows, -1, BLOCK)


def widths(cut: Words) -> Widths:
    """Return how many bits the largest value of each block needs."""
    # A number just below a power of two may round up to it: then one bit more than needed.
    exponents = np.frexp(cut.max(axis=2).astype(np.float64))[1]
    needed: Widths = np.minimum(exponents, _WORD).astype(np.uint8)
    return needed


def pack(cut: Words, width: Widths) -> list[bytes]:
    """Return the packed blocks of each row."""
    flat, every = cut.reshape(-1, BLOCK), width.reshape(-1).astype(np.int64)
    ends = np.cumsum(4 * every)
    starts = ends - 4 * every
    out = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint8)
    for one in np.flatnonzero(np.bincount(every, minlength=_WORD + 1)):
        if not one:
            continue
        rows = np.flatnonzero(every == one)
        packed = _pack_equal(flat[rows], int(one))
        out[starts[rows][:, None] + np.arange(4 * one)] = packed
    data = out.tobytes()
    per_row = ends.reshape(len(cut), -1)[:, -1] if len(ends) else np.zeros(len(cut), np.int64)
    bounds = [0, *per_row.tolist()]
    return [data[a:b] for a, b in pairwise(bounds)]


def _pack_equal(flat: Words, width: int) -> NDArray[np.uint8]:
    values = np.ascontiguousarray(flat.T)
    out = np.zeros((width // 2 + 1, len(flat)), np.uint64)
    for place in range(BLOCK):
        word, used = divmod(place * width, _WORD)
        over = width - (_WORD - used)
        if over <= 0:
            out[word] |= values[place] << np.uint64(-over)
        else:
            out[word] |= values[place] >> np.uint64(over)
            out[word + 1] |= values[place] << np.uint64(_WORD - over)
    big = np.ascontiguousarray(out.T).astype(">u8").view(np.uint8)
    return big[:, : 4 * width]


def unpack(width: Widths, payloads: Sequence[bytes]) -> Words:
    """Return the values of blocks whose packed bytes stand in a row: blocks x 32."""
    data = b"".join((*payloads, bytes(_WORD)))
    windows = np.ndarray((len(data) - 8,), ">u8", data, strides=(1,))
    wide = width.astype(np.int64)
    starts = np.cumsum(4 * wide) - 4 * wide
    # In place where it goes: what is touched should stay in the processor's cache.
    at = _PLACES * wide[:, None]
    byte = at >> 3
    byte += starts[:, None]
    at &= 7
    shift = np.subtract((_WORD - wide)[:, None], at, out=at)
    found: Words = windows[byte].byteswap(inplace=True).view(np.uint64)
    if len(wide) and wide.max() > _ONE_WINDOW:
        # Some values end in a ninth byte.
        over = np.maximum(-shift, 0).astype(np.uint64)
        ninth = np.frombuffer(data, np.uint8)[byte + 8].astype(np.uint64)
        found = (found << over) | (ninth >> (np.uint64(8) - over))
        np.maximum(shift, 0, out=shift)
    found >>= shift.view(np.uint64)
    found &= _MASKS[wide][:, None]
    return found
