"""What paths of reports are read as."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from netpulse.http import id_in_path
from netpulse.ids import ReportId, ScheduleId

# An id is any text here: one that is no UUID names nothing, so it is a 404 like any other.
ReportKey = Annotated[str, Path(description="A report's id.", max_length=100)]
ScheduleKey = Annotated[str, Path(description="A schedule's id.", max_length=100)]


def report_id_of(key: str) -> ReportId:
    """Return the report id a path names; raise NotFoundError."""
    return ReportId(id_in_path("report", key))


def schedule_id_of(key: str) -> ScheduleId:
    """Return the schedule id a path names; raise NotFoundError."""
    return ScheduleId(id_in_path("report_schedule", key))
