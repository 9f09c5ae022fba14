"""Why nobody is told of an alert for now: maintenance, a silence, a graver alert, flapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from netpulse.ids import DeviceId, SilenceId

from functions.alerts.domain.alert import Alert, Reason, State
from functions.alerts.domain.device import Device
from functions.alerts.domain.matchers import Labels, Matcher, all_match

# What suppresses an alert from outside, and how its end is called.
ENDED: dict[Reason, Reason] = {
    Reason.MAINTENANCE: Reason.MAINTENANCE_ENDED,
    Reason.SILENCED: Reason.SILENCE_ENDED,
    Reason.INHIBITED: Reason.INHIBITION_ENDED,
    Reason.FLAPPING: Reason.FLAPPING_ENDED,
}


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Alerts that match are not told from one instant to another."""

    id: SilenceId
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    until_resolved: bool = False
    comment: str = ""
    created_by: UUID | None = None
    created_by_name: str = ""

    def is_active(self, now: datetime) -> bool:
        """Return whether it silences at an instant."""
        return self.starts_at <= now < self.ends_at

    def state(self, now: datetime) -> str:
        """Return Alertmanager's word for where it stands: pending, active or expired."""
        if now >= self.ends_at:
            return "expired"
        return "active" if now >= self.starts_at else "pending"


@dataclass(frozen=True, kw_only=True)
class Inhibition:
    """While an alert matches the source, those that match the target are not told."""

    id: UUID
    name: str
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()
    is_enabled: bool = True

    def holds(self, target: Labels, sources: Iterable[Labels]) -> bool:
        """Return whether a target is inhibited by any of the sources.

        One that matches both sides is not inhibited by others of which the same is true.
        """
        if not all_match(self.target, target):
            return False
        is_both = all_match(self.source, target)
        return any(
            all_match(self.source, source)
            and all(source.get(name, "") == target.get(name, "") for name in self.equal)
            and not (is_both and all_match(self.target, source))
            for source in sources
        )


def labels_of(alert: Alert, device: Device | None = None) -> dict[str, str]:
    """Return the labels of one of our alerts; empty ones are left out, as everywhere."""
    if alert.external is not None:
        return dict(alert.external.labels)
    subject = alert.subject
    given: dict[str, Any] = {
        "alertname": subject.rule_name or alert.alert_type,
        "severity": alert.severity.value,
        "alert_type": alert.alert_type,
        "instance": subject.ip_address,
        "device": subject.device_name,
        "device_id": subject.device_id,
        "rule_id": subject.rule_id,
        "metric": alert.metric,
        "entity": alert.entity,
    }
    return {name: str(value) for name, value in given.items() if value} | device_labels(device)


def device_labels(device: Device | None) -> dict[str, str]:
    """Return the labels that an alert has from what its device is."""
    if device is None:
        return {}
    given = {"device_type": device.device_type, "tags": ",".join(sorted(device.tags))}
    return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, kw_only=True)
class Mutes:
    """All that mutes alerts of an organisation at an instant."""

    in_maintenance: Callable[[DeviceId], bool] = field(default=lambda _: False)
    silences: Sequence[Silence] = ()
    inhibitions: Sequence[Inhibition] = ()
    # labels of the alerts that may inhibit others
    sources: Sequence[Labels] = ()
    device_of: Callable[[DeviceId], Device | None] = field(default=lambda _: None)
    is_flapping: Callable[[str], bool] = field(default=lambda _: False)

    @property
    def lasts_until_resolved(self) -> bool:
        """Whether a silence ends when what it matches does."""
        return any(each.until_resolved for each in self.silences)

    def __call__(self, alert: Alert) -> Reason | None:
        """Return why nobody is to be told of an alert; None: tell them."""
        device_id = alert.subject.device_id
        if device_id is not None and self.in_maintenance(device_id):
            return Reason.MAINTENANCE
        if self.silences or self.inhibitions:
            labels = labels_of(alert, self.device_of(device_id) if device_id else None)
            if any(all_match(each.matchers, labels) for each in self.silences):
                return Reason.SILENCED
            if any(each.holds(labels, self.sources) for each in self.inhibitions):
                return Reason.INHIBITED
        return Reason.FLAPPING if self.is_flapping(alert.fingerprint) else None


def may_inhibit(alert: Alert) -> bool:
    """Return whether an alert is one that Alertmanager would count as active.

    What hangs on a dead parent is not: it is part of the parent's alert.
    """
    if alert.state in (State.PENDING, State.RESOLVED):
        return False
    return not (alert.state is State.SUPPRESSED and alert.reason is Reason.PARENT_DOWN)
