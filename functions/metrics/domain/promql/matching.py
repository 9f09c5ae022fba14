"""Which series matchers choose: RE2, whose time grows with the text and never explodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import re2

from functions.metrics.domain.promql.errors import BadQueryError
from functions.metrics.domain.promql.plan import Match

if TYPE_CHECKING:
    from functions.metrics.domain.promql.plan import Matcher
    from functions.metrics.domain.promql.vectors import Labels

_QUIET = re2.Options()
_QUIET.log_errors = False
_QUIET.max_mem = 1 << 20
_QUIET.dot_nl = True

Test = Callable[[str], bool]


def test_of(matcher: Matcher) -> Test:
    """Return the test of one label's value; raise BadQueryError for a wrong expression."""
    if matcher.match is Match.EQUAL:
        return lambda value: value == matcher.value
    if matcher.match is Match.NOT_EQUAL:
        return lambda value: value != matcher.value
    try:
        pattern = re2.compile(matcher.value, _QUIET)
    except re2.error as error:
        raise BadQueryError(f"parse error: {matcher.value!r} is no RE2 expression") from error
    wanted = matcher.match is Match.LIKE
    return lambda value: (pattern.fullmatch(value) is not None) is wanted


def chooser(matchers: Sequence[Matcher]) -> Callable[[Labels], bool]:
    """Return the test of a series' labels."""
    tests = [(matcher.name, test_of(matcher)) for matcher in matchers]
    return lambda labels: all(test(labels.get(name, "")) for name, test in tests)
