"""Service levels: warned when the time to respond or to restore runs out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from netpulse.ids import AlertId

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import News, Severity
from functions.alerts.domain.muting import labels_of
from functions.alerts.domain.promise import Promise, most_pressing
from functions.alerts.domain.service_level import Aim, level_for
from functions.alerts.models.service_levels import AlertLevelView, ServiceLevelView
from functions.alerts.service.calling import check_channels
from functions.alerts.service.purposes import SERVICE_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, IncidentId, OrganizationId
    from netpulse.timers import Timer

    from functions.alerts.domain.alert import Alert, Change
    from functions.alerts.domain.device import Device
    from functions.alerts.domain.ledger import Ledger
    from functions.alerts.domain.service_level import ServiceLevel
    from functions.alerts.models.service_levels import ServiceLevelIn
    from functions.alerts.ports import OpenWork, Work


class ServiceLevelTimers:
    """Keeps promises as alerts go on, and warns when their time runs out."""

    def follow(self, work: Work, ledger: Ledger, *, now: datetime) -> list[Timer]:
        """Make promises for alerts that are told, and let the steps of others count."""
        opened = [each.alert for each in ledger.news if each.news is News.OPENED]
        graver = [
            each.alert
            for each in ledger.news
            if each.alert.severity is Severity.CRITICAL
            and each.transition is not None
            and each.transition.reason in life.REGRADED
        ]
        stepped = {step.alert_id for step in ledger.history}
        told = {each.id: each for each in ledger.saved if each.id in stepped and each.was_told}
        before = work.promises.some(told) if told else {}
        promises = {**before, **self._made(work, opened, graver, before, now)}
        after = {key: each.following(told[key], now) for key, each in promises.items()}
        changed = [each for key, each in after.items() if each != before.get(key)]
        return _keep(work, changed, now)

    def ring(
        self, work: Work, alert_ids: Sequence[AlertId], ledger: Ledger, *, now: datetime
    ) -> list[Timer]:
        """Warn of what is due, and see to the next warnings."""
        alerts = {each.id: each for each in ledger}
        promises = work.promises.some(alert_ids)
        kept = []
        for alert_id, promise in promises.items():
            if alert_id not in alerts or not promise.level.is_enabled:
                continue
            for aim in Aim:
                percent = promise.reached(aim, now)
                if percent:
                    # another step may have been taken since it was read
                    alert = ledger.find(alerts[alert_id].fingerprint) or alerts[alert_id]
                    ledger.note(_warning(alert, promise.level, aim, percent, now))
                    promise = promise.warned(aim, percent)  # noqa: PLW2901 - the same, warned of
            kept.append(promise)
        return _keep(work, kept, now)

    def _made(
        self,
        work: Work,
        opened: Sequence[Alert],
        graver: Sequence[Alert],
        before: dict[AlertId, Promise],
        now: datetime,
    ) -> dict[AlertId, Promise]:
        """Return new promises: of alerts that grew critical only where another level is theirs."""
        levels = work.service_levels.all() if opened or graver else []
        if not levels:
            return {}
        devices = _devices_of(work, [*opened, *graver])
        made = {}
        for alert in (*opened, *graver):
            device = devices.get(alert.subject.device_id) if alert.subject.device_id else None
            level = level_for(labels_of(alert, device), levels)
            known = before.get(alert.id)
            if level is not None and (known is None or known.level.id != level.id):
                made[alert.id] = Promise(alert_id=alert.id, level=level, running_since=now)
        return made


class ServiceLevels:
    """What an organisation promises, as people keep it."""

    def __init__(self, work: OpenWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def all(self, organization_id: OrganizationId) -> list[ServiceLevelView]:
        """Return the service levels by priority."""
        with self._work(organization_id) as work:
            return [ServiceLevelView.of(each) for each in work.service_levels.all()]

    def save(
        self, organization_id: OrganizationId, level_id: UUID | None, body: ServiceLevelIn
    ) -> ServiceLevelView:
        """Make a service level, or describe one anew; it counts for alerts that fire from now."""
        level = body.level(level_id or uuid4())
        with self._work(organization_id) as work:
            if level_id is not None:
                work.service_levels.get(level_id)
            check_channels(work, level.channel_ids)
            work.service_levels.save(level, at=self._clock.now())
        return ServiceLevelView.of(level)

    def remove(self, organization_id: OrganizationId, level_id: UUID) -> ServiceLevelView:
        """Delete a service level; nobody is warned of it any more. Raise NotFoundError."""
        with self._work(organization_id) as work:
            found = work.service_levels.get(level_id)
            work.service_levels.remove(level_id)
        return ServiceLevelView.of(found)

    def of_alert(self, organization_id: OrganizationId, alert_id: AlertId) -> AlertLevelView:
        """Return what is promised for an alert, and whether it is kept; raise NotFoundError."""
        with self._work(organization_id) as work:
            work.alerts.listed(alert_id)
            promise = work.promises.some([alert_id]).get(alert_id)
        return AlertLevelView.of(promise, now=self._clock.now())

    def of_incident(
        self, organization_id: OrganizationId, incident_id: IncidentId
    ) -> AlertLevelView:
        """Return what is promised for an incident's most pressing alert; raise NotFoundError."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            work.incidents.get(incident_id)
            promises = work.promises.of_incident(incident_id)
        return AlertLevelView.of(most_pressing(promises, now), now=now)


def _warning(
    alert: Alert, level: ServiceLevel, aim: Aim, percent: int, now: datetime
) -> Change | None:
    change = life.warned(alert, note=level.words(aim, percent), now=now)
    if change is None or change.news is None or not level.channel_ids:
        return change
    return replace(change, news=News.ESCALATED, channel_ids=level.channel_ids)


def _keep(work: Work, promises: Sequence[Promise], now: datetime) -> list[Timer]:
    if not promises:
        return []
    work.promises.keep(promises)
    due = {str(each.alert_id): each.next_warning_at(now) for each in promises}
    work.timers.clear_many(SERVICE_LEVEL, [key for key, at in due.items() if at is None])
    return work.timers.set_many(SERVICE_LEVEL, {k: at for k, at in due.items() if at is not None})


def _devices_of(work: Work, alerts: Iterable[Alert]) -> dict[DeviceId, Device]:
    device_ids = {each.subject.device_id for each in alerts}
    seen = work.devices.seen(each for each in device_ids if each is not None)
    return {device_id: device for device_id, (device, _) in seen.items()}
