"""Incidents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from netpulse.ids import AlertId, DeviceId, IncidentId

from functions.alerts.domain.correlation import Correlation
from functions.alerts.domain.incident import Entry, Incident
from functions.alerts.domain.listing import (
    Cut,
    IncidentDevice,
    IncidentFilter,
    ListedIncident,
    TimelineEntry,
)


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

    def handle(self, incident: Incident, entry: Entry) -> None:
        """Keep what somebody did with an incident; its devices leave one that is over."""
        ...

    def comment(self, entry: Entry) -> None:
        """Keep what somebody had to say."""
        ...

    def comments(self, incident_id: IncidentId) -> list[TimelineEntry]:
        """Return what was said about an incident, oldest first."""
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
