"""Instants and walls' clocks that somebody can mean: nothing computed from them overflows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, NaiveDatetime
from pydantic_core import PydanticCustomError

_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def _near(at: datetime) -> datetime:
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise PydanticCustomError(
            "far_instant",
            "The year must lie between {first} and {last}",
            {"first": _FIRST_YEAR, "last": _LAST_YEAR},
        )
    return at


NearInstant = Annotated[AwareDatetime, AfterValidator(_near)]
NearLocal = Annotated[NaiveDatetime, AfterValidator(_near)]
