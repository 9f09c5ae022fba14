"""Incidents in memory; tests/contract keeps them honest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError

from functions.alerts.domain.listing import (
    Cut,
    IncidentDevice,
    IncidentFilter,
    ListedIncident,
    TimelineEntry,
)
from tests.support.clock import NOON
from tests.unit.functions.alerts.fake_rules import part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from netpulse.ids import AlertId, DeviceId, IncidentId

    from functions.alerts.domain.correlation import Correlation
    from functions.alerts.domain.device import Device
    from functions.alerts.domain.incident import Entry, Incident


class FakeIncidents:
    """Incidents in dictionaries."""

    def __init__(self, devices: dict[DeviceId, Device]) -> None:
        self.rows: dict[IncidentId, Incident] = {}
        self.members: dict[tuple[IncidentId, DeviceId], datetime | None] = {}
        self.links: dict[AlertId, IncidentId] = {}
        self.entries: list[Entry] = []
        self._devices = devices

    def open(self) -> list[Incident]:
        """Return the incidents that last."""
        return [each for each in self.rows.values() if each.is_open]

    def places(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, IncidentId]:
        """Return in which open incident each of the devices is, if in one."""
        wanted = set(device_ids)
        return {
            device_id: incident_id
            for (incident_id, device_id), left_at in self.members.items()
            if device_id in wanted and left_at is None
        }

    def write(self, correlation: Correlation) -> None:
        """Write what a correlation came to."""
        for incident in (*correlation.changed, *correlation.opened):
            self.rows[incident.id] = incident
        for device_id, incident_id in correlation.left.items():
            self.members[incident_id, device_id] = correlation.now
        for old, into in {**correlation.merged, **correlation.succeeded}.items():
            self._move(old, into, correlation)
        for old, into in correlation.merged.items():
            self.links |= {alert: into for alert, each in self.links.items() if each == old}
        for device_id, incident_id in correlation.joined.items():
            self.members[incident_id, device_id] = None
        self.entries += correlation.entries

    def _move(self, old: IncidentId, into: IncidentId, correlation: Correlation) -> None:
        there = [key for key, left_at in self.members.items() if key[0] == old and left_at is None]
        self.members |= dict.fromkeys(there, correlation.now)
        self.members |= {(into, key[1]): None for key in there if key[1] not in correlation.joined}

    def handle(self, incident: Incident, entry: Entry) -> None:
        """Keep what somebody did with an incident; its devices leave one that is over."""
        self.rows[incident.id] = incident
        if not incident.is_open:
            for key, left_at in self.members.items():
                if key[0] == incident.id and left_at is None:
                    self.members[key] = incident.resolved_at
        self.entries.append(entry)

    def comment(self, entry: Entry) -> None:
        """Keep what somebody had to say."""
        self.entries.append(entry)

    def comments(self, incident_id: IncidentId) -> list[TimelineEntry]:
        """Return what was said about an incident."""
        found = self.timeline(incident_id, after=0, limit=1000)
        return [each for each in found if each.kind == "comment"]

    def link(self, alerts: Mapping[AlertId, IncidentId]) -> None:
        """Say which incident alerts belong to."""
        self.links |= alerts

    def page(self, which: IncidentFilter, cut: Cut) -> tuple[list[ListedIncident], int]:
        """Return one page, and how many there are."""
        found = [
            each
            for each in self.rows.values()
            if which.is_open in (None, each.is_open)
            and (which.device_id is None or (each.id, which.device_id) in self.members)
            and (which.since is None or each.began_at >= which.since)
            and (which.until is None or each.began_at < which.until)
            and which.search.lower() in each.title.lower()
        ]
        found.sort(key=lambda each: each.began_at, reverse=cut.sort.startswith("-"))
        return [self.get(each.id) for each in part_of(found, cut)], len(found)

    def get(self, incident_id: IncidentId) -> ListedIncident:
        """Return an incident; raise NotFoundError."""
        if incident_id not in self.rows:
            raise NotFoundError.of("incident", incident_id)
        incident = self.rows[incident_id]
        root = self._devices.get(incident.root_device_id) if incident.root_device_id else None
        return ListedIncident(
            incident=incident,
            root_name=root.name if root else "",
            root_ip_address=root.ip_address if root else "",
            alerts=list(self.links.values()).count(incident_id),
            created_at=NOON,
        )

    def devices(self, incident_id: IncidentId, cut: Cut) -> tuple[list[IncidentDevice], int]:
        """Return one page of the devices that were or are in an incident, and how many."""
        root = self.rows[incident_id].root_device_id
        found = [
            IncidentDevice(
                device_id=device_id,
                name=self._devices[device_id].name,
                ip_address=self._devices[device_id].ip_address,
                status="unknown",
                is_root=device_id == root,
                joined_at=NOON,
                left_at=left_at,
            )
            for (each, device_id), left_at in self.members.items()
            if each == incident_id
        ]
        found.sort(key=lambda each: (not each.is_root, each.left_at is not None, each.name))
        return part_of(found, cut), len(found)

    def timeline(self, incident_id: IncidentId, *, after: int, limit: int) -> list[TimelineEntry]:
        """Return what happened in an incident, from a position on."""
        found = [
            TimelineEntry(
                at=each.at,
                kind=each.kind,
                text=each.text,
                actor_id=each.actor_id,
                actor_name=each.actor_name,
            )
            for each in self.entries
            if each.incident_id == incident_id
        ]
        return found[after : after + limit]
