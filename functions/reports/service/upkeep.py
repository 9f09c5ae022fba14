"""Every minute: schedules nobody called when due, and reports whose making broke off unsaid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from netpulse.consumer import for_each
from netpulse.ids import OrganizationId
from netpulse.observability import logger

if TYPE_CHECKING:
    from netpulse.clock import Clock

    from functions.reports.ports import Work
    from functions.reports.service.schedules import ScheduleService

# EventBridge Scheduler calls within the minute; what is later than this was not called at all.
CALLED_WITHIN = timedelta(minutes=2)
# longer than the function that makes reports may run
STUCK_AFTER = timedelta(minutes=16)

# The organisations with work at an instant, of all that the role sees.
Finding = Callable[[datetime], list[OrganizationId]]


class Upkeep:
    """Goes over all organisations that have something due."""

    def __init__(
        self,
        work: Work,
        schedules: ScheduleService,
        clock: Clock,
        *,
        with_due: Finding,
        with_stuck: Finding,
    ) -> None:
        self._work = work
        self._schedules = schedules
        self._clock = clock
        self._with_due = with_due
        self._with_stuck = with_stuck

    def run(self) -> dict[str, int]:
        """Go over them once; return what was done, and how many organisations are left over."""
        now = self._clock.now()
        done = {"queued": 0, "failed": 0}

        def make_up(organization_id: OrganizationId) -> None:
            done["queued"] += self._schedules.run_due(organization_id, by=now - CALLED_WITHIN)

        def fail_stuck(organization_id: OrganizationId) -> None:
            done["failed"] += self._fail_stuck(organization_id, now - STUCK_AFTER)

        left = for_each(self._with_due(now - CALLED_WITHIN), make_up)
        left += for_each(self._with_stuck(now - STUCK_AFTER), fail_stuck)
        return {**done, "left": left}

    def _fail_stuck(self, organization_id: OrganizationId, since: datetime) -> int:
        now = self._clock.now()
        with self._work(organization_id) as work:
            stuck = work.reports.stuck(since=since)
            for job_id in stuck:
                message = "Making the report took too long; ask for less, or again"
                work.jobs.fail(job_id, code="REPORT_TIMED_OUT", message=message, at=now)
        if stuck:
            logger.warning("reports timed out", extra={"jobs": [str(each) for each in stuck]})
        return len(stuck)
