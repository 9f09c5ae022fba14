"""Types of fields that every domain's bodies and queries are made of."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

MAX_PAGE, MAX_PER_PAGE = 100_000, 200


def _one_line(value: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise PydanticCustomError("control_character", "Control characters are not allowed")
    return value


def _lines(value: str) -> str:
    if any(
        unicodedata.category(character) == "Cc" for character in value if character not in "\n\t"
    ):
        raise PydanticCustomError("control_character", "Control characters are not allowed")
    return value


def _items(value: Any) -> Any:
    """Split a query parameter that was repeated, or written with commas."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(part, str) for part in given):
        return value
    return [item for part in given for piece in part.split(",") if (item := piece.strip())]


split_items = BeforeValidator(_items)

# A name, as lists show it: one line, never empty.
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255),
    AfterValidator(_one_line),
]
# One line that may be empty.
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=255), AfterValidator(_one_line)
]
# A note of several lines.
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(_lines)
]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PydanticCustomError("time_zone", "There is no time zone of this name") from error
    return name


ZoneName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(_zone),
    Field(description="IANA's name, such as `Africa/Nairobi`."),
]

PageNumber = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Which page, from 1.")]
PerPage = Annotated[int, Query(ge=1, le=MAX_PER_PAGE, description="How many a page.")]
Search = Annotated[
    str, Query(max_length=200, description="Words to look for."), AfterValidator(_one_line)
]
# `?tag=a&tag=b` and `?tag=a,b` mean the same.
Words = Annotated[
    Annotated[list[Line], Field(max_length=100)] | None,
    split_items,
    Query(description="Repeat it, or use commas."),
]
