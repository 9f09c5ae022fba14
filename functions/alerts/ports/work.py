"""One organisation's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from netpulse.ids import OrganizationId
from netpulse.outbox import Outbox
from netpulse.timers import Timer

from functions.alerts.ports.alerts import Alerts
from functions.alerts.ports.baselines import Baselines
from functions.alerts.ports.calling import Policies, Promises, Schedules, ServiceLevelStore
from functions.alerts.ports.devices import Devices
from functions.alerts.ports.incidents import Incidents
from functions.alerts.ports.mutes import Inhibitions, Silences, Windows
from functions.alerts.ports.rules import Memories, Rules
from functions.alerts.ports.samples import Samples


class DueTimers(Protocol):
    """The organisation's timers."""

    def set_many(self, purpose: str, due: Mapping[str, datetime]) -> list[Timer]:
        """Set timers by subject, replacing earlier ones."""
        ...

    def clear_many(self, purpose: str, subjects: Sequence[str]) -> int:
        """Take timers back; return how many there were."""
        ...

    def take_all_due(self, purposes: Sequence[str], *, now: datetime) -> list[Timer]:
        """Claim every due timer of these purposes by deleting it."""
        ...


class Work(Protocol):
    """One organisation's transaction."""

    @property
    def rules(self) -> Rules:
        """The organisation's rules."""
        ...

    @property
    def memories(self) -> Memories:
        """What the rules remember."""
        ...

    @property
    def baselines(self) -> Baselines:
        """What is usual."""
        ...

    @property
    def samples(self) -> Samples:
        """What was measured."""
        ...

    @property
    def devices(self) -> Devices:
        """The organisation's devices and their statuses."""
        ...

    @property
    def silences(self) -> Silences:
        """The organisation's silences."""
        ...

    @property
    def inhibitions(self) -> Inhibitions:
        """The organisation's inhibition rules."""
        ...

    @property
    def windows(self) -> Windows:
        """The organisation's maintenance windows."""
        ...

    @property
    def schedules(self) -> Schedules:
        """The organisation's on-call schedules."""
        ...

    @property
    def policies(self) -> Policies:
        """The organisation's escalation policies."""
        ...

    @property
    def service_levels(self) -> ServiceLevelStore:
        """The organisation's service levels."""
        ...

    @property
    def promises(self) -> Promises:
        """What was promised for the organisation's alerts."""
        ...

    @property
    def incidents(self) -> Incidents:
        """The organisation's incidents."""
        ...

    @property
    def alerts(self) -> Alerts:
        """The organisation's alerts."""
        ...

    @property
    def timers(self) -> DueTimers:
        """The organisation's timers."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Where facts are left."""
        ...

    def lock(self) -> None:
        """Let no other evaluation of the organisation begin before this transaction ends."""
        ...


OpenWork = Callable[[OrganizationId], AbstractContextManager[Work]]
