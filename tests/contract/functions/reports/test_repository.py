"""What every store of reports and schedules does, the fake one and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import ReportId, ScheduleId

from functions.reports.domain.calendar import NamedPeriod
from functions.reports.domain.definition import (
    Definition,
    DeviceScope,
    ReportFormat,
    ReportKind,
    ReportSection,
)
from functions.reports.domain.errors import ScheduleExistsError
from functions.reports.domain.record import ReportRecord, ReportState, Schedule
from functions.reports.domain.recurrence import Cadence, Recurrence
from functions.reports.ports import ReportFilter
from tests.support.clock import NOON

if TYPE_CHECKING:
    from tests.contract.functions.reports.conftest import Open

FULL = Definition(
    kind=ReportKind.CUSTOM,
    scope=DeviceScope(device_ids=(uuid4(),), group_ids=(uuid4(),), tags=("core", "nbo")),
    sections=(ReportSection.ALERTS,),
    metrics=("cpu_usage",),
    formats=(ReportFormat.CSV, ReportFormat.PDF),
)
HOUR = timedelta(hours=1)


def added(work: Open, **changes: Any) -> ReportRecord:
    with work() as opened:
        job_id = opened.jobs.start("report", {}, by=None, at=NOON)
        values: dict[str, Any] = {
            "id": ReportId(uuid4()),
            "job_id": job_id,
            "name": "March",
            "definition": FULL,
            "begin": NOON - HOUR,
            "end": NOON,
            "time_zone": "Africa/Nairobi",
            "created_at": NOON,
        }
        record = ReportRecord(**{**values, **changes})
        opened.reports.add(record)
    return record


def a_schedule(**changes: Any) -> Schedule:
    values: dict[str, Any] = {
        "id": ScheduleId(uuid4()),
        "name": "Weekly",
        "enabled": True,
        "definition": FULL,
        "period": NamedPeriod.LAST_WEEK,
        "recurrence": Recurrence(
            cadence=Cadence.WEEKLY,
            at=time(6, 30),
            time_zone="Africa/Nairobi",
            weekday=4,
            day_of_month=31,
        ),
        "recipients": ("amina@example.org",),
        "channel_ids": (uuid4(),),
        "next_run_at": NOON,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Schedule(**{**values, **changes})


def test_a_report_is_read_as_it_was_written(work: Open) -> None:
    record = added(
        work,
        created_by=uuid4(),
        schedule_id=ScheduleId(uuid4()),
        recipients=("amina@example.org",),
        channel_ids=(uuid4(),),
    )
    with work() as opened:
        assert opened.reports.get(record.id) == record


def test_a_report_stands_where_its_job_stands(work: Open) -> None:
    record = added(work)
    with work() as opened:
        assert opened.jobs.claim(record.job_id, at=NOON)
        assert not opened.jobs.claim(record.job_id, at=NOON)
        assert opened.jobs.advance(record.job_id, 0.5)
    with work() as opened:
        shown = opened.reports.get(record.id)
        assert (shown.state, shown.progress) == (ReportState.RUNNING, 0.5)
        assert opened.jobs.succeed(record.job_id, {}, at=NOON + HOUR)
        opened.reports.keep_files(record.id, {ReportFormat.PDF: 12, ReportFormat.CSV: 3})
    with work() as opened:
        shown = opened.reports.get(record.id)
        assert (shown.state, shown.progress) == (ReportState.SUCCEEDED, 1)
        assert shown.files == {ReportFormat.PDF: 12, ReportFormat.CSV: 3}
        assert shown.finished_at == NOON + HOUR
        assert not opened.jobs.cancel(record.job_id, at=NOON)


def test_a_cancelled_report_goes_no_further(work: Open) -> None:
    record = added(work)
    with work() as opened:
        opened.jobs.claim(record.job_id, at=NOON)
        assert opened.jobs.cancel(record.job_id, at=NOON)
    with work() as opened:
        assert not opened.jobs.advance(record.job_id, 0.5)
        assert not opened.jobs.succeed(record.job_id, {}, at=NOON)
        opened.jobs.fail(record.job_id, code="X", message="x", at=NOON)
        shown = opened.reports.get(record.id)
    assert (shown.state, shown.error) == (ReportState.CANCELLED, None)


def test_lists_are_newest_first_and_filtered(work: Open) -> None:
    schedule_id = ScheduleId(uuid4())
    uptime = Definition(kind=ReportKind.UPTIME)
    old = added(work)
    new = added(work, created_at=NOON + HOUR, definition=uptime, schedule_id=schedule_id)
    with work() as opened:
        opened.jobs.cancel(old.job_id, at=NOON)

    def ids(wanted: ReportFilter, page: int = 1, per_page: int = 50) -> tuple[list[ReportId], int]:
        with work() as opened:
            found, total = opened.reports.page(wanted, page=page, per_page=per_page)
        return [each.id for each in found], total

    assert ids(ReportFilter()) == ([new.id, old.id], 2)
    assert ids(ReportFilter(), page=2, per_page=1) == ([old.id], 2)
    assert ids(ReportFilter(kind=ReportKind.UPTIME)) == ([new.id], 1)
    assert ids(ReportFilter(state=ReportState.CANCELLED)) == ([old.id], 1)
    assert ids(ReportFilter(schedule_id=schedule_id)) == ([new.id], 1)
    assert ids(ReportFilter(kind=ReportKind.ALERTS)) == ([], 0)


def test_a_removed_report_is_gone(work: Open) -> None:
    record = added(work)
    with work() as opened:
        opened.reports.remove(record.id)
    with work() as opened, pytest.raises(NotFoundError) as caught:
        opened.reports.get(record.id)
    assert caught.value.code == "REPORT_NOT_FOUND"


def test_only_reports_that_run_too_long_are_stuck(work: Open) -> None:
    long, fresh, over, waiting = (added(work) for _ in range(4))
    with work() as opened:
        for record, at in ((long, NOON - HOUR), (fresh, NOON), (over, NOON - HOUR)):
            opened.jobs.claim(record.job_id, at=at)
        opened.jobs.succeed(over.job_id, {}, at=NOON)
        assert opened.reports.stuck(since=NOON) == [long.job_id]
        assert waiting.job_id not in opened.reports.stuck(since=NOON + HOUR)


def test_a_schedule_is_read_as_it_was_written_and_changed(work: Open) -> None:
    schedule = a_schedule(created_by=uuid4(), last_run_at=NOON, last_report_id=ReportId(uuid4()))
    changed = replace(schedule, name="Other", enabled=False, next_run_at=None, recipients=())
    for each in (schedule, changed):
        with work() as opened:
            opened.schedules.save(each)
        with work() as opened:
            assert opened.schedules.get(schedule.id) == each
            assert opened.schedules.page(page=1, per_page=10) == ([each], 1)


def test_two_schedules_have_two_names(work: Open) -> None:
    with work() as opened:
        opened.schedules.save(a_schedule())
    with pytest.raises(ScheduleExistsError), work() as opened:
        opened.schedules.save(a_schedule())
    other = a_schedule(name="alpha")
    with work() as opened:
        opened.schedules.save(other)
        found, total = opened.schedules.page(page=1, per_page=1)
    assert (found, total) == ([other], 2)


def test_a_removed_schedule_is_gone(work: Open) -> None:
    schedule = a_schedule()
    with work() as opened:
        opened.schedules.save(schedule)
        opened.schedules.remove(schedule.id)
    with work() as opened, pytest.raises(NotFoundError) as caught:
        opened.schedules.get(schedule.id)
    assert caught.value.code == "REPORT_SCHEDULE_NOT_FOUND"


def test_what_is_due_comes_in_its_order(work: Open) -> None:
    late = a_schedule(name="late", next_run_at=NOON - HOUR)
    now = a_schedule(name="now")
    with work() as opened:
        for each in (
            now,
            late,
            a_schedule(name="later", next_run_at=NOON + HOUR),
            a_schedule(name="off", enabled=False, next_run_at=None),
        ):
            opened.schedules.save(each)
        assert opened.schedules.due(by=NOON) == [late, now]
