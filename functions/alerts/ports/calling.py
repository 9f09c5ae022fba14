"""Who is asked next, and who is on call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from netpulse.ids import AlertId, IncidentId

from functions.alerts.domain.escalation import Policy, Progress
from functions.alerts.domain.on_call import Schedule
from functions.alerts.domain.promise import Promise
from functions.alerts.domain.service_level import ServiceLevel


class Schedules(Protocol):
    """The organisation's on-call schedules."""

    def all(self) -> list[Schedule]:
        """Return every schedule, by name."""
        ...

    def get(self, schedule_id: UUID) -> Schedule:
        """Return a schedule; raise NotFoundError (ON_CALL_SCHEDULE_NOT_FOUND)."""
        ...

    def save(self, schedule: Schedule, *, at: datetime) -> None:
        """Insert or replace a schedule; raise NameTakenError."""
        ...

    def remove(self, schedule_id: UUID) -> None:
        """Delete a schedule."""
        ...

    def unknown_channels(self, channel_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no notification channel of the organisation."""
        ...

    def strangers(self, user_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no member of the organisation."""
        ...


class ServiceLevelStore(Protocol):
    """The organisation's service levels."""

    def all(self) -> list[ServiceLevel]:
        """Return every service level, by priority."""
        ...

    def get(self, level_id: UUID) -> ServiceLevel:
        """Return a service level; raise NotFoundError (SERVICE_LEVEL_NOT_FOUND)."""
        ...

    def save(self, level: ServiceLevel, *, at: datetime) -> None:
        """Insert or replace a service level; raise NameTakenError."""
        ...

    def remove(self, level_id: UUID) -> None:
        """Delete a service level."""
        ...


class Promises(Protocol):
    """What was promised for the organisation's alerts."""

    def some(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Promise]:
        """Return the promises of those of the alerts that have one."""
        ...

    def of_incident(self, incident_id: IncidentId) -> list[Promise]:
        """Return the promises of an incident's alerts."""
        ...

    def keep(self, promises: Sequence[Promise]) -> None:
        """Insert or replace promises."""
        ...


class Policies(Protocol):
    """The organisation's escalation policies, and how far alerts have come."""

    def all(self) -> list[Policy]:
        """Return every policy, by priority."""
        ...

    def get(self, policy_id: UUID) -> Policy:
        """Return a policy; raise NotFoundError (ESCALATION_POLICY_NOT_FOUND)."""
        ...

    def save(self, policy: Policy, *, at: datetime) -> None:
        """Insert or replace a policy; raise NameTakenError."""
        ...

    def remove(self, policy_id: UUID) -> None:
        """Delete a policy."""
        ...

    def progress(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Progress]:
        """Return the step each of the alerts comes to next."""
        ...

    def keep(self, progress: Mapping[AlertId, Progress | None]) -> None:
        """Keep how far alerts have come; None: they escalate no more."""
        ...
