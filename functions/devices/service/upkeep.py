"""Every minute: scans whose turn has come, and devices of what finished ones have found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.ids import JobId, OrganizationId
from netpulse.observability import logger

from functions.devices.domain.discovery import ResultFilter, ResultState
from functions.devices.domain.listing import Slice
from functions.devices.models.discovery import AcceptIn

if TYPE_CHECKING:
    from netpulse.clock import Clock

    from functions.devices.ports.field import OpenFieldWork
    from functions.devices.service.discovery import DiscoveryService
    from functions.devices.service.scan_schedules import ScanScheduleService

# Pollers look for work every other second: after this there is none of them.
UNCLAIMED_AFTER = timedelta(hours=1)
_AT_ONCE = 200

Owned = tuple[OrganizationId, UUID]
# Of all organisations: finished scans to be accepted; jobs of scans that nobody has claimed since
# an instant; schedules that were due by one.
FindScans = Callable[[], list[Owned]]
FindBy = Callable[[datetime], list[Owned]]


class DiscoveryUpkeep:
    """Goes over all organisations whose scans need something done."""

    def __init__(
        self,
        work: OpenFieldWork,
        discovery: DiscoveryService,
        schedules: ScanScheduleService,
        clock: Clock,
        *,
        to_accept: FindScans,
        unclaimed: FindBy,
        due: FindBy,
    ) -> None:
        self._work = work
        self._discovery = discovery
        self._schedules = schedules
        self._clock = clock
        self._to_accept = to_accept
        self._unclaimed = unclaimed
        self._due = due

    def run(self) -> dict[str, int]:
        """Go over them once; return what was done."""
        begun = sum(self._schedules.take_turn(*owned) for owned in self._due(self._clock.now()))
        accepted = sum(self._accept(*owned) for owned in self._to_accept())
        late = self._unclaimed(self._clock.now() - UNCLAIMED_AFTER)
        for organization_id, job_id in late:
            self._fail(organization_id, job_id)
        return {"begun": begun, "accepted": accepted, "unclaimed": len(late)}

    def _accept(self, organization_id: OrganizationId, scan_id: UUID) -> int:
        """Make devices of all that is new; what makes none now is left to people."""
        created, page = 0, 1
        while True:
            new = self._discovery.results(
                organization_id, scan_id, ResultFilter(states=(ResultState.NEW,)), _part(page)
            )
            if not new.items:
                break
            chosen = AcceptIn(addresses=[each.address for each in new.items])
            view = self._discovery.accept(organization_id, scan_id, chosen)
            created += view.created
            # The created are not new any more: only what failed is to be passed over.
            page += view.created == 0
        with self._work(organization_id) as work:
            work.discovery.mark_accepted(scan_id, at=self._clock.now())
        return created

    def _fail(self, organization_id: OrganizationId, job_id: UUID) -> None:
        with self._work(organization_id) as work:
            work.jobs.fail(
                JobId(job_id),
                code="NO_POLLER",
                message="No poller has taken the scan for an hour",
                at=self._clock.now(),
            )
        logger.warning("scan unclaimed", extra={"job_id": str(job_id)})


def _part(page: int) -> Slice:
    return Slice(page, _AT_ONCE)
