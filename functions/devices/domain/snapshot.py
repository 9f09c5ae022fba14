"""Thousands of devices in a few bytes: each name and number as its difference from the last."""

from __future__ import annotations

from itertools import pairwise
from string import ascii_lowercase, digits
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# How many characters two names share, as one character: 0 to 35.
_SHARED = digits + ascii_lowercase


def steps(numbers: Sequence[int]) -> list[int]:
    """Return each number less the one before it, the first less 0."""
    return [number - before for before, number in pairwise((0, *numbers))]


def front_coded(names: Iterable[str]) -> list[str]:
    """Return each name as the count of characters it shares with the one before, and its rest.

    Sorted names of a network share most of theirs: `nairobi-sw-01`, `nairobi-sw-02` are told as
    `0nairobi-sw-01`, `c2`. The count is one base-36 digit; more than 35 are not told as shared.
    """
    told, before = [], ""
    for name in names:
        shared = min(_shared(before, name), len(_SHARED) - 1)
        told.append(_SHARED[shared] + name[shared:])
        before = name
    return told


def _shared(one: str, other: str) -> int:
    # JavaScript counts characters beyond the first plane twice: sharing ends before them
    differs = (
        place
        for place, (a, b) in enumerate(zip(one, other, strict=False))
        if a != b or a > "\uffff"
    )
    return next(differs, min(len(one), len(other)))
