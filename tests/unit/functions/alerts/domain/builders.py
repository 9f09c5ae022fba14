"""Alerts, devices and rules for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from netpulse.ids import AlertId, DeviceId, IncidentId, RuleId

from functions.alerts.domain.alert import Alert, Reason, Severity, State, Subject
from functions.alerts.domain.assessment import Assessment
from functions.alerts.domain.correlation import Correlation
from functions.alerts.domain.device import Device, Result, Standing, Value, Verdict
from functions.alerts.domain.incident import Incident
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.memory import NOTHING, Memory
from functions.alerts.domain.rule import Comparison, Kind, Rule
from functions.alerts.domain.rulebook import RuleBook
from tests.support.clock import NOON


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def a_device(name: str = "core-router-1", **given: Any) -> Device:
    plain: dict[str, Any] = {
        "id": DeviceId(uuid4()),
        "number": 1,
        "name": name,
        "ip_address": "198.51.100.5",
        "device_type": "router",
    }
    return Device(**{**plain, **given})


def a_down_rule(**given: Any) -> Rule:
    plain: dict[str, Any] = {
        "id": RuleId(uuid4()),
        "name": "Device down",
        "kind": Kind.DEVICE_DOWN,
        "severity": Severity.CRITICAL,
    }
    return Rule(**{**plain, **given})


def a_threshold(**given: Any) -> Rule:
    plain: dict[str, Any] = {
        "id": RuleId(uuid4()),
        "name": "CPU busy",
        "kind": Kind.THRESHOLD,
        "severity": Severity.WARNING,
        "metric": "cpu_usage",
        "comparison": Comparison.ABOVE,
        "threshold": 90.0,
    }
    return Rule(**{**plain, **given})


def an_alert(**given: Any) -> Alert:
    plain: dict[str, Any] = {
        "id": AlertId(uuid4()),
        "fingerprint": "rule:device:",
        "subject": Subject(device_name="core-router-1", ip_address="198.51.100.5"),
        "alert_type": "threshold",
        "severity": Severity.WARNING,
        "state": State.PENDING,
        "reason": Reason.BREACHED,
        "message": "core-router-1 (198.51.100.5): CPU is 95 %, above 90 %",
        "began_at": NOON,
    }
    return Alert(**{**plain, **given})


def up(device: Device, at: datetime, **values: float) -> Result:
    return Result(
        device_id=device.id,
        slot_at=at,
        verdict=Verdict.UP,
        is_hard=True,
        values=tuple(Value(metric, "", value) for metric, value in values.items()),
    )


def down(device: Device, at: datetime, *, since: datetime | None = None) -> Result:
    return Result(
        device_id=device.id,
        slot_at=at,
        verdict=Verdict.DOWN,
        is_hard=True,
        failing_since=since or at,
        reason="icmp timeout",
    )


class Network:
    """Devices and rules that live on from one assessment to the next, without a database."""

    def __init__(
        self,
        *devices: Device,
        rules: tuple[Rule, ...] = (),
        parents: dict[DeviceId, list[DeviceId]] | None = None,
    ) -> None:
        self.devices = {device.id: device for device in devices}
        self.standings: dict[DeviceId, Standing] = {each: Standing() for each in self.devices}
        self.rules = RuleBook(rules)
        self.parents = parents or {}
        self.alerts: dict[AlertId, Alert] = {}
        self.memories: dict[str, Memory] = {}
        self.incidents: dict[IncidentId, Incident] = {}
        self.places: dict[DeviceId, IncidentId] = {}
        self.opened: list[Alert] = []

    def assess(self, now: datetime, *results: Result) -> Assessment:
        """Take a batch as the service does, and keep what became of it."""
        live = [each for each in self.alerts.values() if each.is_open or each.is_quiet]
        done = Assessment(
            now=now,
            devices=self.devices,
            known=self.standings,
            parents=self.parents,
            rules=self.rules,
            ledger=Ledger(live),
            memories=self.memories,
        )
        done.take(results)
        done.settle()
        self._correlate(now, done)
        self.standings |= done.touched
        self.memories |= done.recollection.changed
        self.memories = {key: each for key, each in self.memories.items() if each != NOTHING}
        for alert in done.ledger.saved:
            self.alerts[alert.id] = alert
        for alert_id in done.ledger.dropped:
            self.alerts.pop(alert_id, None)
        self.opened += [change.alert for change in done.ledger.news if change.news == "opened"]
        return done

    def _correlate(self, now: datetime, done: Assessment) -> None:
        correlation = Correlation(
            now=now,
            incidents=[each for each in self.incidents.values() if each.is_open],
            places=self.places,
            parents=self.parents,
            standing_of=done.standing_of,
            named=self.devices,
        )
        correlation.take({change.device_id for change in done.changes})
        for incident in (*correlation.changed, *correlation.opened):
            self.incidents[incident.id] = incident
        moved = {**correlation.merged, **correlation.succeeded}
        self.places = {
            device_id: moved.get(incident_id, incident_id)
            for device_id, incident_id in self.places.items()
            if device_id not in correlation.left
        } | correlation.joined

    def open_incidents(self) -> dict[str, tuple[str, ...]]:
        """Return the names of the devices of each open incident, by its root's name."""
        return {
            self.devices[each.root_device_id].name: tuple(
                sorted(
                    self.devices[device_id].name
                    for device_id, incident_id in self.places.items()
                    if incident_id == each.id and device_id != each.root_device_id
                )
            )
            for each in self.incidents.values()
            if each.is_open and each.root_device_id
        }

    def status(self, device: Device) -> str:
        return self.standings[device.id].status.value

    def states(self) -> list[str]:
        return [alert.state.value for alert in self.alerts.values()]
