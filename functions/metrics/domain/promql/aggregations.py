"""Many series made into few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from functions.metrics.domain.promql.vectors import (
    Element,
    Floats,
    Mask,
    all_but,
    only,
    signature,
)
from functions.metrics.domain.promql.windows import quantile

if TYPE_CHECKING:
    from functions.metrics.domain.promql.plan import Aggregation
    from functions.metrics.domain.promql.vectors import Labels, Scalar, Vector

# Values and where they are, a row a series; None of a row is left where nothing is.
_Table = tuple[Floats, Mask]


def _sum(table: _Table) -> Floats:
    return np.asarray(np.where(table[1], table[0], 0.0).sum(axis=0))


def _count(table: _Table) -> Floats:
    return np.asarray(table[1].sum(axis=0), dtype=np.float64)


def _average(table: _Table) -> Floats:
    return _sum(table) / np.maximum(_count(table), 1)


def _minimum(table: _Table) -> Floats:
    return np.asarray(np.fmin.reduce(np.where(table[1], table[0], np.nan), axis=0))


def _maximum(table: _Table) -> Floats:
    return np.asarray(np.fmax.reduce(np.where(table[1], table[0], np.nan), axis=0))


def _variance(table: _Table) -> Floats:
    away = np.where(table[1], table[0] - _average(table), 0.0)
    return np.asarray((away * away).sum(axis=0)) / np.maximum(_count(table), 1)


def _deviation(table: _Table) -> Floats:
    return np.sqrt(_variance(table))


def _group(table: _Table) -> Floats:
    return np.ones(table[0].shape[1])


_SIMPLE: dict[str, Callable[[_Table], Floats]] = {
    "avg": _average,
    "count": _count,
    "group": _group,
    "max": _maximum,
    "min": _minimum,
    "stddev": _deviation,
    "stdvar": _variance,
    "sum": _sum,
}
OPERATORS = frozenset({*_SIMPLE, "topk", "bottomk", "quantile"})


def aggregated(vector: Vector, how: Aggregation, parameter: Scalar | None) -> Vector:
    """Return a vector's series by their groups."""
    groups: dict[tuple[tuple[str, str], ...], Vector] = defaultdict(list)
    for element in vector:
        groups[signature(_labels(element.labels, how))].append(element)
    found: Vector = []
    for key, members in groups.items():
        if parameter is not None and how.operator in ("topk", "bottomk"):
            found.extend(_extremes(members, parameter, highest=how.operator == "topk"))
        else:
            found.append(_one(members, dict(key), how, parameter))
    return found


def _labels(labels: Labels, how: Aggregation) -> Labels:
    return all_but(labels, how.labels) if how.without else only(labels, how.labels)


def _table(members: Vector) -> _Table:
    return np.stack([m.values for m in members]), np.stack([m.present for m in members])


def _one(members: Vector, labels: Labels, how: Aggregation, parameter: Scalar | None) -> Element:
    table = _table(members)
    if how.operator == "quantile" and parameter is not None:
        values = _quantiles(table, parameter)
    else:
        values = _SIMPLE[how.operator](table)
    return Element(labels, values, np.asarray(table[1].any(axis=0)))


def _quantiles(table: _Table, share: Scalar) -> Floats:
    values, present = table
    return np.array(
        [
            quantile(values[present[:, place], place], share[place])
            for place in range(values.shape[1])
        ]
    )


def _extremes(members: Vector, parameter: Scalar, *, highest: bool) -> Vector:
    """Return the members as they are, where they are among the so many highest or lowest."""
    values, present = _table(members)
    # what is not there, and then NaN, comes last
    order = np.where(present, np.nan_to_num(-values if highest else values, nan=np.inf), np.inf)
    rank = np.argsort(np.argsort(order, axis=0, kind="stable"), axis=0)
    wanted = present & (rank < np.nan_to_num(parameter, nan=0.0))
    return [
        Element(member.labels, member.values, wanted[row])
        for row, member in enumerate(members)
        if wanted[row].any()
    ]
