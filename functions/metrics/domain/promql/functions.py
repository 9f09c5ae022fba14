"""Functions of instant vectors and scalars: each value by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from functions.metrics.domain.promql.vectors import Element, Floats, without_name

if TYPE_CHECKING:
    from functions.metrics.domain.promql.vectors import Scalar, Vector


def _clamp(values: Floats, low: Floats, high: Floats) -> Floats:
    return np.maximum(low, np.minimum(high, values))


def _round(values: Floats, to: Floats | None = None) -> Floats:
    # ties go up: floor(v / to + 0.5) * to, as Prometheus computes it
    inverse = 1.0 / (np.ones(1) if to is None else to)
    return np.asarray(np.floor(values * inverse + 0.5) / inverse)


# Name -> function of the values and of the scalars behind them.
FUNCTIONS: dict[str, Callable[..., Floats]] = {
    "abs": np.abs,
    "ceil": np.ceil,
    "clamp": _clamp,
    "clamp_max": np.minimum,
    "clamp_min": np.maximum,
    "exp": np.exp,
    "floor": np.floor,
    "ln": np.log,
    "log10": np.log10,
    "log2": np.log2,
    "round": _round,
    "sgn": np.sign,
    "sqrt": np.sqrt,
}


def mapped(vector: Vector, name: str, parameters: list[Scalar]) -> Vector:
    """Return each value as a function makes it."""
    function = FUNCTIONS[name]
    found = [
        Element(
            without_name(element.labels), function(element.values, *parameters), element.present
        )
        for element in vector
    ]
    if name != "clamp":
        return found
    # an empty range has no values
    possible = parameters[0] <= parameters[1]
    return [Element(each.labels, each.values, each.present & possible) for each in found]


def scalar_of(vector: Vector, length: int) -> Scalar:
    """Return the one value there is at each instant, NaN where there are none or several."""
    counts = np.zeros(length, dtype=np.int64)
    values = np.full(length, np.nan)
    for element in vector:
        counts += element.present
        values = np.where(element.present, element.values, values)
    return np.where(counts == 1, values, np.nan)


def absence(vector: Vector, labels: dict[str, str], length: int) -> Vector:
    """Return 1 at the instants at which a vector is empty."""
    missing = np.ones(length, dtype=np.bool_)
    for element in vector:
        missing &= ~element.present
    return [Element(labels, np.ones(length), missing)]
