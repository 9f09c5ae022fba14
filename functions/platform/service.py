"""The house's own work: health, jobs, and what must be done every minute."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from netpulse.errors import ConflictError
from netpulse.observability import count, emit, logger
from netpulse.permissions import Permission

from functions.platform.domain import retention
from functions.platform.models import FleetView, HealthView, PollerView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpulse.bus import Bus
    from netpulse.clock import Clock
    from netpulse.ids import JobId, OrganizationId
    from netpulse.principal import Principal

    from functions.platform.models import JobState, JobView
    from functions.platform.ports import Check, JobWork, Pollers, UpkeepWork

_CHECK_DEADLINE_S = 3.0
_SWEEP_BATCH = 500
# What a minute may publish after the bus was away: 10,000 facts.
_SWEEP_BATCHES = 20


class HealthService:
    """Asks everything we depend on whether it is well."""

    def __init__(self, checks: Mapping[str, Check], clock: Clock, *, version: str) -> None:
        self._checks = checks
        self._clock = clock
        self._version = version

    def health(self) -> HealthView:
        """Run every check at once, each with a deadline, and say what each found."""
        pool = ThreadPoolExecutor(len(self._checks))
        asked = {name: pool.submit(check) for name, check in self._checks.items()}
        wait(asked.values(), timeout=_CHECK_DEADLINE_S)
        # a check that hangs counts as failed and must not hold the answer up
        pool.shutdown(wait=False, cancel_futures=True)
        found = {name: future.done() and not future.exception() for name, future in asked.items()}
        return HealthView(
            status="healthy" if all(found.values()) else "unhealthy",
            timestamp=self._clock.now(),
            checks=found,
            version=self._version,
        )


class JobAlreadyOverError(ConflictError):
    """The job ended before it could be cancelled."""

    code = "JOB_ALREADY_OVER"


class JobService:
    """Watches and cancels an organisation's jobs."""

    def __init__(self, work: JobWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def page(
        self,
        organization_id: OrganizationId,
        *,
        state: JobState | None,
        kind: str | None,
        page: int,
        per_page: int,
    ) -> tuple[list[JobView], int]:
        """Return one page of jobs, newest first, and how many there are."""
        with self._work(organization_id) as jobs:
            return jobs.page(state=state, kind=kind, page=page, per_page=per_page)

    def get(self, organization_id: OrganizationId, job_id: JobId) -> JobView:
        """Return a job; raise NotFoundError (JOB_NOT_FOUND)."""
        with self._work(organization_id) as jobs:
            return jobs.get(job_id)

    def cancel(
        self, organization_id: OrganizationId, job_id: JobId, *, by: Principal | None = None
    ) -> None:
        """Cancel a job; raise JobAlreadyOverError when it has ended.

        Raises ForbiddenError when it is another person's and the caller is no admin.
        """
        with self._work(organization_id) as jobs:
            job = jobs.get(job_id)
            if by is not None and job.created_by != by.user_id:
                by.require(Permission.USER_WRITE)
            if not jobs.cancel(job_id, at=self._clock.now()):
                raise JobAlreadyOverError(
                    f"The job has {job.state} already", details={"state": job.state}
                )


class FleetService:
    """Tells how the pollers are."""

    def __init__(self, pollers: Pollers, clock: Clock) -> None:
        self._pollers = pollers
        self._clock = clock

    def view(self) -> FleetView:
        """Return every poller's condition, and what part of the fleet nobody polls."""
        now = self._clock.now()
        fleet = self._pollers.read()
        shards = fleet.shards()
        pollers = [
            PollerView.model_validate(
                {
                    **each.status,
                    "name": each.poller,
                    "is_alive": each.is_alive(now),
                    "heartbeat_at": each.beat_at,
                    "heartbeat_age_seconds": max(0.0, (now - each.beat_at).total_seconds()),
                    "shards": shards[each.poller],
                }
            )
            for each in fleet.heartbeats
        ]
        alive = [poller for poller in pollers if poller.is_alive]
        return FleetView(
            pollers=pollers,
            alive=len(alive),
            devices=sum(poller.devices for poller in alive),
            shards=len(fleet.owners),
            orphaned_shards=fleet.orphaned(now),
        )


class UpkeepService:
    """What must be done every minute, whatever failed before."""

    def __init__(self, work: UpkeepWork, bus: Bus, clock: Clock) -> None:
        self._work = work
        self._bus = bus
        self._clock = clock

    def run(self) -> dict[str, int]:
        """Publish left facts, forget what is old; return the counts."""
        done = {
            "connections": self._connections(),
            "forgotten": self._forget(),
            # last, for it alone needs more than the database
            "published": self._sweep(),
        }
        logger.info("upkeep done", extra=done)
        return done

    def _sweep(self) -> int:
        published = 0
        for _ in range(_SWEEP_BATCHES):
            batch = self._publish_left()
            published += batch
            if batch < _SWEEP_BATCH:
                break
        return published

    def _publish_left(self) -> int:
        now = self._clock.now()
        with self._work() as upkeep:
            left = upkeep.unpublished(before=now - retention.UNPUBLISHED_AFTER, limit=_SWEEP_BATCH)
            if left:
                self._bus.publish(left)
                upkeep.mark_published(left, now)
        return len(left)

    def _connections(self) -> int:
        with self._work() as upkeep:
            connections = upkeep.connections()
        emit(active_database_connections=count(connections))
        return connections

    def _forget(self) -> int:
        now = self._clock.now()
        with self._work() as upkeep:
            return upkeep.forget(
                facts_before=now - retention.FACTS_FOR,
                consumed_before=now - retention.CONSUMED_FOR,
            )
