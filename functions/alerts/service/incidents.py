"""Incidents follow the devices' statuses, in the transaction that changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpulse.events import IncidentChanged, IncidentOpened, IncidentResolved
from netpulse.observability import logger

from functions.alerts.domain import texts
from functions.alerts.domain.alert import News, Reason
from functions.alerts.domain.correlation import Correlation
from functions.alerts.domain.device import Device, Standing
from functions.alerts.domain.handling import covers
from functions.alerts.domain.opening import DEVICE_DOWN
from functions.alerts.domain.topology import cut_off, root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any

    from netpulse.ids import AlertId, DeviceId

    from functions.alerts.domain.assessment import Assessment
    from functions.alerts.domain.incident import Incident
    from functions.alerts.domain.ledger import Ledger
    from functions.alerts.domain.topology import Parents
    from functions.alerts.ports import Work


class Correlator:
    """Finds out which devices that are down belong together, and writes it down."""

    def plan(
        self,
        work: Work,
        done: Assessment,
        *,
        devices: Mapping[DeviceId, Device],
        now: datetime,
    ) -> Correlation | None:
        """Return what an assessment makes of the incidents; None where it changes nothing."""
        changed = {change.device_id for change in done.changes} | done.gone
        if not changed and not done.ledger.history:
            return None
        incidents = work.incidents.open()
        down = [each for each in changed if _is_down(done.standing_of(each))]
        if not incidents and not down:
            return None
        scene = _Picture(work, done, devices)
        hanging: set[DeviceId] = set()
        if down:
            hanging = work.devices.hanging(
                each.root_device_id for each in incidents if each.root_device_id
            )
            if hanging:
                scene.look_at(hanging)
            scene.name({root_of(each, scene.parents, scene.standing_of) for each in down})
        places = work.incidents.places(
            {*changed, *hanging, *(each.device_id for each in _subjects(done.ledger))}
        )
        # whether an incident is over depends on its root, wherever that is
        touched = {places.get(each) for each in changed}
        roots = {each.root_device_id for each in incidents if each.id in touched}
        unseen = {each for each in roots if each and scene.standing_of(each) is None}
        if unseen - done.gone:
            scene.look_at(unseen - done.gone)
        correlation = Correlation(
            now=now,
            incidents=incidents,
            places=places,
            parents=scene.parents,
            standing_of=scene.standing_of,
            named=scene.named,
        )
        correlation.take(changed)
        if any(each.is_acknowledged(now) for each in incidents):
            _cover(correlation, done.ledger)
        self._tell_impact(work, correlation, done.ledger)
        return correlation

    def write(self, work: Work, correlation: Correlation | None, ledger: Ledger) -> None:
        """Write incidents down and announce them; the alerts they hold are there already."""
        if correlation is None:
            return
        work.incidents.write(correlation)
        links = {}
        for subject in _subjects(ledger):
            incident_id = correlation.incident_of(subject.device_id)
            if incident_id is not None:
                links[subject.alert_id] = incident_id
        work.incidents.link(links)
        for incident in correlation.opened:
            work.outbox.add(IncidentOpened(**said(incident)))
            logger.info("incident opened", extra={"incident_id": str(incident.id)})
        for incident in correlation.changed:
            if incident.is_open:
                work.outbox.add(IncidentChanged(**said(incident)))
                continue
            over = {"resolved_at": incident.resolved_at, "merged_into": incident.merged_into}
            work.outbox.add(IncidentResolved(**said(incident), **over))
            logger.info(
                "incident resolved",
                extra={"incident_id": str(incident.id), "reason": incident.reason},
            )

    def _tell_impact(self, work: Work, correlation: Correlation, ledger: Ledger) -> None:
        """Let the alert of a root say how many devices its failure takes with it."""
        told = {
            change.alert.subject.device_id: change.alert
            for change in ledger.news
            if change.news is News.OPENED and change.alert.alert_type == DEVICE_DOWN
        }
        roots = [each.root_device_id for each in correlation.opened if each.root_device_id in told]
        if not roots:
            return
        below, parents = work.devices.below([each for each in roots if each is not None])
        for root_id, count in cut_off(
            [each for each in roots if each is not None], parents, below=below
        ).items():
            for alert in ledger.of_device(root_id):
                if alert.alert_type == DEVICE_DOWN and alert.was_told:
                    ledger.reword(alert.fingerprint, texts.with_impact(alert.message, count))


class _Subject(NamedTuple):
    """An alert that took a step, and its device."""

    alert_id: AlertId
    device_id: DeviceId


class _Picture:
    """What is known of devices: an assessment's own, and what was looked up besides."""

    def __init__(self, work: Work, done: Assessment, devices: Mapping[DeviceId, Device]) -> None:
        self._work = work
        self._done = done
        self._beyond: dict[DeviceId, Standing] = {}
        self.parents: Parents = done.parents
        self.named: dict[DeviceId, Device] = dict(devices)

    def standing_of(self, device_id: DeviceId) -> Standing | None:
        """Return a polled device's standing."""
        return self._done.standing_of(device_id) or self._beyond.get(device_id)

    def look_at(self, device_ids: Iterable[DeviceId]) -> None:
        """Look up devices and what they hang on."""
        scene = self._work.devices.scene(device_ids)
        self._beyond |= scene.standings
        self.parents = {**scene.parents, **self.parents}
        self.named = {**scene.devices, **self.named}

    def name(self, device_ids: set[DeviceId]) -> None:
        """Look up the names of devices."""
        found = self._work.devices.seen(device_ids - self.named.keys())
        self.named |= {device_id: device for device_id, (device, _) in found.items()}


def _cover(correlation: Correlation, ledger: Ledger) -> None:
    """Let what is folded into an incident that somebody is on be theirs, too."""
    for alert in ledger.saved:
        device_id = alert.subject.device_id
        incident = correlation.holding(device_id) if device_id else None
        if incident is not None and alert.reason is Reason.PARENT_DOWN:
            ledger.note(covers(incident, alert, now=correlation.now))


def _subjects(ledger: Ledger) -> list[_Subject]:
    stepped = {step.alert_id for step in ledger.history}
    return [
        _Subject(alert.id, alert.subject.device_id)
        for alert in ledger.saved
        if alert.id in stepped and alert.is_open and alert.subject.device_id is not None
    ]


def _is_down(standing: Standing | None) -> bool:
    return standing is not None and standing.status.is_down


def said(incident: Incident) -> dict[str, Any]:
    """Return what every fact about an incident says."""
    return {
        "incident_id": incident.id,
        "incident_seq": incident.seq,
        "title": incident.title,
        "severity": incident.severity.value,
        "reason": incident.reason.value,
        "root_device_id": incident.root_device_id,
        "affected": incident.affected,
        "most_affected": incident.most_affected,
        "began_at": incident.began_at,
    }
