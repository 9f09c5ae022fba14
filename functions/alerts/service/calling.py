"""On-call schedules and escalation policies as people keep them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import ConflictError, InvalidError

from functions.alerts.models.calling import (
    EscalationPolicyView,
    MemberModel,
    OnCallScheduleView,
    OnCallView,
    ShiftView,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.alerts.domain.on_call import Schedule
    from functions.alerts.models.calling import EscalationPolicyIn, OnCallScheduleIn
    from functions.alerts.ports import OpenWork, Work

# A hole that comes once a fortnight comes within this.
_LOOKED_AT = timedelta(days=28)


class ScheduleInUseError(ConflictError):
    """An escalation policy asks the schedule."""

    code = "ON_CALL_SCHEDULE_IN_USE"


class Calling:
    """Who is called, and who is called next."""

    def __init__(self, work: OpenWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def schedules(self, organization_id: OrganizationId) -> list[OnCallScheduleView]:
        """Return the on-call schedules by name."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            return [OnCallScheduleView.of(each, now=now) for each in work.schedules.all()]

    def schedule(self, organization_id: OrganizationId, schedule_id: UUID) -> OnCallScheduleView:
        """Return a schedule; raise NotFoundError (ON_CALL_SCHEDULE_NOT_FOUND)."""
        with self._work(organization_id) as work:
            return OnCallScheduleView.of(work.schedules.get(schedule_id), now=self._clock.now())

    def on_call(
        self, organization_id: OrganizationId, schedule_id: UUID, *, at: datetime | None, days: int
    ) -> OnCallView:
        """Return who is on call at an instant, and the shifts after it; raise NotFoundError."""
        at = at or self._clock.now()
        with self._work(organization_id) as work:
            schedule = work.schedules.get(schedule_id)
        member = schedule.on_call(at)
        return OnCallView(
            at=at,
            on_call=MemberModel.of(member) if member else None,
            shifts=[ShiftView.of(each) for each in schedule.shifts(at, at + timedelta(days=days))],
        )

    def save_schedule(
        self, organization_id: OrganizationId, schedule_id: UUID | None, body: OnCallScheduleIn
    ) -> OnCallScheduleView:
        """Make a schedule, or describe one anew; one with holes is refused unless they are meant.

        Raises InvalidError, NameTakenError, NotFoundError.
        """
        now = self._clock.now()
        schedule = body.schedule(schedule_id or uuid4())
        if not body.allow_holes:
            _refuse_hole(schedule, now)
        with self._work(organization_id) as work:
            if schedule_id is not None:
                work.schedules.get(schedule_id)
            check_channels(work, body.channel_ids())
            if strangers := work.schedules.strangers(body.user_ids()):
                raise _unknown("user_id", strangers)
            work.schedules.save(schedule, at=now)
        return OnCallScheduleView.of(schedule, now=now)

    def remove_schedule(
        self, organization_id: OrganizationId, schedule_id: UUID
    ) -> OnCallScheduleView:
        """Delete a schedule that no policy asks; raise ScheduleInUseError, NotFoundError."""
        with self._work(organization_id) as work:
            found = work.schedules.get(schedule_id)
            for policy in work.policies.all():
                if any(schedule_id in step.schedule_ids for step in policy.steps):
                    raise ScheduleInUseError(f"The escalation policy {policy.name} asks it")
            work.schedules.remove(schedule_id)
        return OnCallScheduleView.of(found, now=self._clock.now())

    def policies(self, organization_id: OrganizationId) -> list[EscalationPolicyView]:
        """Return the escalation policies by priority."""
        with self._work(organization_id) as work:
            return [EscalationPolicyView.of(each) for each in work.policies.all()]

    def save_policy(
        self, organization_id: OrganizationId, policy_id: UUID | None, body: EscalationPolicyIn
    ) -> EscalationPolicyView:
        """Make a policy, or describe one anew; alerts that fire already keep their way."""
        policy = body.policy(policy_id or uuid4())
        with self._work(organization_id) as work:
            if policy_id is not None:
                work.policies.get(policy_id)
            check_channels(work, {c for step in policy.steps for c in step.channel_ids})
            known = {each.id for each in work.schedules.all()}
            asked = {s for step in policy.steps for s in step.schedule_ids}
            if asked - known:
                raise _unknown("steps.schedule_ids", asked - known)
            work.policies.save(policy, at=self._clock.now())
        return EscalationPolicyView.of(policy)

    def remove_policy(
        self, organization_id: OrganizationId, policy_id: UUID
    ) -> EscalationPolicyView:
        """Delete a policy; what escalated by it goes no further. Raise NotFoundError."""
        with self._work(organization_id) as work:
            found = work.policies.get(policy_id)
            work.policies.remove(policy_id)
        return EscalationPolicyView.of(found)


def _refuse_hole(schedule: Schedule, now: datetime) -> None:
    # one that begins later has no hole before it begins
    begin = max(now, schedule.begins_at)
    hole = schedule.first_hole(begin, begin + _LOOKED_AT)
    if hole is not None:
        first, last = f"{hole.begins_at:%Y-%m-%d %H:%M}", f"{hole.ends_at:%Y-%m-%d %H:%M}"
        message = f"Nobody is on call from {first} to {last} UTC; if so be it, say allow_holes"
        raise InvalidError("Not accepted: layers", details=_field("layers", message))


def check_channels(work: Work, channel_ids: Iterable[UUID]) -> None:
    """Refuse channels that are not the organisation's; raise InvalidError."""
    missing = work.schedules.unknown_channels(channel_ids)
    if missing:
        raise _unknown("channel_ids", missing)


def _unknown(field: str, missing: Iterable[UUID]) -> InvalidError:
    names = ", ".join(sorted(str(each) for each in missing))
    return InvalidError(f"Not accepted: {field}", details=_field(field, f"Unknown: {names}"))


def _field(name: str, message: str) -> dict[str, object]:
    return {"fields": [{"field": name, "code": "INVALID_INPUT", "message": message}]}
