"""What the services ask of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from netpulse.errors import ConflictError
from netpulse.ids import AlertId, DeviceId, IncidentId, OrganizationId, RuleId, UserId
from netpulse.outbox import Outbox
from netpulse.timers import Timer

from functions.alerts.domain.alert import Alert, Severity
from functions.alerts.domain.correlation import Correlation
from functions.alerts.domain.device import Device, Standing
from functions.alerts.domain.incident import Incident
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.listing import (
    AlertFilter,
    Count,
    Cut,
    HistoryEntry,
    IncidentDevice,
    IncidentFilter,
    Listed,
    ListedIncident,
    RuleFilter,
    StoredRule,
    TimelineEntry,
    Version,
)
from functions.alerts.domain.memory import Memory
from functions.alerts.domain.rule import Kind, Rule
from functions.alerts.domain.status import StatusChange


class RuleExistsError(ConflictError):
    """The organisation has a rule of that name."""

    code = "ALERT_RULE_ALREADY_EXISTS"

    @classmethod
    def named(cls, name: str) -> RuleExistsError:
        """Return the error for a name that is taken."""
        return cls(f"A rule named {name} exists already", details={"name": name})


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Devices, their standings, and who hangs on whom, as far as an assessment needs them."""

    devices: dict[DeviceId, Device] = field(default_factory=dict)
    standings: dict[DeviceId, Standing] = field(default_factory=dict)
    parents: dict[DeviceId, list[DeviceId]] = field(default_factory=dict)


class Devices(Protocol):
    """The organisation's devices, and the statuses that alerts alone writes."""

    def scene(self, device_ids: Iterable[DeviceId]) -> Scene:
        """Return the polled devices of these and all that are held, with their ancestors."""
        ...

    def polled(self) -> list[Device]:
        """Return every device that is polled, by name."""
        ...

    def below(
        self, device_ids: Iterable[DeviceId]
    ) -> tuple[list[DeviceId], dict[DeviceId, list[DeviceId]]]:
        """Return the polled devices that hang on any of these, however deep, and their parents."""
        ...

    def outages(
        self, device_ids: Iterable[DeviceId], *, since: datetime
    ) -> list[tuple[DeviceId, datetime, datetime | None]]:
        """Return when devices were offline, not in maintenance, since an instant; oldest first."""
        ...

    def hidden_below(self, device_ids: Iterable[DeviceId]) -> list[Device]:
        """Return the unreachable devices that hang on any of these, however deep."""
        ...

    def seen(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, tuple[Device, Standing]]:
        """Return those of the devices that there are, polled or not, with their standings."""
        ...

    def silent(self, *, now: datetime) -> dict[DeviceId, tuple[Device, Standing]]:
        """Return the devices whose poller has said nothing for longer than their patience."""
        ...

    def end(self, device_id: DeviceId, *, at: datetime) -> None:
        """End a retired device's last status period."""
        ...

    def write(
        self, standings: Mapping[DeviceId, Standing], changes: Sequence[StatusChange]
    ) -> None:
        """Write standings, and close and open status periods for the changes."""
        ...


class Incidents(Protocol):
    """The organisation's incidents."""

    def open(self) -> list[Incident]:
        """Return the incidents that last, oldest first."""
        ...

    def places(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, IncidentId]:
        """Return in which open incident each of the devices is, if in one."""
        ...

    def write(self, correlation: Correlation) -> None:
        """Write what a correlation came to."""
        ...

    def link(self, alerts: Mapping[AlertId, IncidentId]) -> None:
        """Say which incident alerts belong to."""
        ...

    def page(self, which: IncidentFilter, cut: Cut) -> tuple[list[ListedIncident], int]:
        """Return one page, and how many there are."""
        ...

    def get(self, incident_id: IncidentId) -> ListedIncident:
        """Return an incident; raise NotFoundError (INCIDENT_NOT_FOUND)."""
        ...

    def devices(self, incident_id: IncidentId, cut: Cut) -> tuple[list[IncidentDevice], int]:
        """Return one page of the devices that were or are in an incident, and how many."""
        ...

    def timeline(self, incident_id: IncidentId, *, after: int, limit: int) -> list[TimelineEntry]:
        """Return what happened in an incident, in time, from a position on."""
        ...


class Alerts(Protocol):
    """The organisation's alerts and their history."""

    def open_of_devices(self, device_ids: Iterable[DeviceId]) -> list[Alert]:
        """Return the open and quiet alerts of devices."""
        ...

    def open_of_rule(self, rule_id: RuleId) -> list[Alert]:
        """Return a rule's open and quiet alerts."""
        ...

    def open_of_type(self, alert_type: str) -> list[Alert]:
        """Return the open and quiet alerts of a type."""
        ...

    def some(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Alert]:
        """Return those of the alerts that there are."""
        ...

    def listed(self, alert_id: AlertId) -> Listed:
        """Return an alert; raise NotFoundError (ALERT_NOT_FOUND)."""
        ...

    def listed_many(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Listed]:
        """Return those of the alerts that there are, as lists show them."""
        ...

    def page(self, which: AlertFilter, cut: Cut) -> tuple[list[Listed], int]:
        """Return one page, and how many there are."""
        ...

    def history(self, alert_id: AlertId, *, after: int, limit: int) -> list[HistoryEntry]:
        """Return an alert's steps after a seq, oldest first."""
        ...

    def counts(self) -> list[Count]:
        """Return how many open alerts there are of each severity and state."""
        ...

    def write(self, ledger: Ledger) -> None:
        """Write what changed in a ledger."""
        ...


class Rules(Protocol):
    """The organisation's rules."""

    def all(self) -> list[Rule]:
        """Return every rule."""
        ...

    def page(self, which: RuleFilter, cut: Cut) -> tuple[list[StoredRule], int]:
        """Return one page, and how many there are."""
        ...

    def get(self, rule_id: RuleId) -> StoredRule:
        """Return a rule; raise NotFoundError (ALERT_RULE_NOT_FOUND)."""
        ...

    def add(self, rules: Sequence[Rule], *, at: datetime) -> None:
        """Insert rules whose names are not taken; the others are left as they are."""
        ...

    def save(self, rule: Rule, *, at: datetime, by: UserId | None = None) -> None:
        """Insert or replace a rule, keep its version; raise RuleExistsError: name is taken."""
        ...

    def versions(self, rule_id: RuleId, cut: Cut) -> tuple[list[Version], int]:
        """Return one page of a rule's versions as they were saved, newest first; how many."""
        ...

    def knows_metric(self, metric: str) -> bool:
        """Return whether any device of the organisation has a series of that name."""
        ...

    def remove(self, rule_id: RuleId) -> None:
        """Delete a rule."""
        ...

    def unknown_devices(self, device_ids: Iterable[DeviceId]) -> list[DeviceId]:
        """Return those of the ids that are no device of the organisation."""
        ...

    def unknown_groups(self, group_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no group of the organisation."""
        ...


class Memories(Protocol):
    """What the organisation's rules remember of series."""

    def of_devices(self, device_ids: Iterable[DeviceId]) -> dict[str, Memory]:
        """Return what rules remember of devices' series, by fingerprint."""
        ...

    def write(self, memories: Mapping[str, Memory]) -> None:
        """Write memories; those that hold nothing are deleted."""
        ...

    def forget_rule(self, rule_id: RuleId) -> None:
        """Delete what a rule remembers: it was described anew."""
        ...


@dataclass(frozen=True, kw_only=True)
class History:
    """A series whose past can be read."""

    series_id: int
    device_id: DeviceId
    entity: str


class Samples(Protocol):
    """What was measured."""

    def series(self, metric: str, device_ids: Iterable[DeviceId]) -> list[History]:
        """Return the devices' series of a metric, a device's together."""
        ...

    def read(
        self, series: Sequence[History], *, begin: datetime, end: datetime
    ) -> dict[DeviceId, dict[str, list[tuple[datetime, float]]]]:
        """Return the samples of series in time, by device and entity."""
        ...

    def last_seen(self, metric: str, *, since: datetime) -> list[tuple[DeviceId, str, datetime]]:
        """Return the polled series of a metric that had a value since an instant, and its slot."""
        ...


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
    def samples(self) -> Samples:
        """What was measured."""
        ...

    @property
    def devices(self) -> Devices:
        """The organisation's devices and their statuses."""
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


class Wakeups(Protocol):
    """What wakes timers in time."""

    def send(self, timers: Sequence[Timer], *, now: datetime) -> None:
        """Ask to be woken for each timer; never raises."""
        ...


class Meter(Protocol):
    """What counts for the operators of the platform."""

    def alert_opened(self, severity: Severity, alert_type: str) -> None:
        """Count an alert that fired."""
        ...

    def status_changed(self, device: Device, standing: Standing) -> None:
        """Note whether a device is online."""
        ...


class Sweep(Protocol):
    """What the minute sweep finds, whatever the organisation."""

    def due(self, *, now: datetime) -> list[OrganizationId]:
        """Return the organisations that have timers of this domain due."""
        ...

    def with_rules_of(self, kind: Kind) -> list[OrganizationId]:
        """Return the organisations that have an enabled rule of a kind."""
        ...

    def troubled(self, *, now: datetime) -> list[OrganizationId]:
        """Return the organisations with silent devices, or with an alert that says so."""
        ...
