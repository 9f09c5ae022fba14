"""Operators between scalars and vectors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from functions.metrics.domain.promql.errors import ExecutionError
from functions.metrics.domain.promql.plan import Matching, Side
from functions.metrics.domain.promql.vectors import (
    Element,
    Floats,
    Signature,
    all_but,
    merged,
    only,
    signature,
    without_name,
)

if TYPE_CHECKING:
    from functions.metrics.domain.promql.plan import Binary
    from functions.metrics.domain.promql.vectors import Labels, Mask, Scalar, Value, Vector

ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    # the remainder has the dividend's sign, as Go's math.Mod
    "%": np.fmod,
    "^": np.power,
}
COMPARISONS: dict[str, Callable[..., Any]] = {
    "==": np.equal,
    "!=": np.not_equal,
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
}
SETS = frozenset({"and", "or", "unless"})


def applied(node: Binary, left: Value, right: Value) -> Value:
    """Return what an operator makes of its two sides."""
    if isinstance(left, list) and isinstance(right, list):
        if node.operator in SETS:
            return _SETS[node.operator](left, right, node.matching)
        return _vectors(node, left, right)
    if isinstance(left, list):
        return _with_scalar(node, left, right, vector_first=True)
    if isinstance(right, list):
        return _with_scalar(node, right, left, vector_first=False)
    return _scalars(node, left, right)


def _scalars(node: Binary, left: Value, right: Value) -> Scalar:
    if node.operator in COMPARISONS:
        return np.asarray(COMPARISONS[node.operator](left, right), dtype=np.float64)
    return np.asarray(ARITHMETIC[node.operator](left, right))


def _computed(
    node: Binary, left: Floats, right: Floats, kept: Floats
) -> tuple[Floats, Mask | None]:
    """Return values, and where a comparison that chooses holds; `kept` is what it keeps."""
    if node.operator in ARITHMETIC:
        return np.asarray(ARITHMETIC[node.operator](left, right)), None
    holds = np.asarray(COMPARISONS[node.operator](left, right))
    return (holds.astype(np.float64), None) if node.boolean else (kept, holds)


def _is_new(node: Binary) -> bool:
    """Return whether the answer is another thing than the metric it was made of."""
    return node.operator in ARITHMETIC or node.boolean


def _with_scalar(node: Binary, vector: Vector, scalar: Any, *, vector_first: bool) -> Vector:
    found: Vector = []
    for each in vector:
        left, right = (each.values, scalar) if vector_first else (scalar, each.values)
        values, holds = _computed(node, left, right, each.values)
        labels = without_name(each.labels) if _is_new(node) else each.labels
        found.append(
            Element(labels, values, each.present if holds is None else each.present & holds)
        )
    return merged(found)


def _key(labels: Labels, matching: Matching) -> Signature:
    chosen = only if matching.on else all_but
    return signature(chosen(labels, matching.labels))


def _grouped(vector: Vector, matching: Matching) -> dict[Signature, Vector]:
    found: dict[Signature, Vector] = defaultdict(list)
    for each in vector:
        found[_key(each.labels, matching)].append(each)
    return found


def _vectors(node: Binary, left: Vector, right: Vector) -> Vector:
    matching = node.matching
    # the side whose series stay apart is "many"; the other must be unique in each group
    many, one = (right, left) if matching.many is Side.RIGHT else (left, right)
    partners = _grouped(one, matching)
    for key, members in partners.items():
        _check_unique(key, members)
    found: Vector = []
    for each in many:
        for partner in partners.get(_key(each.labels, matching), ()):
            present = each.present & partner.present
            if not present.any():
                continue
            sides = (partner, each) if matching.many is Side.RIGHT else (each, partner)
            values, holds = _computed(node, sides[0].values, sides[1].values, sides[0].values)
            labels = _result_labels(node, each.labels, partner.labels)
            found.append(Element(labels, values, present if holds is None else present & holds))
    if matching.many is not Side.NEITHER:
        return merged(found)
    try:
        return merged(found)
    except ExecutionError as error:
        raise ExecutionError(
            "multiple matches for labels: many-to-one matching must be explicit "
            "(group_left/group_right)"
        ) from error


def _check_unique(key: Signature, members: Vector) -> None:
    taken = None
    for each in members:
        if taken is not None and (taken & each.present).any():
            group = ", ".join(f'{name}="{value}"' for name, value in key)
            raise ExecutionError(
                f"found duplicate series for the match group {{{group}}}: many-to-many matching "
                "not allowed: matching labels must be unique on one side"
            )
        taken = each.present if taken is None else taken | each.present


def _result_labels(node: Binary, many: Labels, one: Labels) -> Labels:
    matching = node.matching
    labels = without_name(many) if _is_new(node) else dict(many)
    if matching.many is Side.NEITHER:
        if matching.on:
            return only(labels, matching.labels)
        return {name: value for name, value in labels.items() if name not in matching.labels}
    for name in matching.include:
        labels.pop(name, None)
        if one.get(name):
            labels[name] = one[name]
    return labels


def _anywhere(members: Vector, length: int) -> Mask:
    found = np.zeros(length, dtype=np.bool_)
    for each in members:
        found |= each.present
    return found


def _chosen(left: Vector, right: Vector, matching: Matching, *, matched: bool) -> Vector:
    partners = _grouped(right, matching)
    found: Vector = []
    for each in left:
        there = _anywhere(partners.get(_key(each.labels, matching), []), len(each.present))
        present = each.present & (there if matched else ~there)
        if present.any():
            found.append(Element(each.labels, each.values, present))
    return found


def _both(left: Vector, right: Vector, matching: Matching) -> Vector:
    return _chosen(left, right, matching, matched=True)


def _unless(left: Vector, right: Vector, matching: Matching) -> Vector:
    return _chosen(left, right, matching, matched=False)


def _either(left: Vector, right: Vector, matching: Matching) -> Vector:
    return merged([*left, *_chosen(right, left, matching, matched=False)])


_SETS: dict[str, Callable[[Vector, Vector, Matching], Vector]] = {
    "and": _both,
    "or": _either,
    "unless": _unless,
}
