"""The alerts' ports in memory; tests/contract keeps them honest."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from netpulse.errors import NotFoundError
from netpulse.ids import AlertId, DeviceId, IncidentId, OrganizationId, RuleId, TimerId, UserId
from netpulse.timers import Timer

from functions.alerts.domain.alert import Reason, State
from functions.alerts.domain.device import Device, Standing, Status
from functions.alerts.domain.hour import Hour
from functions.alerts.domain.listing import (
    Comment,
    Count,
    HistoryEntry,
    Listed,
    Part,
    PartStatistics,
    Statistics,
)
from functions.alerts.domain.memory import NOTHING, Memory
from functions.alerts.domain.rule import fingerprint_parts
from functions.alerts.domain.shown import Receiver
from functions.alerts.ports import History, Scene
from functions.alerts.service.purposes import SETTLE
from tests.unit.functions.alerts.fake_baselines import FakeBaselines
from tests.unit.functions.alerts.fake_calling import (
    FakePolicies,
    FakePromises,
    FakeSchedules,
    FakeServiceLevels,
)
from tests.unit.functions.alerts.fake_incidents import FakeIncidents
from tests.unit.functions.alerts.fake_mutes import FakeInhibitions, FakeSilences, FakeWindows
from tests.unit.functions.alerts.fake_rules import FakeRules, part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpulse.events import Fact

    from functions.alerts.domain.alert import Alert, Transition
    from functions.alerts.domain.ledger import Ledger
    from functions.alerts.domain.listing import AlertFilter, Cut, StatisticsFilter
    from functions.alerts.domain.status import StatusChange

MADE_AT = datetime(2026, 3, 1, tzinfo=UTC)
_SEVERITIES = ["info", "warning", "critical"]


class FakeTimers:
    """Timers in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Timer] = {}

    def set_many(self, purpose: str, due: Mapping[str, datetime]) -> list[Timer]:
        """Set timers by subject."""
        made = []
        for subject, due_at in due.items():
            known = self.rows.get((purpose, subject))
            timer = Timer(
                id=known.id if known else TimerId(uuid4()),
                organization_id=OrganizationId(UUID(int=0)),
                purpose=purpose,
                subject=subject,
                due_at=due_at,
                data={},
            )
            self.rows[purpose, subject] = timer
            made.append(timer)
        return made

    def clear_many(self, purpose: str, subjects: Sequence[str]) -> int:
        """Take timers back."""
        return sum(self.rows.pop((purpose, each), None) is not None for each in subjects)

    def take_all_due(self, purposes: Sequence[str], *, now: datetime) -> list[Timer]:
        """Claim what is due."""
        due = [t for t in self.rows.values() if t.purpose in purposes and t.due_at <= now]
        for timer in due:
            del self.rows[timer.purpose, timer.subject]
        return due


class FakeDevices:
    """Devices and their standings in dictionaries."""

    def __init__(self, timers: FakeTimers) -> None:
        self.devices: dict[DeviceId, Device] = {}
        self.parents: dict[DeviceId, list[DeviceId]] = {}
        self.standings: dict[DeviceId, Standing] = {}
        self.periods: list[tuple[DeviceId, str, datetime | None]] = []
        self.ended: list[DeviceId] = []
        self._timers = timers

    def scene(self, device_ids: Iterable[DeviceId]) -> Scene:
        """Return the polled devices of these and all that are held, with their ancestors."""
        held = {DeviceId(UUID(s)) for purpose, s in self._timers.rows if purpose == SETTLE}
        wanted = {*device_ids, *held}
        devices = {i: d for i, d in self.devices.items() if i in wanted and d.is_polled}
        parents: dict[DeviceId, list[DeviceId]] = {}
        waiting = list(devices)
        while waiting:
            current = waiting.pop()
            if current in parents or not self.parents.get(current):
                continue
            parents[current] = list(self.parents[current])
            waiting += parents[current]
        known = {*devices, *(each for above in parents.values() for each in above)}
        standings = {i: self._standing(i) for i in known if self.devices[i].is_polled}
        return Scene(devices=devices, standings=standings, parents=parents)

    def polled(self) -> list[Device]:
        """Return every device that is polled."""
        return [each for each in self.devices.values() if each.is_polled]

    def outages(
        self, device_ids: Iterable[DeviceId], *, since: datetime
    ) -> list[tuple[DeviceId, datetime, datetime | None]]:
        """Return when devices were offline since an instant."""
        wanted = set(device_ids)
        following = [*self.periods[1:], None]
        return [
            (device_id, at, after[2] if after and after[0] == device_id else None)
            for (device_id, status, at), after in zip(self.periods, following, strict=True)
            if device_id in wanted and status == "offline" and at and at >= since
        ]

    def hanging(self, device_ids: Iterable[DeviceId]) -> set[DeviceId]:
        """Return those of the devices that have parents."""
        return {each for each in device_ids if self.parents.get(each)}

    def called(self, names: Iterable[str]) -> dict[str, Device]:
        """Return the devices that have these names or addresses."""
        wanted = set(names)
        return {
            name: device
            for device in self.devices.values()
            for name in (device.name, device.ip_address)
            if name in wanted
        }

    def in_maintenance(self) -> set[DeviceId]:
        """Return the devices that are marked as in maintenance."""
        return {key for key, each in self.standings.items() if each.maintenance}

    def below(
        self, device_ids: Iterable[DeviceId]
    ) -> tuple[list[DeviceId], dict[DeviceId, list[DeviceId]]]:
        """Return the polled devices that hang on any of these, and their parents."""
        below: set[DeviceId] = set()
        waiting = list(device_ids)
        while waiting:
            current = waiting.pop()
            fresh = {i for i, above in self.parents.items() if current in above} - below
            below |= fresh
            waiting += fresh
        return [each for each in below if self.devices[each].is_polled], self.parents

    def hidden_below(self, device_ids: Iterable[DeviceId]) -> list[Device]:
        """Return the unreachable devices that hang on any of these."""
        below, _ = self.below(device_ids)
        return [
            self.devices[i]
            for i in below
            if self._standing(i).status is Status.UNREACHABLE and self.devices[i].is_polled
        ]

    def seen(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, tuple[Device, Standing]]:
        """Return those of the devices that there are."""
        return {i: (self.devices[i], self._standing(i)) for i in device_ids if i in self.devices}

    def silent(self, *, now: datetime) -> dict[DeviceId, tuple[Device, Standing]]:
        """Return the devices whose poller has said nothing for too long."""
        return {
            i: (d, self._standing(i))
            for i, d in self.devices.items()
            if d.is_polled and (self._standing(i).slot_at or MADE_AT) + d.patience < now
        }

    def end(self, device_id: DeviceId, *, at: datetime) -> None:
        """End a retired device's last status period."""
        self.ended.append(device_id)

    def write(
        self, standings: Mapping[DeviceId, Standing], changes: Sequence[StatusChange]
    ) -> None:
        """Write standings."""
        for device_id, standing in standings.items():
            since = standing.since or standing.failing_since or standing.slot_at
            self.standings[device_id] = replace(standing, since=since, held_until=None)
        self.periods += [(c.device_id, c.after.status.value, c.after.since) for c in changes]

    def _standing(self, device_id: DeviceId) -> Standing:
        timer = self._timers.rows.get((SETTLE, str(device_id)))
        standing = self.standings.get(device_id, Standing())
        return replace(standing, held_until=timer.due_at if timer else None)


def figures_of(alerts: list[Alert]) -> Statistics:
    """Return how often there was trouble and how long it took."""
    told = sorted(alerts, key=lambda each: (each.fingerprint, each.began_at))
    taken = [
        max(0.0, (each.first_acknowledged_at - each.fired_at).total_seconds())
        for each in told
        if each.first_acknowledged_at and each.fired_at
    ]
    ended = [(e.resolved_at - e.began_at).total_seconds() for e in told if e.resolved_at]
    between = [
        (later.began_at - earlier.resolved_at).total_seconds()
        for earlier, later in pairwise(told)
        if earlier.fingerprint == later.fingerprint and earlier.resolved_at
    ]
    return Statistics(
        alerts=len(told),
        acknowledged=len(taken),
        resolved=len(ended),
        mean_seconds_to_acknowledge=fmean(taken) if taken else None,
        mean_seconds_to_restore=fmean(ended) if ended else None,
        mean_seconds_between_failures=fmean(between) if between else None,
    )


class FakeAlerts:
    """Alerts in a dictionary."""

    def __init__(self, rules: FakeRules) -> None:
        self.rows: dict[AlertId, Alert] = {}
        self.steps: dict[AlertId, list[Transition]] = {}
        self._rules = rules
        self.links: dict[AlertId, IncidentId] = {}
        self.said: list[Comment] = []
        self.members: set[UserId] = set()

    def open_of_devices(self, device_ids: Iterable[DeviceId]) -> list[Alert]:
        """Return the open and quiet alerts of devices."""
        wanted = set(device_ids)
        return [each for each in self._live() if each.subject.device_id in wanted]

    def open_of_rule(self, rule_id: RuleId) -> list[Alert]:
        """Return a rule's open and quiet alerts."""
        return [each for each in self._live() if each.subject.rule_id == rule_id]

    def open_of_type(self, alert_type: str) -> list[Alert]:
        """Return the open and quiet alerts of a type."""
        return [each for each in self._live() if each.alert_type == alert_type]

    def unexplained(self) -> list[Alert]:
        """Return the open alerts that are neither pending nor explained by a dead parent."""
        return [
            each
            for each in self.rows.values()
            if each.is_open
            and each.state is not State.PENDING
            and not (each.state is State.SUPPRESSED and each.reason is Reason.PARENT_DOWN)
        ]

    def open_of_incident(self, incident_id: IncidentId) -> list[Alert]:
        """Return an incident's open alerts."""
        return [e for k, e in self.rows.items() if e.is_open and self.links.get(k) == incident_id]

    def some(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Alert]:
        """Return those of the alerts that there are."""
        return {each: self.rows[each] for each in alert_ids if each in self.rows}

    def listed(self, alert_id: AlertId) -> Listed:
        """Return an alert; raise NotFoundError."""
        if alert_id not in self.rows:
            raise NotFoundError.of("alert", alert_id)
        incident_id = self.links.get(alert_id)
        return Listed(alert=self.rows[alert_id], created_at=MADE_AT, incident_id=incident_id)

    def listed_many(self, alert_ids: Iterable[AlertId]) -> dict[AlertId, Listed]:
        """Return those of the alerts that there are."""
        return {each: self.listed(each) for each in alert_ids if each in self.rows}

    def page(self, which: AlertFilter, cut: Cut) -> tuple[list[Listed], int]:
        """Return one page, and how many there are."""
        found = [
            each
            for each in self.rows.values()
            if _matches(each, which) and which.incident_id in (None, self.links.get(each.id))
        ]
        if cut.sort.lstrip("-") == "severity":
            found.sort(key=lambda each: _SEVERITIES.index(each.severity))
        else:
            found.sort(key=lambda each: each.began_at)
        if cut.sort.startswith("-"):
            found.reverse()
        return [self.listed(each.id) for each in part_of(found, cut)], len(found)

    def history(self, alert: Alert, *, after: int, limit: int) -> list[HistoryEntry]:
        """Return an alert's steps after a seq."""
        steps = [step for step in self.steps.get(alert.id, []) if step.seq > after]
        return [HistoryEntry(step=step) for step in steps[:limit]]

    def statistics(self, which: StatisticsFilter) -> Statistics:
        """Return how often there was trouble and how long it took."""
        return figures_of(
            [
                each
                for each in self.rows.values()
                if each.fired_at
                and which.since <= each.fired_at < which.until
                and which.device_id in (None, each.subject.device_id)
                and which.rule_id in (None, each.subject.rule_id)
                and which.alert_type in (None, each.alert_type)
            ]
        )

    def part_statistics(
        self, which: StatisticsFilter, by: Part, *, zone: str, limit: int
    ) -> list[PartStatistics]:
        """Return the figures of each type or period."""
        parts: dict[str, list[Alert]] = {}
        for each in self.rows.values():
            if each.fired_at and which.since <= each.fired_at < which.until:
                day = each.fired_at.astimezone(ZoneInfo(zone)).date().isoformat()
                parts.setdefault(each.alert_type if by is Part.TYPE else day, []).append(each)
        most = sorted(parts, key=lambda key: (0 if by.is_period else -len(parts[key]), key))
        return [
            PartStatistics(key=key, name="", figures=figures_of(parts[key])) for key in most[:limit]
        ]

    def receivers(self) -> list[Receiver]:
        """Return the channels that are told."""
        return [Receiver(name="noc", severities=("warning", "critical"))]

    def comment(self, comment: Comment) -> None:
        """Keep what somebody had to say."""
        self.said.append(comment)

    def comments(self, alert_id: AlertId) -> list[Comment]:
        """Return what was said about an alert."""
        return [each for each in self.said if each.alert_id == alert_id]

    def is_member(self, user_id: UserId) -> bool:
        """Return whether somebody may work for the organisation."""
        return user_id in self.members

    def counts(self) -> list[Count]:
        """Return how many open alerts there are of each severity and state."""
        groups: dict[tuple[object, object], list[Alert]] = {}
        for alert in self.rows.values():
            if alert.is_open:
                groups.setdefault((alert.severity, alert.state), []).append(alert)
        return [
            Count(severity=each[0].severity, state=each[0].state, count=len(each))
            for each in groups.values()
        ]

    def write(self, ledger: Ledger) -> None:
        """Write what changed in a ledger."""
        for alert_id in ledger.dropped:
            self.rows.pop(alert_id, None)
            self.steps.pop(alert_id, None)
        for alert in ledger.saved:
            self.rows[alert.id] = alert
        for step in ledger.history:
            self.steps.setdefault(step.alert_id, []).append(step)

    def _live(self) -> list[Alert]:
        return [each for each in self.rows.values() if each.is_open or each.is_quiet]


def _matches(alert: Alert, which: AlertFilter) -> bool:
    texts = [alert.message, alert.subject.device_name, alert.subject.rule_name]
    acknowledged, resolved = alert.acknowledged_at is not None, alert.resolved_at is not None
    return all(
        (
            not which.states or alert.state in which.states,
            not which.severities or alert.severity in which.severities,
            which.device_id in (None, alert.subject.device_id),
            which.rule_id in (None, alert.subject.rule_id),
            which.alert_type in (None, alert.alert_type),
            which.acknowledged in (None, acknowledged),
            which.resolved in (None, resolved),
            any(which.search.lower() in text.lower() for text in texts),
        )
    )


class FakeMemories:
    """What rules remember, in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, Memory] = {}

    def of_devices(self, device_ids: Iterable[DeviceId]) -> dict[str, Memory]:
        """Return what rules remember of devices' series."""
        wanted = set(device_ids)
        return {key: each for key, each in self.rows.items() if fingerprint_parts(key)[1] in wanted}

    def write(self, memories: Mapping[str, Memory]) -> None:
        """Write memories; those that hold nothing are deleted."""
        self.rows |= memories
        self.rows = {key: each for key, each in self.rows.items() if each != NOTHING}

    def forget_rule(self, rule_id: RuleId) -> None:
        """Delete what a rule remembers."""
        self.rows = {k: each for k, each in self.rows.items() if fingerprint_parts(k)[0] != rule_id}


class FakeSamples:
    """The last slot of each series."""

    def __init__(self) -> None:
        self.last: dict[tuple[str, DeviceId, str], datetime] = {}
        self.past: dict[tuple[str, DeviceId, str], list[tuple[datetime, float]]] = {}

    def checks(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, set[str]]:
        """Return no checks: those of devices in memory have none."""
        return {}

    def series(self, metric: str, device_ids: Iterable[DeviceId]) -> list[History]:
        """Return the devices' series of a metric."""
        wanted = set(device_ids)
        return [
            History(series_id=number, device_id=device_id, entity=entity)
            for number, (name, device_id, entity) in enumerate(self.past)
            if name == metric and device_id in wanted
        ]

    def read(
        self, series: Sequence[History], *, begin: datetime, end: datetime
    ) -> dict[DeviceId, dict[str, list[tuple[datetime, float]]]]:
        """Return the samples of series, by device and entity."""
        found: dict[DeviceId, dict[str, list[tuple[datetime, float]]]] = {}
        columns = list(self.past.items())
        for each in series:
            (_, device_id, entity), samples = columns[each.series_id]
            found.setdefault(device_id, {})[entity] = [s for s in samples if begin <= s[0] < end]
        return found

    def hours(
        self, series: Sequence[History], *, begin: datetime, end: datetime
    ) -> Iterator[tuple[History, list[Hour]]]:
        """Return each value as an hour of its own."""
        for each in series:
            column = list(self.past.values())[each.series_id]
            yield each, [Hour(at, v, v, v) for at, v in column if begin <= at < end]

    def last_seen(self, metric: str, *, since: datetime) -> list[tuple[DeviceId, str, datetime]]:
        """Return the series of a metric that had a value since an instant."""
        return [
            (device_id, entity, at)
            for (name, device_id, entity), at in self.last.items()
            if name == metric and at >= since
        ]


class FakeOutbox:
    """Facts in a list."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def add(self, fact: Fact) -> None:
        """Keep a fact."""
        self.facts.append(fact)


class FakeWork:
    """An organisation's tables in memory; a transaction that never fails."""

    def __init__(self) -> None:
        self.timers = FakeTimers()
        self.devices = FakeDevices(self.timers)
        self.rules = FakeRules()
        self.rules.devices = self.devices.devices
        self.incidents = FakeIncidents(self.devices.devices)
        self.schedules = FakeSchedules()
        self.promises = FakePromises(self.incidents.links)
        self.service_levels = FakeServiceLevels(self.promises)
        self.policies = FakePolicies()
        self.silences = FakeSilences()
        self.inhibitions = FakeInhibitions()
        self.windows = FakeWindows()
        self.memories = FakeMemories()
        self.samples = FakeSamples()
        self.baselines = FakeBaselines(self.samples)
        self.alerts = FakeAlerts(self.rules)
        self.alerts.links = self.incidents.links
        self.outbox = FakeOutbox()
        self.locks = 0

    def lock(self) -> None:
        """Count how often the organisation was locked."""
        self.locks += 1

    @contextmanager
    def __call__(self, organization_id: OrganizationId) -> Iterator[FakeWork]:
        """Open the work of the one organisation there is."""
        yield self
