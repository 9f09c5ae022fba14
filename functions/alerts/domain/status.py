"""From a poll result to a device's status."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from netpulse.ids import DeviceId

from functions.alerts.domain.device import Result, Standing, Status, Verdict
from functions.alerts.domain.topology import Way

SETTLE = timedelta(seconds=30)
# Lists carry an ETag: "last seen" must not make every answer a new one.
_LAST_SEEN_STEP = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusChange:
    """A device went from one status to another."""

    device_id: DeviceId
    before: Standing
    after: Standing
    # when, if it is not when the status began: maintenance began or ended in it
    at: datetime | None = None

    @property
    def begins_at(self) -> datetime | None:
        """Since when the device is as it is."""
        return self.at or self.after.since


def is_news(standing: Standing, result: Result) -> bool:
    """Return whether a result is later than all that were taken before: the fence.

    A poller that lost the device's shard to another without knowing it is not heard any more.
    """
    if result.epoch < standing.epoch:
        return False
    return standing.slot_at is None or result.slot_at > standing.slot_at


def noted(standing: Standing, result: Result) -> Standing:
    """Return the standing with the poller's latest word; the status is decided after that."""
    answered = result.verdict in (Verdict.UP, Verdict.DEGRADED)
    last_seen_at = standing.last_seen_at
    if answered and (last_seen_at is None or result.slot_at - last_seen_at >= _LAST_SEEN_STEP):
        last_seen_at = result.slot_at
    failing = result.verdict in (Verdict.DOWN, Verdict.DEGRADED)
    return replace(
        standing,
        slot_at=result.slot_at,
        epoch=result.epoch,
        last_seen_at=last_seen_at,
        verdict=result.verdict,
        is_hard=result.is_hard,
        failing_since=(result.failing_since or result.slot_at) if failing else None,
        verdict_reason=result.reason,
        response_time_ms=result.rtt_ms,
        loss_ratio=result.loss_ratio,
    )


def is_suspect(standing: Standing) -> bool:
    """Return whether a device is down beyond doubt, so that the way to it must be looked at."""
    return standing.verdict is Verdict.DOWN and standing.is_hard


def decided(standing: Standing, way: Way, *, now: datetime) -> Standing:
    """Return the standing with the status that verdict and topology give it.

    A suspect whose ancestors' state is not known is held, at most for the settle time; after that
    ancestors whose last probe failed count as down.
    """
    if not is_suspect(standing):
        return _plainly(standing)
    if standing.status is Status.OFFLINE or way is Way.OPEN:
        return _down(standing, Status.OFFLINE)
    if way is Way.CUT:
        return _down(standing, Status.UNREACHABLE)
    if standing.held_until is None:
        return replace(standing, held_until=now + SETTLE)
    if now < standing.held_until:
        return standing
    return _down(standing, Status.UNREACHABLE if way is Way.LIKELY_CUT else Status.OFFLINE)


def silenced(standing: Standing, *, at: datetime) -> Standing:
    """Return the standing of a device whose poller has nothing more to say since an instant."""
    forgotten = replace(
        standing, verdict=Verdict.UNKNOWN, is_hard=False, failing_since=None, held_until=None
    )
    return _became(forgotten, Status.UNKNOWN, "poller_silent", at)


def unwatched(standing: Standing, reason: str, *, at: datetime) -> Standing:
    """Return the standing of a device that is not polled any more."""
    return replace(silenced(standing, at=at), reason=reason)


def _plainly(standing: Standing) -> Standing:
    free = replace(standing, held_until=None)
    match standing.verdict:
        case Verdict.UP:
            return _became(free, Status.ONLINE, "", standing.slot_at)
        case Verdict.DEGRADED if standing.is_hard or standing.status.is_down:
            since = standing.slot_at if standing.status.is_down else standing.failing_since
            return _became(free, Status.DEGRADED, standing.verdict_reason, since)
        case Verdict.UNKNOWN if standing.is_hard:
            return _became(free, Status.UNKNOWN, standing.verdict_reason, standing.slot_at)
        case _:
            return standing


def _down(standing: Standing, status: Status) -> Standing:
    free = replace(standing, held_until=None)
    reason = standing.verdict_reason if status is Status.OFFLINE else "parent_down"
    # What was unreachable and now is down by its own fault is so from the result that shows it:
    # before, nobody could tell.
    was_cut = standing.status is Status.UNREACHABLE
    return _became(free, status, reason, standing.slot_at if was_cut else standing.failing_since)


def _became(standing: Standing, status: Status, reason: str, at: datetime | None) -> Standing:
    if standing.status is status:
        return standing
    since = at if standing.since is None else max(at or standing.since, standing.since)
    return replace(standing, status=status, reason=reason, since=since, seq=standing.seq + 1)
