"""What reports refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.errors import ConflictError, InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable


class ReportNotReadyError(ConflictError):
    """The report has no files (yet) (409)."""

    code = "REPORT_NOT_READY"


class ScheduleExistsError(ConflictError):
    """Another schedule has this name (409)."""

    code = "REPORT_SCHEDULE_ALREADY_EXISTS"


def unacceptable(field: str, message: str, *, code: str = "INVALID_INPUT") -> InvalidError:
    """Return the error for one field, in the form validation's own errors have (422)."""
    fields: list[dict[str, Any]] = [{"field": field, "code": code, "message": message}]
    return InvalidError(f"Not accepted: {field}", code=code, details={"fields": fields})


def unknown(field: str, thing: str, ids: Iterable[object]) -> InvalidError:
    """Return the error for ids in a body that name nothing of this organisation (422)."""
    names = ", ".join(sorted(str(each) for each in ids))
    return unacceptable(field, f"There is no {thing} {names}")
