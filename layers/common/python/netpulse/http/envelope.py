"""The blueprint's envelope around every answer."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")
API_VERSION = "v1"


class Meta(BaseModel):
    """What is said of every answer."""

    timestamp: datetime
    version: str = API_VERSION
    request_id: str


class Pagination(BaseModel):
    """Where a page stands among its neighbours."""

    page: int
    per_page: int
    total: int
    total_pages: int
    has_next: bool
    has_prev: bool


class ErrorBody(BaseModel):
    """What went wrong: a code for machines, a message for people."""

    code: str
    message: str
    details: dict[str, Any] = Field(default_factory=dict)


class Success(BaseModel, Generic[T]):
    """An answer that carries one thing."""

    success: Literal[True] = True
    data: T
    meta: Meta


class Paged(BaseModel, Generic[T]):
    """An answer that carries one page of a list."""

    success: Literal[True] = True
    data: list[T]
    pagination: Pagination
    meta: Meta


class CursorPosition(BaseModel):
    """Where to go on reading a log; `next_cursor` is null at its end."""

    next_cursor: str | None
    has_next: bool


class CursorPaged(BaseModel, Generic[T]):
    """An answer that carries a stretch of a log."""

    success: Literal[True] = True
    data: list[T]
    pagination: CursorPosition
    meta: Meta


class Failure(BaseModel):
    """An answer that says what went wrong."""

    success: Literal[False] = False
    error: ErrorBody
    meta: Meta


class Page(BaseModel, Generic[T]):
    """What a route returns for one page of a list."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    items: list[T]
    page: int
    per_page: int
    total: int

    def pagination(self) -> Pagination:
        """Return the page's place among its neighbours."""
        pages = ceil(self.total / self.per_page)
        return Pagination(
            page=self.page,
            per_page=self.per_page,
            total=self.total,
            total_pages=pages,
            has_next=self.page < pages,
            has_prev=self.page > 1 and self.total > 0,
        )


class Stretch(BaseModel, Generic[T]):
    """What a route returns for a stretch of a log, read by an opaque cursor."""

    items: list[T]
    next_cursor: str | None = None
