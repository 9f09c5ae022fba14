"""What is beside the transactions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from netpulse.ids import OrganizationId
from netpulse.timers import Timer

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.device import Device, Standing
from functions.alerts.domain.history import Years
from functions.alerts.domain.rule import Kind


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

    def keep_history(self, years: Years) -> int:
        """Make room for years of history, drop those before them; return how many changed."""
        ...

    def in_maintenance(self) -> list[OrganizationId]:
        """Return the organisations that have devices in maintenance."""
        ...

    def with_rules_of(self, kind: Kind) -> list[OrganizationId]:
        """Return the organisations that have an enabled rule of a kind."""
        ...

    def troubled(self, *, now: datetime) -> list[OrganizationId]:
        """Return the organisations with silent devices, or with an alert that says so."""
        ...
