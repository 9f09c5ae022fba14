"""Matchers of labels, with Alertmanager's syntax and meaning.

A label that is missing is the same as an empty one; patterns are RE2's, anchored at both ends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import re2

Labels = Mapping[str, str]
MAX_PATTERN = 1000
_QUIET = re2.Options()
_QUIET.log_errors = False
_WRITTEN = re.compile(r"\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)


class Operator(StrEnum):
    """How a label stands to a value."""

    EQUAL = "="
    DIFFERENT = "!="
    LIKE = "=~"
    UNLIKE = "!~"

    @property
    def is_pattern(self) -> bool:
        """Whether the value is a pattern."""
        return self in (Operator.LIKE, Operator.UNLIKE)

    @property
    def is_positive(self) -> bool:
        """Whether it asks for the value, not for anything but it."""
        return self in (Operator.EQUAL, Operator.LIKE)


class MatcherError(ValueError):
    """A matcher cannot be read."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """A label, an operator and a value."""

    name: str
    op: Operator
    value: str

    def __post_init__(self) -> None:
        """Refuse a pattern that cannot be read."""
        if self.op.is_pattern:
            if len(self.value) > MAX_PATTERN:
                raise MatcherError(f"a pattern has at most {MAX_PATTERN} characters")
            _compiled(self.value)

    def matches(self, labels: Labels) -> bool:
        """Return whether labels match."""
        found = labels.get(self.name, "")
        if self.op.is_pattern:
            is_like = _compiled(self.value).fullmatch(found) is not None
            return is_like is self.op.is_positive
        return (found == self.value) is self.op.is_positive

    def __str__(self) -> str:
        """Return it as Alertmanager writes it."""
        quoted = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.name}{self.op}"{quoted}"'


def all_match(matchers: Sequence[Matcher], labels: Labels) -> bool:
    """Return whether all of the matchers match."""
    return all(each.matches(labels) for each in matchers)


def read_matcher(text: str) -> Matcher:
    """Return the matcher a text such as `severity=~"warn.*"` says; raise MatcherError."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise MatcherError(f"bad matcher format: {text[:100]}")
    name, op, value = found.groups()
    return Matcher(name, Operator(op), _unquoted(value))


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        if '"' in value:
            raise MatcherError(f"matcher value contains unescaped double quote: {value[:100]}")
        return value
    if len(value) < 2 or not value.endswith('"'):  # noqa: PLR2004 - both quotes
        raise MatcherError(f"matcher value has no closing quote: {value[:100]}")
    if re.search(r'(?<!\\)(?:\\\\)*"', value[1:-1]):
        raise MatcherError(f"matcher value contains unescaped double quote: {value[:100]}")
    escapes = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
    return re.sub(r'\\\\|\\"|\\n', lambda each: escapes[each[0]], value[1:-1])


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Any:
    try:
        return re2.compile(pattern, _QUIET)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        words = reason.decode() if isinstance(reason, bytes) else str(reason)
        raise MatcherError(f"bad pattern: {words}") from error
