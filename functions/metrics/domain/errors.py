"""What can be wrong with a question about measured values."""

from __future__ import annotations

from netpulse.errors import InvalidError, TooLargeError, UnavailableError


class QueryTooLargeError(TooLargeError):
    """The answer would be larger than one answer may be (413)."""

    code = "QUERY_TOO_LARGE"


class TookTooLongError(UnavailableError):
    """The database was stopped from thinking about it any longer (503)."""


def unacceptable(field: str, message: str) -> InvalidError:
    """Return the error for one field that can be read but not accepted."""
    found = {"field": field, "code": "INVALID_INPUT", "message": message}
    return InvalidError(f"Not accepted: {field}", details={"fields": [found]})
