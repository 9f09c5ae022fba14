"""Service levels: warned when the time to respond or to restore runs out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from netpulse.ids import AlertId

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import News, State
from functions.alerts.domain.muting import labels_of
from functions.alerts.domain.service_level import PERCENTS, Aim, level_for
from functions.alerts.models.service_levels import AlertLevelView, ServiceLevelView
from functions.alerts.service.calling import check_channels
from functions.alerts.service.purposes import SERVICE_LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.timers import Timer

    from functions.alerts.domain.alert import Alert
    from functions.alerts.domain.ledger import Ledger
    from functions.alerts.domain.service_level import ServiceLevel
    from functions.alerts.models.service_levels import ServiceLevelIn
    from functions.alerts.ports import OpenWork, Work


class ServiceLevelTimers:
    """Sets and takes back the warnings of alerts."""

    def follow(self, work: Work, ledger: Ledger) -> list[Timer]:
        """Begin the time of alerts that were told, end it as they are taken on or over."""
        opened = [c.alert for c in ledger.news if c.news is News.OPENED]
        taken = [c.alert for c in ledger.news if c.news is News.ACKNOWLEDGED]
        over = [c.alert for c in ledger.news if c.news is News.RESOLVED]
        done = [_subject(each, aim, p) for each in over for aim in Aim for p in PERCENTS]
        done += [_subject(each, Aim.RESPOND, p) for each in taken for p in PERCENTS]
        work.timers.clear_many(SERVICE_LEVEL, done)
        levels = work.service_levels.all() if opened else []
        due: dict[str, datetime] = {}
        for alert in opened if levels else []:
            level = _level_of(work, alert, levels)
            if level is not None and alert.fired_at is not None:
                marks = level.marks(alert.fired_at)
                due |= {f"{alert.id}:{mark}": at for mark, at in marks.items()}
        return work.timers.set_many(SERVICE_LEVEL, due)

    def ring(self, work: Work, subjects: Sequence[str], ledger: Ledger, *, now: datetime) -> None:
        """Warn of what is due."""
        levels = work.service_levels.all()
        alerts = {str(each.id): each for each in ledger}
        for subject in subjects:
            key, aim, percent = subject.split(":")
            alert = alerts.get(key)
            level = _level_of(work, alert, levels) if alert else None
            # another step may have been taken since it was read
            alert = ledger.find(alert.fingerprint) if alert else None
            if alert is None or level is None:
                continue
            if aim == Aim.RESPOND and alert.state is State.ACKNOWLEDGED:
                continue
            change = life.warned(alert, note=level.words(Aim(aim), int(percent)), now=now)
            if change is not None:
                news = News.ESCALATED if level.channel_ids else News.CHANGED
                ledger.note(replace(change, news=news, channel_ids=level.channel_ids))


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
            alert = work.alerts.listed(alert_id).alert
            level = _level_of(work, alert, work.service_levels.all())
        return AlertLevelView.of(alert, level, now=self._clock.now())


def _subject(alert: Alert, aim: Aim, percent: int) -> str:
    return f"{alert.id}:{aim}:{percent}"


def _level_of(work: Work, alert: Alert, levels: Sequence[ServiceLevel]) -> ServiceLevel | None:
    device_id = alert.subject.device_id
    seen = work.devices.seen([device_id]) if device_id and levels else {}
    device = seen[device_id][0] if device_id in seen else None
    return level_for(labels_of(alert, device), levels)
