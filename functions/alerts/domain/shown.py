"""Alerts as Alertmanager would show them, and how grave those of others are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from functions.alerts.domain.alert import Alert, Severity, State
from functions.alerts.domain.external import fingerprint_of
from functions.alerts.domain.matchers import Labels

_GRAVE = frozenset({"critical", "page", "emergency", "disaster", "error", "high"})
_SLIGHT = frozenset({"info", "information", "none", "notice", "debug", "low"})


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


def severity_of(labels: Mapping[str, str]) -> Severity:
    """Return how grave another system's alert is, by its label `severity`."""
    word = labels.get("severity", "").lower()
    if word in _GRAVE:
        return Severity.CRITICAL
    return Severity.INFO if word in _SLIGHT else Severity.WARNING
