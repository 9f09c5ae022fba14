"""Alerts and their history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from netpulse.ids import AlertId, DeviceId, IncidentId, RuleId, UserId

from functions.alerts.domain.alert import Alert
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.listing import (
    AlertFilter,
    Comment,
    Count,
    Cut,
    HistoryEntry,
    Listed,
    Part,
    PartStatistics,
    Statistics,
    StatisticsFilter,
)
from functions.alerts.domain.shown import Receiver


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

    def unexplained(self) -> list[Alert]:
        """Return the open alerts that are neither pending nor explained by a dead parent."""
        ...

    def open_of_incident(self, incident_id: IncidentId) -> list[Alert]:
        """Return an incident's open alerts, oldest first."""
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

    def history(self, alert: Alert, *, after: int, limit: int) -> list[HistoryEntry]:
        """Return an alert's steps after a seq, oldest first."""
        ...

    def statistics(self, which: StatisticsFilter) -> Statistics:
        """Return how often there was trouble and how long it took."""
        ...

    def part_statistics(
        self, which: StatisticsFilter, by: Part, *, zone: str, limit: int
    ) -> list[PartStatistics]:
        """Return the figures of each part: periods in time, others those of most alerts first."""
        ...

    def receivers(self) -> list[Receiver]:
        """Return the channels that are told."""
        ...

    def comment(self, comment: Comment) -> None:
        """Keep what somebody had to say."""
        ...

    def comments(self, alert_id: AlertId) -> list[Comment]:
        """Return what was said about an alert, oldest first."""
        ...

    def is_member(self, user_id: UserId) -> bool:
        """Return whether somebody may work for the organisation."""
        ...

    def counts(self) -> list[Count]:
        """Return how many open alerts there are of each severity and state."""
        ...

    def write(self, ledger: Ledger) -> None:
        """Write what changed in a ledger."""
        ...
