"""What a query asks for: the tree that is evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "__name__"


class Match(StrEnum):
    """How a label's value is compared; expressions are RE2 and match the whole value."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LIKE = "=~"
    NOT_LIKE = "!~"


@dataclass(frozen=True)
class Matcher:
    """A condition on one label; a label that is not there has the value ''."""

    name: str
    match: Match
    value: str


@dataclass(frozen=True)
class Selector:
    """Series chosen by their labels; with a window their samples, without their newest value."""

    matchers: tuple[Matcher, ...]
    window_ms: int | None = None
    offset_ms: int = 0


@dataclass(frozen=True)
class Number:
    """A number as it is written."""

    value: float


@dataclass(frozen=True)
class Text:
    """A text as it is written."""

    value: str


@dataclass(frozen=True)
class Call:
    """A function of arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Aggregation:
    """Many series made into few: by these labels, or (`without`) by all others."""

    operator: str
    of: Node
    parameter: Node | None = None
    labels: tuple[str, ...] = ()
    without: bool = False


class Side(StrEnum):
    """On which side of an operator several series may share one partner."""

    NEITHER = "neither"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class Matching:
    """How the series of both sides find each other: on these labels, or on all but these."""

    labels: tuple[str, ...] = ()
    on: bool = False
    many: Side = Side.NEITHER
    include: tuple[str, ...] = ()


@dataclass(frozen=True)
class Binary:
    """Two sides and an operator; `boolean`: a comparison that answers 0 or 1."""

    operator: str
    left: Node
    right: Node
    boolean: bool = False
    matching: Matching = Matching()


@dataclass(frozen=True)
class Negation:
    """Minus what follows."""

    of: Node


Node = Selector | Number | Text | Call | Aggregation | Binary | Negation


def selectors(node: Node) -> Iterator[Selector]:
    """Yield every selector of a tree, in the order they are written."""
    if isinstance(node, Selector):
        yield node
    for child in _children(node):
        yield from selectors(child)


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case Call(arguments=arguments):
            return arguments
        case Aggregation(of=of, parameter=parameter):
            return (of,) if parameter is None else (parameter, of)
        case Binary(left=left, right=right):
            return (left, right)
        case Negation(of=of):
            return (of,)
        case _:
            return ()
