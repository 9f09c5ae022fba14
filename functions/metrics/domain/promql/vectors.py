"""Values over a grid of instants: a row a series, a column an instant, and where nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from functions.metrics.domain.promql.errors import ExecutionError
from functions.metrics.domain.promql.plan import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Labels = dict[str, str]
# labels in an order of their own, so that they can be compared
Signature = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Samples:
    """A series as it was measured: instants in ms since 1970, ascending, and values."""

    labels: Labels
    times: Integers
    values: Floats
    # how long the newest value counts, where it is not as long as for all
    lookback_ms: int | None = None


@dataclass(frozen=True)
class Element:
    """A series over the grid; `present` says at which instants there is a value."""

    labels: Labels
    values: Floats
    present: Mask


Vector = list[Element]
Scalar = Floats
Value = Vector | Scalar | str


def signature(labels: Labels) -> Signature:
    """Return labels so that they can be compared."""
    return tuple(sorted(labels.items()))


def without_name(labels: Labels) -> Labels:
    """Return labels without the metric's name: what is computed is not the metric any more."""
    return {name: value for name, value in labels.items() if name != NAME}


def only(labels: Labels, names: Iterable[str]) -> Labels:
    """Return those of the labels that are named."""
    return {name: labels[name] for name in names if name in labels}


def all_but(labels: Labels, names: Iterable[str]) -> Labels:
    """Return the labels but for these and the metric's name."""
    dropped = {NAME, *names}
    return {name: value for name, value in labels.items() if name not in dropped}


def grid(start_ms: int, end_ms: int, step_ms: int) -> Integers:
    """Return the instants at which a query is evaluated."""
    return np.arange(start_ms, end_ms + 1, max(step_ms, 1), dtype=np.int64)


def merged(elements: Iterable[Element]) -> Vector:
    """Return elements with equal labels as one; raise where two are there at one instant."""
    found: dict[Signature, Element] = {}
    for element in elements:
        if not element.present.any():
            continue
        key = signature(element.labels)
        other = found.get(key)
        if other is None:
            found[key] = element
            continue
        if (other.present & element.present).any():
            raise ExecutionError("vector cannot contain metrics with the same labelset")
        found[key] = Element(
            element.labels,
            np.where(element.present, element.values, other.values),
            other.present | element.present,
        )
    return list(found.values())
