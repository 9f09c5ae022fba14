"""How CloudWatch judges an alarm, as far as ours use it: statistic, expression, threshold."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

Series = Sequence[Sequence[float]]
"""A metric's datapoints, period by period; an empty period has none."""

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}
_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Maximum": max,
    "Average": lambda values: sum(values) / len(values),
    "p95": lambda values: sorted(values)[ceil(0.95 * len(values)) - 1],
}
_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True)
class Watched:
    """One metric that an alarm looks at."""

    id: str
    namespace: str
    name: str
    dimensions: Mapping[str, Any]
    statistic: str
    period: int


class Judge:
    """Judges one alarm of a template."""

    def __init__(self, alarm: Mapping[str, Any]) -> None:
        self._alarm = alarm
        self.name: str = alarm["AlarmName"].rpartition("-")[2]
        self.periods: int = alarm["EvaluationPeriods"]
        self.expression: str | None = None
        self.watched: list[Watched] = []
        for each in alarm.get("Metrics", []):
            if "Expression" in each:
                assert self.expression is None
                assert each["ReturnData"] is True
                self.expression = each["Expression"]
            else:
                assert each["ReturnData"] is False
                self.watched.append(_watched(each["Id"], each["MetricStat"]))
        if not self.watched:
            self.watched = [_watched("it", alarm)]

    @property
    def silence_is_bad(self) -> bool:
        """Whether missing data fires."""
        treatment: str = self._alarm["TreatMissingData"]
        assert treatment in {"breaching", "notBreaching"}
        return treatment == "breaching"

    def fires(self, series: Mapping[str, Series]) -> bool:
        """Return whether the last periods together are a breach."""
        unknown = series.keys() - {each.id for each in self.watched}
        assert not unknown, f"{self.name} does not watch {unknown}"
        return all(self._breaches(series, -1 - back) for back in range(self.periods))

    def _breaches(self, series: Mapping[str, Series], period: int) -> bool:
        values = {
            each.id: _statistic(each, series.get(each.id, ()), period) for each in self.watched
        }
        value = _evaluated(self.expression, values) if self.expression else values["it"]
        if value is None:
            return self.silence_is_bad
        compare = _COMPARISONS[self._alarm["ComparisonOperator"]]
        return compare(value, self._alarm["Threshold"])


def _watched(metric_id: str, stat: Mapping[str, Any]) -> Watched:
    metric = stat.get("Metric", stat)
    return Watched(
        metric_id,
        metric["Namespace"],
        metric["MetricName"],
        {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])},
        stat.get("Stat") or stat.get("Statistic") or stat["ExtendedStatistic"],
        stat["Period"],
    )


def _statistic(metric: Watched, series: Series, period: int) -> float | None:
    values = series[period] if -period <= len(series) else ()
    return _STATISTICS[metric.statistic](values) if values else None


def _evaluated(expression: str, values: Mapping[str, float | None]) -> float | None:
    found = _value(ast.parse(expression, mode="eval").body, values)
    return None if found is None else float(found)


def _value(node: ast.AST, values: Mapping[str, float | None]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _both(type(op), _value(left, values), _value(right, values))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _both(type(op), _value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id="FILL"), args=[metric, default]):
            found = _value(metric, values)
            return _value(default, values) if found is None else found
        case ast.Call(func=ast.Name(id="IF"), args=[condition, yes, no]):
            found = _value(condition, values)
            return None if found is None else _value(yes if found else no, values)
    raise AssertionError(f"not metric math we know: {ast.dump(node)}")


def _both(kind: type[ast.AST], left: Any, right: Any) -> Any:
    # a period in which one of two has no datapoint has no result
    return None if left is None or right is None else _OPERATORS[kind](left, right)
