"""Whom to ask next when nobody takes an alert on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from functions.alerts.domain.matchers import Labels, Matcher, all_match
from functions.alerts.domain.on_call import Member


@dataclass(frozen=True, kw_only=True)
class Step:
    """Channels, and schedules whose member on call, that are told after a time."""

    after: timedelta
    channel_ids: tuple[UUID, ...] = ()
    schedule_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Steps, each so long after the one before; gone through again some times."""

    id: UUID
    name: str
    steps: tuple[Step, ...]
    matchers: tuple[Matcher, ...] = ()
    priority: int = 100
    repeats: int = 0
    is_enabled: bool = True

    def has(self, progress: Progress) -> bool:
        """Return whether there still is a step; it may have been described anew, or disabled."""
        return self.is_enabled and progress.step < len(self.steps)

    def matches(self, labels: Labels) -> bool:
        """Return whether alerts with these labels escalate by it."""
        return self.is_enabled and all_match(self.matchers, labels)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The step that an alert's escalation comes to next."""

    policy_id: UUID
    step: int = 0
    round: int = 0

    def following(self, policy: Policy) -> Progress | None:
        """Return the step after this one; None when all were gone through."""
        if self.step + 1 < len(policy.steps):
            return Progress(policy_id=policy.id, step=self.step + 1, round=self.round)
        if self.round < policy.repeats:
            return Progress(policy_id=policy.id, step=0, round=self.round + 1)
        return None

    def due_at(self, policy: Policy, since: datetime) -> datetime:
        """Return when the step is due, after the one before or the alert's beginning."""
        return since + policy.steps[self.step].after


def policy_for(labels: Labels, policies: Iterable[Policy]) -> Policy | None:
    """Return the policy an alert follows: of those that match the one of the lowest priority."""
    matching = [each for each in policies if each.matches(labels)]
    return min(matching, key=lambda each: (each.priority, each.name), default=None)


def channels_of(step: Step, on_call: Callable[[UUID], Member | None]) -> list[UUID]:
    """Return the channels a step tells, each once."""
    found = dict.fromkeys(step.channel_ids)
    for schedule_id in step.schedule_ids:
        member = on_call(schedule_id)
        found |= dict.fromkeys(member.channel_ids if member else ())
    return list(found)
