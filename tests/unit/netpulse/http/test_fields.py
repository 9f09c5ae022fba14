"""Fields that every domain's bodies and queries are made of."""

from __future__ import annotations

from typing import Any

import pytest
from netpulse.http.fields import Line, Name, Text, Words
from pydantic import TypeAdapter, ValidationError


def _read(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


def test_texts_are_stripped() -> None:
    assert _read(Name, "  Core  ") == "Core"
    assert _read(Line, "   ") == ""
    assert _read(Text, " a\n\tb ") == "a\n\tb"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Name, " "),
        (Name, "x" * 256),
        (Name, "a\nb"),
        (Name, "a\x00b"),
        (Name, "a\u2028b"),
        (Name, 5),
        (Line, "a\tb"),
        (Line, "x" * 256),
        (Text, "a\x1b[31mb"),
        (Text, "x" * 4001),
    ],
)
def test_what_would_break_a_log_or_a_list_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        _read(kind, value)


def test_a_parameter_may_be_repeated_or_have_commas() -> None:
    assert _read(Words, ["a,b", "c", " d , ,"]) == ["a", "b", "c", "d"]
    assert _read(Words, "a,b") == ["a", "b"]
    assert _read(Words, None) is None
    assert _read(Words, "") == []
