"""Rows of reports and schedules, to and from the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.ids import JobId, ReportId, ScheduleId
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from functions.reports.domain.calendar import NamedPeriod
from functions.reports.domain.definition import Definition, ReportFormat
from functions.reports.domain.record import ReportRecord, ReportState, Schedule
from functions.reports.domain.recurrence import Cadence, Recurrence

if TYPE_CHECKING:
    from netpulse.db import Row

_DEFINITION = TypeAdapter(Definition)


def stored(definition: Definition) -> Jsonb:
    """Return a definition as it is stored."""
    return Jsonb(_DEFINITION.dump_python(definition, mode="json"))


def record(row: Row) -> ReportRecord:
    """Return a row's report; its state and progress are its job's."""
    return ReportRecord(
        id=ReportId(row["id"]),
        job_id=JobId(row["job_id"]),
        name=row["name"],
        definition=_DEFINITION.validate_python(row["definition"]),
        begin=row["begin_at"],
        end=row["end_at"],
        time_zone=row["time_zone"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        schedule_id=row["schedule_id"],
        recipients=tuple(row["recipients"]),
        channel_ids=tuple(row["channel_ids"]),
        files={ReportFormat(name): size for name, size in row["files"].items()},
        state=ReportState(row["state"]),
        progress=row["progress"],
        error=row["error"],
        finished_at=row["finished_at"],
    )


def schedule(row: Row) -> Schedule:
    """Return a row's schedule."""
    return Schedule(
        id=ScheduleId(row["id"]),
        name=row["name"],
        enabled=row["enabled"],
        definition=_DEFINITION.validate_python(row["definition"]),
        period=NamedPeriod(row["period"]),
        recurrence=Recurrence(
            cadence=Cadence(row["cadence"]),
            at=row["local_time"],
            time_zone=row["time_zone"],
            weekday=row["weekday"],
            day_of_month=row["day_of_month"],
        ),
        recipients=tuple(row["recipients"]),
        channel_ids=tuple(row["channel_ids"]),
        next_run_at=row["next_run_at"],
        last_run_at=row["last_run_at"],
        last_report_id=row["last_report_id"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def schedule_columns(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule as the columns of its row."""
    rule = schedule.recurrence
    return {
        "id": schedule.id,
        "name": schedule.name,
        "enabled": schedule.enabled,
        "kind": schedule.definition.kind,
        "definition": stored(schedule.definition),
        "period": schedule.period,
        "cadence": rule.cadence,
        "local_time": rule.at,
        "weekday": rule.weekday,
        "day_of_month": rule.day_of_month,
        "time_zone": rule.time_zone,
        "recipients": list(schedule.recipients),
        "channel_ids": list(schedule.channel_ids),
        "next_run_at": schedule.next_run_at,
        "last_run_at": schedule.last_run_at,
        "last_report_id": schedule.last_report_id,
        "created_by": schedule.created_by,
        "created_at": schedule.created_at,
        "updated_at": schedule.updated_at,
    }
