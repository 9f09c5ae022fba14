"""Schedules and policies in memory; tests/contract keeps them honest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.errors import NotFoundError

from functions.alerts.ports import NameTakenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from netpulse.ids import AlertId, IncidentId

    from functions.alerts.domain.escalation import Policy, Progress
    from functions.alerts.domain.on_call import Schedule
    from functions.alerts.domain.promise import Promise
    from functions.alerts.domain.service_level import ServiceLevel


class FakeSchedules:
    """On-call schedules in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Schedule] = {}
        self.channels: set[UUID] = set()

    def all(self) -> list[Schedule]:
        """Return every schedule, by name."""
        return sorted(self.rows.values(), key=lambda each: each.name.lower())

    def get(self, schedule_id: UUID) -> Schedule:
        """Return a schedule; raise NotFoundError."""
        if schedule_id not in self.rows:
            raise NotFoundError.of("on_call_schedule", schedule_id)
        return self.rows[schedule_id]

    def save(self, schedule: Schedule, *, at: datetime) -> None:
        """Insert or replace a schedule; raise NameTakenError."""
        if any(e.name == schedule.name and e.id != schedule.id for e in self.rows.values()):
            raise NameTakenError.of("on_call_schedule", schedule.name)
        self.rows[schedule.id] = schedule

    def remove(self, schedule_id: UUID) -> None:
        """Delete a schedule."""
        self.rows.pop(schedule_id, None)

    def unknown_channels(self, channel_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no channel."""
        return [each for each in channel_ids if each not in self.channels]

    def strangers(self, user_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no member: nobody is known here."""
        return list(user_ids)


class FakePolicies:
    """Escalation policies in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Policy] = {}
        self.steps: dict[AlertId, Progress] = {}

    def all(self) -> list[Policy]:
        """Return every policy, by priority."""
        return sorted(self.rows.values(), key=lambda each: (each.priority, each.name))

    def get(self, policy_id: UUID) -> Policy:
        """Return a policy; raise NotFoundError."""
        if policy_id not in self.rows:
            raise NotFoundError.of("escalation_policy", policy_id)
        return self.rows[policy_id]

    def save(self, policy: Policy, *, at: datetime) -> None:
        """Insert or replace a policy; raise NameTakenError."""
        if any(e.name == policy.name and e.id != policy.id for e in self.rows.values()):
            raise NameTakenError.of("escalation_policy", policy.name)
        self.rows[policy.id] = policy

    def remove(self, policy_id: UUID) -> None:
        """Delete a policy, and what escalated by it."""
        self.rows.pop(policy_id, None)
        self.steps = {k: each for k, each in self.steps.items() if each.policy_id != policy_id}

    def progress(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Progress]:
        """Return the step each of the alerts comes to next."""
        return {each: self.steps[each] for each in alert_ids if each in self.steps}

    def keep(self, progress: Mapping[AlertId, Progress | None]) -> None:
        """Keep how far alerts have come; None: they escalate no more."""
        for alert_id, each in progress.items():
            if each is None:
                self.steps.pop(alert_id, None)
            else:
                self.steps[alert_id] = each


class FakePromises:
    """Promises in a dictionary."""

    def __init__(self, links: Mapping[AlertId, IncidentId]) -> None:
        self.rows: dict[AlertId, Promise] = {}
        self._links = links

    def some(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Promise]:
        """Return the promises of those of the alerts that have one."""
        return {each: self.rows[each] for each in alert_ids if each in self.rows}

    def of_incident(self, incident_id: IncidentId) -> list[Promise]:
        """Return the promises of an incident's alerts."""
        return [each for key, each in self.rows.items() if self._links.get(key) == incident_id]

    def keep(self, promises: Sequence[Promise]) -> None:
        """Insert or replace promises."""
        self.rows |= {each.alert_id: each for each in promises}


class FakeServiceLevels:
    """Service levels in a dictionary."""

    def __init__(self, promises: FakePromises) -> None:
        self.rows: dict[UUID, ServiceLevel] = {}
        self._promises = promises

    def all(self) -> list[ServiceLevel]:
        """Return every service level, by priority."""
        return sorted(self.rows.values(), key=lambda each: (each.priority, each.name))

    def get(self, level_id: UUID) -> ServiceLevel:
        """Return a service level; raise NotFoundError."""
        if level_id not in self.rows:
            raise NotFoundError.of("service_level", level_id)
        return self.rows[level_id]

    def save(self, level: ServiceLevel, *, at: datetime) -> None:
        """Insert or replace a service level; raise NameTakenError."""
        if any(e.name == level.name and e.id != level.id for e in self.rows.values()):
            raise NameTakenError.of("service_level", level.name)
        self.rows[level.id] = level

    def remove(self, level_id: UUID) -> None:
        """Delete a service level; what was promised by it warns nobody any more."""
        self.rows.pop(level_id, None)
        for promise in list(self._promises.rows.values()):
            if promise.level.id == level_id:
                gone = replace(promise.level, id=UUID(int=0), is_enabled=False)
                self._promises.keep([replace(promise, level=gone)])
