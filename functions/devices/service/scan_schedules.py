"""Scans that repeat: set up by people, started when their turn comes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import NetPulseError
from netpulse.http import Page
from netpulse.observability import logger
from pydantic import ValidationError

from functions.devices.domain.errors import TooManyScansError
from functions.devices.domain.scan_schedule import ScanSchedule, next_turn
from functions.devices.models.discovery import ScanIn
from functions.devices.models.scan_schedules import ScanScheduleView

if TYPE_CHECKING:
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.devices.domain.listing import Slice
    from functions.devices.models.scan_schedules import ScanScheduleIn, ScanSchedulePatch
    from functions.devices.ports.field import OpenFieldWork
    from functions.devices.service.discovery import DiscoveryService

MAX_SCHEDULES = 50
# Of the scans that one schedule has begun.
KEPT_SCANS = 10


class ScanScheduleService:
    """The organisation's scans that repeat."""

    def __init__(self, work: OpenFieldWork, discovery: DiscoveryService, clock: Clock) -> None:
        self._work = work
        self._discovery = discovery
        self._clock = clock

    def add(
        self, organization_id: OrganizationId, given: ScanScheduleIn, *, by: UUID | None
    ) -> ScanScheduleView:
        """Set one up; its first turn is now unless another is given."""
        now = self._clock.now()
        schedule = ScanSchedule(
            id=uuid4(),
            name=given.name,
            every_hours=given.every_hours,
            scan=given.scan.model_dump(mode="json"),
            enabled=given.enabled,
            next_at=max(given.first_at or now, now),
            created_by=by,
        )
        with self._work(organization_id) as work:
            self._discovery.check(work, given.scan)
            if work.scan_schedules.count() >= MAX_SCHEDULES:
                raise TooManyScansError(
                    f"{MAX_SCHEDULES} scans are scheduled", details={"limit": MAX_SCHEDULES}
                )
            work.scan_schedules.add(schedule, at=now)
        return ScanScheduleView.of(schedule)

    def page(self, organization_id: OrganizationId, part: Slice) -> Page[ScanScheduleView]:
        """Return one page of them, by name."""
        with self._work(organization_id) as work:
            found, total = work.scan_schedules.page(part)
        items = [ScanScheduleView.of(schedule) for schedule in found]
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def view(self, organization_id: OrganizationId, schedule_id: UUID) -> ScanScheduleView:
        """Return one."""
        with self._work(organization_id) as work:
            return ScanScheduleView.of(work.scan_schedules.get(schedule_id))

    def change(
        self, organization_id: OrganizationId, schedule_id: UUID, given: ScanSchedulePatch
    ) -> ScanScheduleView:
        """Change what is given; with another interval the next turn is that long from now."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            schedule = work.scan_schedules.get(schedule_id)
            if given.scan is not None:
                self._discovery.check(work, given.scan)
                schedule = replace(schedule, scan=given.scan.model_dump(mode="json"))
            if given.name is not None:
                schedule = replace(schedule, name=given.name)
            if given.enabled is not None:
                schedule = replace(schedule, enabled=given.enabled)
            if given.every_hours is not None and given.every_hours != schedule.every_hours:
                next_at = next_turn(now, given.every_hours, now=now)
                schedule = replace(schedule, every_hours=given.every_hours, next_at=next_at)
            work.scan_schedules.save(schedule, at=now)
        return ScanScheduleView.of(schedule)

    def remove(self, organization_id: OrganizationId, schedule_id: UUID) -> None:
        """Delete one; the scans it began stay."""
        with self._work(organization_id) as work:
            work.scan_schedules.get(schedule_id)
            work.scan_schedules.remove(schedule_id)

    def take_turn(self, organization_id: OrganizationId, schedule_id: UUID) -> bool:
        """Begin the scan of a schedule whose turn has come; return whether one was begun.

        What cannot be scanned now is told with the schedule, and tried again at its next turn.
        """
        now = self._clock.now()
        with self._work(organization_id) as work:
            schedule = work.scan_schedules.get(schedule_id)
            if not schedule.enabled or schedule.next_at > now:
                return False  # another sweep took it
            turn = next_turn(schedule.next_at, schedule.every_hours, now=now)
            schedule = replace(schedule, next_at=turn, last_error="")
            try:
                if work.scan_schedules.is_under_way(schedule_id):
                    raise TooManyScansError("The scan before is still under way")
                scan = ScanIn(**schedule.scan)
                begun = self._discovery.begin(work, scan, by=schedule.created_by)
                work.scan_schedules.began(schedule_id, begun.scan_id, keep=KEPT_SCANS)
                schedule = replace(schedule, last_started_at=now)
            except (NetPulseError, ValidationError) as error:
                schedule = replace(schedule, last_error=_told(error))
            work.scan_schedules.save(schedule, at=now)
        if schedule.last_error:
            logger.warning("scheduled scan not begun", extra={"schedule_id": str(schedule_id)})
        return not schedule.last_error


def _told(error: NetPulseError | ValidationError) -> str:
    """Return what is wrong with a scan that was in order when it was scheduled."""
    if isinstance(error, ValidationError):
        return "The scan is not acceptable any more: change it"
    fields = error.details.get("fields") if error.details else None
    return "; ".join(field["message"] for field in fields) if fields else error.message
