"""PromQL's text, read by promql-parser and translated into what is evaluated here.

What the language has and the subset lacks is refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import promql_parser as parser

from functions.metrics.domain.promql.aggregations import OPERATORS
from functions.metrics.domain.promql.errors import BadQueryError
from functions.metrics.domain.promql.evaluation import FUNCTIONS
from functions.metrics.domain.promql.operators import ARITHMETIC, COMPARISONS, SETS
from functions.metrics.domain.promql.plan import (
    NAME,
    Aggregation,
    Binary,
    Call,
    Match,
    Matcher,
    Matching,
    Negation,
    Number,
    Selector,
    Side,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from functions.metrics.domain.promql.plan import Node

# The parser recurses; a tree this deep fits on any thread's stack.
MAX_CHARACTERS, MAX_DEPTH = 8192, 100
# The parser's enumerations cannot be hashed; their texts can.
_MATCHES = {
    str(parser.MatchOp.Equal): Match.EQUAL,
    str(parser.MatchOp.NotEqual): Match.NOT_EQUAL,
    str(parser.MatchOp.Re): Match.LIKE,
    str(parser.MatchOp.NotRe): Match.NOT_LIKE,
}
_SIDES = {
    str(parser.VectorMatchCardinality.ManyToOne): Side.LEFT,
    str(parser.VectorMatchCardinality.OneToMany): Side.RIGHT,
}


def parse(text: str) -> Node:
    """Return a query's tree; raise BadQueryError."""
    if len(text) > MAX_CHARACTERS:
        raise BadQueryError(f"a query may have at most {MAX_CHARACTERS} characters")
    _check_depth(text)
    try:
        found = parser.parse(text)
    except ValueError as error:
        raise BadQueryError(f"parse error: {error}") from error
    return _node(found, MAX_DEPTH)


def parse_selector(text: str) -> Selector:
    """Return the selector of a `match[]`; raise BadQueryError."""
    found = parse(text)
    if not isinstance(found, Selector) or found.window_ms is not None or found.offset_ms:
        raise BadQueryError(f'invalid parameter "match[]": {text} is not a plain selector')
    return found


def _check_depth(text: str) -> None:
    depth = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if depth > MAX_DEPTH:
            raise BadQueryError(f"a query may be nested at most {MAX_DEPTH} deep")


def _node(found: Any, depth: int) -> Node:
    if depth == 0:
        raise BadQueryError(f"a query may be nested at most {MAX_DEPTH} deep")
    translate = _NODES.get(type(found))
    if translate is None:
        raise _outside(_THINGS.get(type(found), type(found).__name__))
    return translate(found, depth - 1)


def _outside(thing: str) -> BadQueryError:
    return BadQueryError(f"not supported here: {thing}")


def _selector(found: Any, _depth: int) -> Selector:
    if found.at is not None:
        raise _outside("the @ modifier")
    if found.matchers.or_matchers:
        raise _outside("`or` between matchers")
    named = [Matcher(NAME, Match.EQUAL, found.name)] if found.name else []
    others = [Matcher(m.name, _MATCHES[str(m.op)], m.value) for m in found.matchers.matchers]
    return Selector(tuple(named + others), offset_ms=_milliseconds(found.offset))


def _window(found: Any, depth: int) -> Selector:
    inner = _selector(found.vector_selector, depth)
    return Selector(inner.matchers, _milliseconds(found.range), inner.offset_ms)


def _milliseconds(length: timedelta | None) -> int:
    return 0 if length is None else round(length.total_seconds() * 1000)


def _call(found: Any, depth: int) -> Call:
    name = found.func.name
    if name not in FUNCTIONS:
        raise _outside(f"the function {name}")
    return Call(name, tuple(_node(each, depth) for each in found.args))


def _aggregation(found: Any, depth: int) -> Aggregation:
    operator = str(found.op)
    if operator not in OPERATORS:
        raise _outside(f"the aggregation {operator}")
    modifier = found.modifier
    return Aggregation(
        operator,
        _node(found.expr, depth),
        None if found.param is None else _node(found.param, depth),
        tuple(modifier.labels) if modifier else (),
        without=bool(modifier) and modifier.type == parser.AggModifierType.Without,
    )


def _binary(found: Any, depth: int) -> Binary:
    operator = str(found.op)
    if operator not in ARITHMETIC.keys() | COMPARISONS.keys() | SETS:
        raise _outside(f"the operator {operator}")
    left, right = _node(found.lhs, depth), _node(found.rhs, depth)
    modifier = found.modifier
    if modifier is None:
        return Binary(operator, left, right)
    fill = modifier.fill_values
    if fill is not None and (fill.lhs is not None or fill.rhs is not None):
        raise _outside("fill values")
    return Binary(operator, left, right, modifier.return_bool, _matching(modifier))


def _matching(modifier: Any) -> Matching:
    labels = modifier.matching
    return Matching(
        tuple(labels.labels) if labels else (),
        on=bool(labels) and labels.type == parser.LabelModifierType.Include,
        many=_SIDES.get(str(modifier.card), Side.NEITHER),
        include=tuple(modifier.group_labels or ()),
    )


_NODES: dict[type, Callable[[Any, int], Node]] = {
    parser.VectorSelector: _selector,
    parser.MatrixSelector: _window,
    parser.NumberLiteral: lambda found, _depth: Number(found.val),
    parser.StringLiteral: lambda found, _depth: Text(found.val),
    parser.ParenExpr: lambda found, depth: _node(found.expr, depth),
    parser.Call: _call,
    parser.AggregateExpr: _aggregation,
    parser.BinaryExpr: _binary,
    parser.UnaryExpr: lambda found, depth: Negation(_node(found.expr, depth)),
}
_THINGS = {parser.SubqueryExpr: "subqueries"}
