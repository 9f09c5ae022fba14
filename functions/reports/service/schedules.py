"""Reports that are made again and again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from netpulse.errors import NotFoundError
from netpulse.events import ReportScheduleChanged
from netpulse.http import Page
from netpulse.ids import ScheduleId
from netpulse.observability import logger

from functions.reports.domain.calendar import bounds
from functions.reports.domain.record import Schedule
from functions.reports.domain.recurrence import next_run
from functions.reports.models.schedules import ScheduleView
from functions.reports.service.requests import check_addressees, check_scope, queue_report

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.reports.models.schedules import ScheduleIn, SchedulePatch
    from functions.reports.ports import ReportsWork, Work

# Two machines' clocks may differ by this much.
CLOCK_TOLERANCE = timedelta(seconds=5)


class ScheduleService:
    """An organisation's schedules."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def page(
        self, organization_id: OrganizationId, *, page: int, per_page: int
    ) -> Page[ScheduleView]:
        """Return one page of schedules by name."""
        with self._work(organization_id) as work:
            found, total = work.schedules.page(page=page, per_page=per_page)
        items = [ScheduleView.of(each) for each in found]
        return Page[ScheduleView](items=items, page=page, per_page=per_page, total=total)

    def view(self, organization_id: OrganizationId, schedule_id: ScheduleId) -> ScheduleView:
        """Return a schedule."""
        with self._work(organization_id) as work:
            return ScheduleView.of(work.schedules.get(schedule_id))

    def create(
        self, organization_id: OrganizationId, given: ScheduleIn, *, by: UUID | None
    ) -> ScheduleView:
        """Make a schedule."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            check_addressees(work, given.recipients, given.channel_ids)
            made = _schedule(work, given, ScheduleId(uuid4()), now=now, by=by)
            work.schedules.save(made)
            work.outbox.add(ReportScheduleChanged(schedule_id=made.id))
        return ScheduleView.of(made)

    def amend(
        self, organization_id: OrganizationId, schedule_id: ScheduleId, changes: SchedulePatch
    ) -> ScheduleView:
        """Change some of a schedule; when it is due next is reckoned anew."""
        with self._work(organization_id) as work:
            before = work.schedules.get(schedule_id)
            given = changes.applied(before)
            # one who left stays named until someone changes who is: it is not theirs to mend
            check_addressees(
                work,
                [each for each in given.recipients if each not in before.recipients],
                [each for each in given.channel_ids if each not in before.channel_ids],
            )
            fresh = _schedule(work, given, schedule_id, now=self._clock.now(), by=before.created_by)
            changed = replace(
                fresh,
                created_at=before.created_at,
                last_run_at=before.last_run_at,
                last_report_id=before.last_report_id,
            )
            work.schedules.save(changed)
            work.outbox.add(ReportScheduleChanged(schedule_id=schedule_id))
        return ScheduleView.of(changed)

    def remove(self, organization_id: OrganizationId, schedule_id: ScheduleId) -> None:
        """Delete a schedule; the reports it made stay."""
        with self._work(organization_id) as work:
            work.schedules.get(schedule_id)
            work.schedules.remove(schedule_id)
            work.outbox.add(ReportScheduleChanged(schedule_id=schedule_id, removed=True))

    def run_one(self, organization_id: OrganizationId, schedule_id: ScheduleId) -> bool:
        """Ask for a schedule's report if it is due; return whether it was.

        It is not when it was changed, deleted or run since somebody set out to call.
        """
        now = self._clock.now()
        with self._work(organization_id) as work:
            try:
                schedule = work.schedules.get(schedule_id)
            except NotFoundError:
                schedule = None
            due = schedule.next_run_at if schedule else None
            if schedule is None or due is None or due > now + CLOCK_TOLERANCE:
                logger.info("schedule is not due", extra={"schedule_id": str(schedule_id)})
                return False
            _run(work, schedule, due, now)
        return True

    def run_due(self, organization_id: OrganizationId, *, by: datetime) -> int:
        """Ask for the reports that were due by an instant, each once; return how many.

        What was missed while nothing ran is made up for once, not once a missed turn.
        """
        now = self._clock.now()
        with self._work(organization_id) as work:
            found = work.schedules.due(by=by)
            for schedule in found:
                _run(work, schedule, schedule.next_run_at or now, now)
        return len(found)


def _run(work: ReportsWork, schedule: Schedule, due: datetime, now: datetime) -> None:
    zone = schedule.recurrence.time_zone
    # the period as it is seen from when the schedule was due, however late it runs
    begin, end = bounds(schedule.period, due, ZoneInfo(zone))
    if begin < end:
        record = queue_report(
            work,
            schedule.definition,
            title=schedule.name,
            begin=begin,
            end=end,
            time_zone=zone,
            now=now,
            by=schedule.created_by,
            schedule_id=schedule.id,
            recipients=schedule.recipients,
            channel_ids=schedule.channel_ids,
        )
        schedule = replace(schedule, last_run_at=now, last_report_id=record.id)
        logger.info("scheduled report queued", extra={"schedule_id": str(schedule.id)})
    # whoever called a little early must not find the same turn again
    following = next_run(schedule.recurrence, max(due, now))
    work.schedules.save(replace(schedule, next_run_at=following))
    work.outbox.add(ReportScheduleChanged(schedule_id=schedule.id))


def _schedule(
    work: ReportsWork, given: ScheduleIn, schedule_id: ScheduleId, *, now: datetime, by: UUID | None
) -> Schedule:
    definition = given.definition()
    check_scope(work, definition.scope)
    rule = given.recurrence(work.sources.organization().time_zone)
    return Schedule(
        id=schedule_id,
        name=given.name,
        enabled=given.enabled,
        definition=definition,
        period=given.reported(),
        recurrence=rule,
        recipients=tuple(given.recipients),
        channel_ids=tuple(given.channel_ids),
        next_run_at=next_run(rule, now) if given.enabled else None,
        created_at=now,
        updated_at=now,
        created_by=by,
    )
