"""Evaluates a query's tree over a grid of instants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from functions.metrics.domain.promql import functions, windows
from functions.metrics.domain.promql.aggregations import aggregated
from functions.metrics.domain.promql.operators import applied
from functions.metrics.domain.promql.plan import (
    NAME,
    Aggregation,
    Binary,
    Call,
    Match,
    Number,
    Selector,
    Text,
)
from functions.metrics.domain.promql.vectors import (
    Element,
    Floats,
    Integers,
    Mask,
    Samples,
    merged,
    without_name,
)

if TYPE_CHECKING:
    from functions.metrics.domain.promql.plan import Node
    from functions.metrics.domain.promql.vectors import Labels, Scalar, Value, Vector

_MS = 1000.0
LOOKBACK_MS = 5 * 60 * 1000


@dataclass(frozen=True)
class Manner:
    """How Prometheus of a kind does it.

    `left_open`: a window and the lookback do not hold their first instant, as since Prometheus 3;
    before, they did. `lookback_ms`: how long a newest value counts.
    """

    left_open: bool = True
    lookback_ms: int = LOOKBACK_MS


class Evaluation:
    """One query over one grid; the samples of each selector were read before."""

    def __init__(
        self,
        instants: Integers,
        samples: Mapping[Selector, Sequence[Samples]],
        manner: Manner = Manner(),
    ) -> None:
        self._instants = instants
        self._samples = samples
        self._manner = manner

    def value(self, node: Node) -> Value:
        """Return what a tree is worth: a vector, a scalar at each instant, or a text."""
        with np.errstate(all="ignore"):
            return self._value(node)

    def _value(self, node: Node) -> Value:
        match node:
            case Number() | Text():
                return self._literal(node)
            case Selector():
                return self._newest(node)
            case Call():
                return self._called(node)
            case Aggregation():
                return self._aggregated(node)
            case Binary():
                return applied(node, self._value(node.left), self._value(node.right))
        return _negated(self._value(node.of))

    def _literal(self, node: Number | Text) -> Value:
        if isinstance(node, Text):
            return node.value
        return np.full(len(self._instants), node.value)

    def _vector(self, node: Node) -> Vector:
        return cast("Vector", self._value(node))

    def _scalar(self, node: Node) -> Scalar:
        return cast("Scalar", self._value(node))

    def _newest(self, selector: Selector) -> Vector:
        return [
            Element(labels, values, present)
            for labels, _, values, present in self._newest_samples(selector)
        ]

    def _newest_samples(self, selector: Selector) -> list[tuple[Labels, Integers, Floats, Mask]]:
        ends = self._instants - selector.offset_ms
        found = []
        for series in self._samples[selector]:
            earliest = ends - (series.lookback_ms or self._manner.lookback_ms)
            places = np.searchsorted(series.times, ends, side="right") - 1
            times = np.append(series.times, np.iinfo(np.int64).min)[places]
            fresh = times > earliest if self._manner.left_open else times >= earliest
            if fresh.any():
                values = np.append(series.values, np.nan)[places]
                found.append((series.labels, times, values, fresh))
        return found

    def _aggregated(self, node: Aggregation) -> Vector:
        parameter = None if node.parameter is None else self._scalar(node.parameter)
        return aggregated(self._vector(node.of), node, parameter)

    def _called(self, node: Call) -> Value:
        name = node.function
        if name in windows.FUNCTIONS:
            return self._windowed(node)
        if name in functions.FUNCTIONS:
            first, *others = node.arguments
            parameters = [self._scalar(each) for each in others]
            return merged(functions.mapped(self._vector(first), name, parameters))
        return _SPECIAL[name](self, node)

    def _windowed(self, node: Call) -> Vector:
        name = node.function
        arguments = [each for each in node.arguments if not isinstance(each, Selector)]
        selector = next(each for each in node.arguments if isinstance(each, Selector))
        parameter = self._scalar(arguments[0]) if arguments else np.zeros(len(self._instants))
        if name in windows.NUMBER_LAST:
            # a forecast starts at the instant asked for, its line ends an offset before
            parameter = parameter + selector.offset_ms / _MS
        found: Vector = []
        for series in self._samples[selector]:
            part = windows.windows(
                series,
                self._instants - selector.offset_ms,
                selector.window_ms or 0,
                left_open=self._manner.left_open,
            )
            values, present = windows.FUNCTIONS[name](part, parameter)
            keeps = name in windows.KEEPS_NAME
            labels = series.labels if keeps else without_name(series.labels)
            found.append(Element(labels, values, present))
        return merged(found)

    def time(self, _node: Call) -> Scalar:
        """Return each instant in seconds since 1970."""
        return self._instants / _MS

    def vector(self, node: Call) -> Vector:
        """Return a scalar as a vector of one element without labels."""
        everywhere = np.ones(len(self._instants), dtype=np.bool_)
        return [Element({}, self._scalar(node.arguments[0]), everywhere)]

    def scalar(self, node: Call) -> Scalar:
        """Return the one element of a vector."""
        return functions.scalar_of(self._vector(node.arguments[0]), len(self._instants))

    def timestamp(self, node: Call) -> Vector:
        """Return when each value was measured, or for what is computed the instant itself."""
        of = node.arguments[0]
        if isinstance(of, Selector):
            return merged(
                Element(without_name(labels), times / _MS, present)
                for labels, times, _, present in self._newest_samples(of)
            )
        now = self._instants / _MS
        return merged(
            Element(without_name(each.labels), now, each.present) for each in self._vector(of)
        )

    def absent(self, node: Call) -> Vector:
        """Return 1 where nothing is, with the labels that were asked for by `=`."""
        of = node.arguments[0]
        labels: Labels = {}
        if isinstance(of, Selector):
            asked = [each.name for each in of.matchers]
            labels = {
                each.name: each.value
                for each in of.matchers
                if each.match is Match.EQUAL and each.name != NAME and asked.count(each.name) == 1
            }
        return functions.absence(self._vector(of), labels, len(self._instants))

    def same(self, node: Call) -> Vector:
        """Return a vector as it is: in which order it is shown is not this class's."""
        return self._vector(node.arguments[0])


def _negated(value: Value) -> Value:
    if isinstance(value, list):
        return merged(
            Element(without_name(each.labels), -each.values, each.present) for each in value
        )
    return -cast("Scalar", value)


_SPECIAL: dict[str, Callable[[Evaluation, Call], Value]] = {
    "absent": Evaluation.absent,
    "scalar": Evaluation.scalar,
    "sort": Evaluation.same,
    "sort_desc": Evaluation.same,
    "time": Evaluation.time,
    "timestamp": Evaluation.timestamp,
    "vector": Evaluation.vector,
}
FUNCTIONS = frozenset({*_SPECIAL, *functions.FUNCTIONS, *windows.FUNCTIONS})
