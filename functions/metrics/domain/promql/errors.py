"""What can be wrong with a query, in the words of Prometheus' API."""

from __future__ import annotations

from typing import ClassVar


class PromqlError(Exception):
    """A query that is not answered; `kind` is the API's errorType, `status` its HTTP status."""

    kind: ClassVar[str] = "execution"
    status: ClassVar[int] = 422


class BadQueryError(PromqlError):
    """The request cannot be read, or asks for what is outside the subset (400)."""

    kind = "bad_data"
    status = 400


class ExecutionError(PromqlError):
    """The query can be read, but what it finds cannot be combined or is too much (422)."""
