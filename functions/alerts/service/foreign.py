"""Alertmanager's API over our alerts and silences: what it takes, and what it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.ids import AlertId, SilenceId

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Alert, Reason, State, Subject
from functions.alerts.domain.external import (
    EXTERNAL,
    fingerprint_of,
    merged,
    message_of,
)
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.matchers import all_match
from functions.alerts.domain.muting import Silence, labels_of
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.domain.shown import Shown, severity_of
from functions.alerts.service.purposes import EXTERNAL_END
from functions.alerts.service.quiet import mutes_of
from functions.alerts.service.recording import wake_ups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.timers import Timer

    from functions.alerts.domain.device import Device
    from functions.alerts.domain.external import Posted
    from functions.alerts.domain.lifecycle import MuteOf
    from functions.alerts.domain.matchers import Labels, Matcher
    from functions.alerts.domain.shown import Receiver
    from functions.alerts.ports import OpenWork, Wakeups, Work
    from functions.alerts.service.quiet import Quiet
    from functions.alerts.service.recording import Recorder


class Foreign:
    """Takes other systems' alerts, and shows ours as Alertmanager would."""

    def __init__(
        self,
        work: OpenWork,
        recorder: Recorder,
        quiet: Quiet,
        wakeups: Wakeups,
        clock: Clock,
    ) -> None:
        self._work = work
        self._recorder = recorder
        self._quiet = quiet
        self._wakeups = wakeups
        self._clock = clock

    def now(self) -> datetime:
        """Return the instant that missing times are filled with."""
        return self._clock.now()

    def take(self, organization_id: OrganizationId, posted: Sequence[Posted]) -> None:
        """Open, follow or resolve the alerts that another system posted."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            work.lock()
            devices = work.devices.called(
                {name for each in posted if (name := _host(each.external.labels))}
            )
            mutes = mutes_of(
                work,
                now=now,
                devices={each.id: each for each in devices.values()},
                standings={
                    device_id: standing
                    for device_id, (_, standing) in work.devices.seen(
                        each.id for each in devices.values()
                    ).items()
                },
            )
            ledger = Ledger(work.alerts.open_of_type(EXTERNAL))
            for each in posted:
                device = devices.get(_host(each.external.labels))
                _follow(ledger, each, device, now=now, mute_of=mutes)
            timers = self._recorder.ledger(work, ledger, RuleBook(()))
            if ledger.history and (mutes.inhibitions or mutes.lasts_until_resolved):
                timers += self._quiet.refresh_in(work)
            timers += _ends(work, ledger)
        self._wakeups.send(wake_ups(timers), now=now)

    def shown(self, organization_id: OrganizationId, matchers: Sequence[Matcher]) -> list[Shown]:
        """Return the alerts that match, by their fingerprints."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            alerts = work.alerts.unexplained()
            silences = work.silences.active(now)
            inhibitions = [each for each in work.inhibitions.all() if each.is_enabled]
            receivers = work.alerts.receivers()
            ids = {each.subject.device_id for each in alerts}
            seen = work.devices.seen(each for each in ids if each is not None)
        every = []
        for alert in alerts:
            found = seen.get(alert.subject.device_id) if alert.subject.device_id else None
            every.append((alert, labels_of(alert, found[0] if found else None)))
        shown = [
            Shown(
                alert=alert,
                labels=labels,
                receivers=tuple(
                    each.name for each in receivers if alert.severity in each.severities
                ),
                silenced_by=tuple(
                    str(each.id) for each in silences if all_match(each.matchers, labels)
                ),
                inhibited_by=tuple(
                    fingerprint_of(source)
                    for other, source in every
                    if other.id != alert.id
                    and any(each.holds(labels, [source]) for each in inhibitions)
                ),
            )
            for alert, labels in every
            if all_match(matchers, labels)
        ]
        return sorted(shown, key=lambda each: each.fingerprint)

    def receivers(self, organization_id: OrganizationId) -> list[Receiver]:
        """Return the channels that are told."""
        with self._work(organization_id) as work:
            return work.alerts.receivers()

    def silences(self, organization_id: OrganizationId) -> list[Silence]:
        """Return the silences that are not over for long."""
        with self._work(organization_id) as work:
            return work.silences.upcoming(self._clock.now())

    def silence(self, organization_id: OrganizationId, silence_id: SilenceId) -> Silence:
        """Return a silence; raise NotFoundError."""
        with self._work(organization_id) as work:
            return work.silences.get(silence_id)

    def keep_silence(
        self, organization_id: OrganizationId, silence: Silence, *, is_new: bool
    ) -> SilenceId:
        """Make a silence or change one, and return its id; raise NotFoundError.

        One whose matchers change, or that has begun and would begin at another time, ends and
        another one is made, as in Alertmanager.
        """
        now = self._clock.now()
        with self._work(organization_id) as work:
            work.lock()
            if not is_new:
                known = work.silences.get(silence.id)
                if not _can_become(known, silence, now):
                    if known.ends_at > now:
                        over = replace(known, starts_at=min(known.starts_at, now), ends_at=now)
                        work.silences.save(over, at=now)
                    silence = replace(silence, id=SilenceId(uuid4()))
            silence = replace(silence, starts_at=max(silence.starts_at, now)) if is_new else silence
            work.silences.save(silence, at=now)
            timers = self._quiet.refresh_in(work)
        self._wakeups.send(wake_ups(timers), now=now)
        return silence.id


def _can_become(known: Silence, new: Silence, now: datetime) -> bool:
    if set(known.matchers) != set(new.matchers) or known.ends_at <= now:
        return False
    return known.starts_at > now or new.starts_at == known.starts_at


def _follow(
    ledger: Ledger, posted: Posted, device: Device | None, *, now: datetime, mute_of: MuteOf
) -> None:
    alert = ledger.find(posted.key)
    external = posted.external
    if alert is None:
        if external.ends_at > now:
            fresh = _new(posted, device, now)
            ledger.note(life.opened(fresh, hold=life.NO_HOLD, now=now, mute_of=mute_of))
        return
    if alert.external is not None:
        external = merged(alert.external, external, now=now)
    began_at = min(alert.began_at, posted.starts_at)
    ledger.note(life.told_again(alert, external, began_at=began_at, now=now))
    alert = ledger.find(posted.key) or alert
    if external.ends_at <= now:
        ledger.note(life.cleared(alert, now=now))
    elif alert.is_open:
        severity = severity_of(external.labels)
        ledger.note(life.regraded(alert, severity, now=now, reason=Reason.LEVEL_CHANGED))


def _new(posted: Posted, device: Device | None, now: datetime) -> Alert:
    external = posted.external
    return Alert(
        id=AlertId(uuid4()),
        fingerprint=posted.key,
        subject=Subject(
            device_id=device.id if device else None,
            device_name=device.name if device else external.labels.get("instance", "")[:255],
            ip_address=device.ip_address if device else "",
        ),
        alert_type=EXTERNAL,
        severity=severity_of(external.labels),
        state=State.PENDING,
        reason=Reason.BREACHED,
        message=message_of(external),
        # the sender may have waited, and its clock may be ahead
        began_at=min(posted.starts_at, now),
        last_slot_at=now,
        external=external,
    )


def _ends(work: Work, ledger: Ledger) -> list[Timer]:
    lasting = {
        str(each.id): each.external.ends_at
        for each in ledger.saved
        if each.external is not None and each.is_open
    }
    over = [str(each.id) for each in ledger.saved if not each.is_open]
    work.timers.clear_many(EXTERNAL_END, over)
    return work.timers.set_many(EXTERNAL_END, lasting)


def _host(labels: Labels) -> str:
    """Return the name or address in the label `instance`, without a port."""
    instance = labels.get("instance", "")
    host, _, port = instance.rpartition(":")
    return host.strip("[]") if host and port.isdecimal() else instance
