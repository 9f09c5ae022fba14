"""Alerts as Alertmanager would show them, and how grave those of others are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.alerts.domain.alert import Alert, Severity, State
from functions.alerts.domain.external import fingerprint_of
from functions.alerts.domain.matchers import Labels

_GRAVE = frozenset({"critical", "page", "emergency", "disaster", "error", "high"})
_SLIGHT = frozenset({"info", "information", "none", "notice", "debug", "low"})


# As a name in `group_by`: every alert by itself.
_ALL = "..."


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """A channel that is told, as Alertmanager's receivers are, and by what it groups alerts."""

    name: str
    severities: tuple[str, ...]
    group_by: tuple[str, ...] = ("alertname",)
    critical_at_once: bool = True

    def group_of(self, shown: Shown) -> dict[str, str]:
        """Return the labels of the group that an alert is told in."""
        alone = self.critical_at_once and shown.alert.severity is Severity.CRITICAL
        if alone or _ALL in self.group_by:
            return dict(sorted(shown.labels.items()))
        names = sorted(set(self.group_by))
        return {name: shown.labels[name] for name in names if name in shown.labels}


# Alertmanager shows no alert without a receiver.
_NOBODY = Receiver(name="netpulse", severities=(), critical_at_once=False)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Alerts that a channel tells of together."""

    labels: dict[str, str]
    receiver: str
    alerts: list[Shown]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An alert as Alertmanager would show it."""

    alert: Alert
    labels: Labels
    receivers: tuple[str, ...]
    silenced_by: tuple[str, ...] = ()
    inhibited_by: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Prometheus' number of the labels."""
        return fingerprint_of(self.labels)

    @property
    def state(self) -> str:
        """Alertmanager's word for where it stands."""
        return "suppressed" if self.alert.state is State.SUPPRESSED else "active"


def groups_of(shown: Sequence[Shown], receivers: Sequence[Receiver]) -> list[Group]:
    """Return the groups in which channels tell of alerts, by their labels and channels."""
    found: dict[tuple[tuple[tuple[str, str], ...], str], Group] = {}
    for receiver in (*receivers, _NOBODY):
        for each in shown:
            if receiver.name in (each.receivers or (_NOBODY.name,)):
                labels = receiver.group_of(each)
                group = Group(labels=labels, receiver=receiver.name, alerts=[])
                key = (tuple(labels.items()), receiver.name)
                found.setdefault(key, group).alerts.append(each)
    return [found[key] for key in sorted(found)]


def severity_of(labels: Mapping[str, str]) -> Severity:
    """Return how grave another system's alert is, by its label `severity`."""
    word = labels.get("severity", "").lower()
    if word in _GRAVE:
        return Severity.CRITICAL
    return Severity.INFO if word in _SLIGHT else Severity.WARNING
