"""Which devices that are down belong together: outages as incidents, each with its root.

A device that is down belongs to the incident of the device that bars the way to it. Incidents
follow the picture: a root that turns out to hang on another dead device gives way to it. When a
root returns its incident is over, and what is still down by itself goes on as one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from netpulse.ids import DeviceId, IncidentId

from functions.alerts.domain import texts
from functions.alerts.domain.alert import Severity
from functions.alerts.domain.device import Device, Standing
from functions.alerts.domain.handling import unattended
from functions.alerts.domain.incident import Entry, Incident, IncidentReason
from functions.alerts.domain.topology import Parents, Standings, ancestors, parents_first, root_of

_NOBODY = DeviceId(UUID(int=0))


class Correlation:
    """An organisation's open incidents, and what changes of status make of them.

    `places` says in which incident devices are; `named` describes devices, roots among them.
    """

    def __init__(
        self,
        *,
        now: datetime,
        incidents: Iterable[Incident],
        places: Mapping[DeviceId, IncidentId],
        parents: Parents,
        standing_of: Standings,
        named: Mapping[DeviceId, Device],
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self.now = now
        self._incidents = {each.id: each for each in incidents}
        self._before = dict(self._incidents)
        # thousands of devices may be down each by itself: none is looked for one by one
        self._roots = {
            each.root_device_id: each.id for each in self._incidents.values() if each.root_device_id
        }
        self._places: dict[DeviceId, IncidentId] = dict(places)
        self._parents = parents
        self._standing_of = standing_of
        self._named = named
        self._new_id = new_id
        # devices that went in and out
        self.joined: dict[DeviceId, IncidentId] = {}
        self.left: dict[DeviceId, IncidentId] = {}
        # incidents that are part of another one, and those whose rest goes on as another one
        self.merged: dict[IncidentId, IncidentId] = {}
        self.succeeded: dict[IncidentId, IncidentId] = {}
        self.entries: list[Entry] = []

    @property
    def opened(self) -> list[Incident]:
        """The incidents that are new."""
        return [each for each in self._incidents.values() if each.id not in self._before]

    @property
    def changed(self) -> list[Incident]:
        """The incidents that were there and are different, or over."""
        return [
            replace(each, seq=each.seq + 1)
            for each in self._incidents.values()
            if each.id in self._before and each != self._before[each.id]
        ]

    def incident_of(self, device_id: DeviceId) -> IncidentId | None:
        """Return the incident an alert of a device belongs to: its own, or one above it."""
        if (own := self._places.get(device_id)) is not None:
            return own
        above = (device_id, *ancestors(device_id, self._parents))
        found = (self.rooted_at(each) for each in above)
        return next((each.id for each in found if each is not None), None)

    def holding(self, device_id: DeviceId) -> Incident | None:
        """Return the open incident that a device is in."""
        place = self._places.get(device_id)
        return self._incidents.get(place) if place is not None else None

    def rooted_at(self, device_id: DeviceId) -> Incident | None:
        """Return the open incident with a device at its root."""
        incident = self._incidents.get(self._roots[device_id]) if device_id in self._roots else None
        is_it = incident is not None and incident.is_open and incident.root_device_id == device_id
        return incident if is_it else None

    def take(self, changed: Iterable[DeviceId]) -> None:
        """Take the devices whose status changed."""
        devices = parents_first(changed, self._parents)
        # of others nobody looked how their root is: nothing of theirs changed
        touched = {self._places.get(each) for each in devices}
        for device_id in devices:
            # what is unknown now was not seen to return
            if not self._lasts(device_id):
                self._leave(device_id)
        for device_id in devices:
            if self._is_down(device_id):
                self._join(device_id, root_of(device_id, self._parents, self._standing_of))
        self._reconsider_roots()
        for incident in self._open():
            if incident.id in touched:
                self._end_if_over(incident)

    def _open(self) -> list[Incident]:
        return [each for each in self._incidents.values() if each.is_open]

    def _is_down(self, device_id: DeviceId | None) -> bool:
        standing = self._standing_of(device_id) if device_id else None
        return standing is not None and standing.status.is_down

    def _lasts(self, device_id: DeviceId | None) -> bool:
        """Return whether a device is polled and was not seen up again."""
        standing = self._standing_of(device_id) if device_id else None
        return standing is not None and not standing.status.is_up

    def _join(self, device_id: DeviceId, root_id: DeviceId) -> None:
        incident = (
            self.rooted_at(root_id)
            or self._rest(device_id, root_id)
            or self._inherited(root_id)
            or self._begin(root_id)
        )
        before = self._places.get(device_id)
        if before == incident.id:
            return
        if before is not None:
            self._leave(device_id)
        self._places[device_id] = self.joined[device_id] = incident.id
        if device_id != incident.root_device_id:
            self._count(incident.id, 1)

    def _rest(self, device_id: DeviceId, root_id: DeviceId) -> Incident | None:
        """Return the incident of what is down by itself when its root is back: the old one is over.

        What else is in the old one goes over, until it is seen to be up or found elsewhere.
        """
        before = self.holding(device_id)
        if before is None or device_id != root_id or self._lasts(before.root_device_id):
            return None
        root_is_in = self._places.get(before.root_device_id or _NOBODY) == before.id
        after = self._begin(root_id, IncidentReason.ROOT_RETURNED)
        self.succeeded[before.id] = after.id
        self._move(before, after, before.affected - 1 + int(root_is_in))
        over = replace(before, affected=0, reason=IncidentReason.RECOVERED, resolved_at=self.now)
        self._incidents[before.id] = over
        self._tell(over, "resolved", f"Apart from this, all is back: {after.title}")
        return self._incidents[after.id]

    def _inherited(self, root_id: DeviceId) -> Incident | None:
        """Return the incident of a root that hangs on one just found dead, which takes it over."""
        for incident in self._hanging():
            rooted = incident.root_device_id
            if rooted and root_of(rooted, self._parents, self._standing_of) == root_id:
                return self._rerooted(incident, root_id)
        return None

    def _hanging(self) -> list[Incident]:
        """Return the open incidents with a dead root that hangs on something: others have none."""
        return [
            each
            for each in self._open()
            if self._parents.get(each.root_device_id or _NOBODY)
            and self._is_down(each.root_device_id)
        ]

    def _rerooted(self, incident: Incident, root_id: DeviceId) -> Incident:
        old_is_in = self._places.get(incident.root_device_id or root_id) == incident.id
        new_was_in = self._places.get(root_id) == incident.id
        after = replace(
            incident,
            root_device_id=root_id,
            title=self._title(root_id),
            reason=IncidentReason.ROOT_FOUND,
            affected=incident.affected + int(old_is_in) - int(new_was_in),
        )
        # it turned out to be another outage than the one that somebody took on
        after = unattended(replace(after, most_affected=max(after.most_affected, after.affected)))
        self._incidents[incident.id] = after
        self._roots[root_id] = incident.id
        self._tell(after, "re-parented", f"The root is now {self._name(root_id)}")
        return after

    def _reconsider_roots(self) -> None:
        """Merge incidents whose root hangs on another incident's root."""
        for incident in self._hanging():
            rooted = incident.root_device_id or _NOBODY
            root_id = root_of(rooted, self._parents, self._standing_of)
            into = self.rooted_at(root_id)
            if root_id == rooted or into is None or into.id == incident.id:
                continue
            moved = incident.affected + int(self._places.get(rooted) == incident.id)
            self.merged[incident.id] = into.id
            self._move(incident, into, moved)
            over = replace(
                incident,
                affected=0,
                reason=IncidentReason.MERGED,
                merged_into=into.id,
                resolved_at=self.now,
            )
            self._incidents[incident.id] = over
            self._tell(over, "merged", f"It is part of: {into.title}")
            self._tell(into, "merged", f"What was taken for apart is part of it: {incident.title}")

    def _move(self, old: Incident, into: Incident, count: int) -> None:
        for device_id, place in list(self._places.items()):
            if place == old.id:
                self._places[device_id] = into.id
        self._count(into.id, count)

    def _leave(self, device_id: DeviceId) -> None:
        incident_id = self._places.pop(device_id, None)
        if incident_id is None:
            return
        self.left[device_id] = incident_id
        incident = self._incidents.get(incident_id)
        if incident is None:
            return  # it was declared over while the device was down
        if device_id == incident.root_device_id:
            self._tell(incident, "root returned", f"{self._name(device_id)} is back")
        else:
            self._count(incident_id, -1)

    def _end_if_over(self, incident: Incident) -> None:
        incident = self._incidents[incident.id]
        if incident.affected > 0 or self._lasts(incident.root_device_id):
            return
        over = replace(incident, resolved_at=self.now, reason=IncidentReason.RECOVERED)
        self._incidents[incident.id] = over
        self._tell(over, "resolved", "All devices are back")

    def _begin(
        self, root_id: DeviceId, reason: IncidentReason = IncidentReason.ROOT_DOWN
    ) -> Incident:
        standing = self._standing_of(root_id) or Standing()
        incident = Incident(
            id=IncidentId(self._new_id()),
            root_device_id=root_id,
            title=self._title(root_id),
            severity=Severity.CRITICAL,
            reason=reason,
            began_at=standing.failing_since or standing.since or self.now,
        )
        self._incidents[incident.id] = incident
        self._roots[root_id] = incident.id
        self._tell(incident, "opened", incident.title)
        return incident

    def _count(self, incident_id: IncidentId, by: int) -> None:
        incident = self._incidents[incident_id]
        affected = incident.affected + by
        most = max(incident.most_affected, affected)
        self._incidents[incident_id] = replace(incident, affected=affected, most_affected=most)

    def _title(self, root_id: DeviceId) -> str:
        return f"{self._name(root_id)} is down"

    def _name(self, device_id: DeviceId) -> str:
        device = self._named.get(device_id)
        return texts.named(device) if device else f"Device {device_id}"

    def _tell(self, incident: Incident, kind: str, text: str) -> None:
        self.entries.append(Entry(incident_id=incident.id, at=self.now, kind=kind, text=text))
