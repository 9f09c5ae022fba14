"""Keeps EventBridge Scheduler in step with the schedules' rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError
from netpulse.observability import logger

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId, ScheduleId

    from functions.reports.ports import AlarmClocks, Work


class AlarmClock:
    """Sets the alarm of a schedule to what its row says, however often and late it is asked to."""

    def __init__(self, work: Work, clocks: AlarmClocks) -> None:
        self._work = work
        self._clocks = clocks

    def set(self, organization_id: OrganizationId, schedule_id: ScheduleId) -> None:
        """Have the schedule called when it is due next, or never again."""
        with self._work(organization_id) as work:
            try:
                # the row stays locked meanwhile: who read an older one must not come after us
                schedule = work.schedules.get(schedule_id)
            except NotFoundError:
                schedule = None
            if schedule is None or schedule.next_run_at is None:
                self._clocks.remove(schedule_id)
            else:
                self._clocks.put(organization_id, schedule_id, schedule.next_run_at)
        due = schedule.next_run_at if schedule else None
        logger.info(
            "alarm of a report schedule set",
            extra={"schedule_id": str(schedule_id), "due_at": due.isoformat() if due else "never"},
        )
