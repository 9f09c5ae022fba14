"""What no poll result tells: silent pollers, and devices that are watched no more."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.ids import AlertId

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain import texts
from functions.alerts.domain.alert import Alert, Reason, Severity, State, Subject
from functions.alerts.domain.assessment import Assessment
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.domain.status import silenced, unwatched
from functions.alerts.service.purposes import SETTLE
from functions.alerts.service.recording import wake_ups

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId
    from netpulse.timers import Timer

    from functions.alerts.domain.device import Device, Standing
    from functions.alerts.ports import OpenWork, Wakeups, Work
    from functions.alerts.service.recording import Recorder

POLLER_SILENT = "poller_silent"
_CHECK = "check:"
Seen = tuple["Device", "Standing"]


class Watch:
    """Looks after devices of which nothing is heard."""

    def __init__(self, work: OpenWork, recorder: Recorder, wakeups: Wakeups, clock: Clock) -> None:
        self._work = work
        self._recorder = recorder
        self._wakeups = wakeups
        self._clock = clock

    def check_silence(self, organization_id: OrganizationId) -> None:
        """Mark devices unknown whose poller is silent; one alert says so for all of them."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            work.lock()
            silent = work.devices.silent(now=now)
            ledger = Ledger(work.alerts.open_of_type(POLLER_SILENT))
            self._note_silence(ledger, silent, now)
            marks = {
                device_id: silenced(standing, at=_last_known(device, standing, now))
                for device_id, (device, standing) in silent.items()
            }
            timers = self._mark(work, silent, marks, ledger)
        self._wakeups.send(wake_ups(timers), now=now)

    def device_changed(
        self, organization_id: OrganizationId, device_ids: Iterable[DeviceId]
    ) -> None:
        """Resolve the alerts of devices that are watched no more, or no longer by their rule.

        It looks at the devices as they are now: it does not matter how late the news comes.
        """
        now = self._clock.now()
        with self._work(organization_id) as work:
            work.lock()
            seen = work.devices.seen(device_ids)
            rules = RuleBook(tuple(work.rules.all()))
            ledger = Ledger(work.alerts.open_of_devices(seen))
            checks = work.samples.checks(seen)
            gone = {key: each for key, each in seen.items() if not each[0].is_polled}
            for device_id, (device, _) in seen.items():
                for alert in ledger.of_device(device_id):
                    made = checks.get(device_id, set())
                    if reason := _why_over(alert, device, rules, made):
                        ledger.note(life.cleared(alert, now=now, reason=reason))
            idle = {key: each for key, each in gone.items() if not each[0].is_retired}
            marks = {
                device_id: unwatched(standing, "deactivated", at=now)
                for device_id, (_, standing) in idle.items()
            }
            for device_id in gone.keys() - idle.keys():
                work.devices.end(device_id, at=now)
            work.timers.clear_many(SETTLE, [str(each) for each in gone])
            timers = self._mark(work, seen, marks, ledger, gone=gone)
        self._wakeups.send(wake_ups(timers), now=now)

    def _mark(
        self,
        work: Work,
        seen: Mapping[DeviceId, Seen],
        marks: Mapping[DeviceId, Standing],
        ledger: Ledger,
        *,
        gone: Iterable[DeviceId] = (),
    ) -> list[Timer]:
        devices = {device_id: device for device_id, (device, _) in seen.items()}
        before = {device_id: standing for device_id, (_, standing) in seen.items()}
        rules = RuleBook(())
        assessment = Assessment(
            now=self._clock.now(),
            devices=devices,
            known=before,
            parents={},
            rules=rules,
            ledger=ledger,
        )
        assessment.gone |= set(gone)
        for device_id, after in marks.items():
            assessment.mark(device_id, after)
        return self._recorder.assessment(
            work, assessment, devices=devices, before=before, rules=rules
        )

    def _note_silence(self, ledger: Ledger, silent: Mapping[DeviceId, Seen], now: datetime) -> None:
        alert = ledger.find(POLLER_SILENT)
        if not silent:
            if alert:
                ledger.note(life.cleared(alert, now=now, reason=Reason.POLLER_RETURNED))
            return
        count = float(len(silent))
        if alert is None:
            ledger.note(life.opened(_new_silence(silent, now), hold=life.SILENCE_HOLD, now=now))
        else:
            change = life.breached(alert, value=count, slot_at=now, hold=life.SILENCE_HOLD, now=now)
            ledger.note(change)


def _new_silence(silent: Mapping[DeviceId, Seen], now: datetime) -> Alert:
    return Alert(
        id=AlertId(uuid4()),
        fingerprint=POLLER_SILENT,
        subject=Subject(),
        alert_type=POLLER_SILENT,
        severity=Severity.CRITICAL,
        state=State.PENDING,
        reason=Reason.POLLER_SILENT,
        message=texts.poller_is_silent(len(silent)),
        began_at=now,
        value=float(len(silent)),
        last_slot_at=now,
    )


def _last_known(device: Device, standing: Standing, now: datetime) -> datetime:
    """Return until when the last result tells something of a device: its own slot."""
    return min(standing.slot_at + device.interval, now) if standing.slot_at else now


def _why_over(
    alert: Alert, device: Device, rules: RuleBook, checks: Collection[str]
) -> Reason | None:
    if device.is_retired:
        return Reason.DEVICE_RETIRED
    if not device.is_polled:
        return Reason.DEVICE_DEACTIVATED
    if alert.entity.startswith(_CHECK) and alert.entity not in checks:
        return Reason.CHECK_REMOVED  # nothing is heard of it that could end its alert
    rule = rules.rules.get(alert.subject.rule_id) if alert.subject.rule_id else None
    if rule is None or rule.applies_to(device, metric=alert.metric, entity=alert.entity):
        return None
    return Reason.RULE_CHANGED
