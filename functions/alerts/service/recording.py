"""Writing down what an evaluation changed: rows, timers, facts, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.observability import logger

from functions.alerts.domain.alert import News
from functions.alerts.service.escalating import Escalations
from functions.alerts.service.facts import alert_fact, status_fact
from functions.alerts.service.incidents import Correlator
from functions.alerts.service.purposes import FOR, SETTLE
from functions.alerts.service.service_levels import ServiceLevelTimers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId
    from netpulse.timers import Timer

    from functions.alerts.domain.alert import Change
    from functions.alerts.domain.assessment import Assessment
    from functions.alerts.domain.device import Device, Standing
    from functions.alerts.domain.ledger import Ledger
    from functions.alerts.domain.rulebook import RuleBook
    from functions.alerts.ports import Meter, Work


class Recorder:
    """Writes changes and leaves their facts in the outbox; returns the timers to be woken for."""

    def __init__(self, meter: Meter, clock: Clock) -> None:
        self._meter = meter
        self._clock = clock
        self._correlator = Correlator()
        self._escalations = Escalations()
        self._service_levels = ServiceLevelTimers()

    def assessment(
        self,
        work: Work,
        done: Assessment,
        *,
        devices: Mapping[DeviceId, Device],
        before: Mapping[DeviceId, Standing],
        rules: RuleBook,
    ) -> list[Timer]:
        """Write what an assessment came to."""
        correlation = self._correlator.plan(work, done, devices=devices, now=self._clock.now())
        work.devices.write(done.touched, done.changes)
        work.memories.write(done.recollection.changed)
        for change in done.changes:
            device = devices[change.device_id]
            work.outbox.add(status_fact(change, device))
            self._meter.status_changed(device, change.after)
            logger.info(
                "device status changed",
                extra={
                    "device_id": str(device.id),
                    "status": change.after.status,
                    "previous": change.before.status,
                    "reason": change.after.reason,
                },
            )
        held, free = _holds(done.touched, before)
        work.timers.clear_many(SETTLE, [str(each) for each in free])
        timers = work.timers.set_many(SETTLE, {str(each): at for each, at in held.items()})
        timers += self.ledger(work, done.ledger, rules)
        self._correlator.write(work, correlation, done.ledger)
        return timers

    def hold(self, work: Work, due: Mapping[DeviceId, datetime]) -> list[Timer]:
        """See to it that devices are judged again at these instants at the latest."""
        return work.timers.set_many(SETTLE, {str(each): at for each, at in due.items()})

    def ledger(self, work: Work, ledger: Ledger, rules: RuleBook) -> list[Timer]:
        """Write the alerts of a ledger."""
        work.alerts.write(ledger)
        devices = _devices_of(work, ledger.news)
        for change in ledger.news:
            alert = change.alert
            device_id = alert.subject.device_id
            work.outbox.add(alert_fact(change, devices.get(device_id) if device_id else None))
            if change.news is News.OPENED:
                self._meter.alert_opened(alert.severity, alert.alert_type)
            logger.info(
                "alert changed",
                extra={
                    "news": change.news,
                    "alert_id": str(alert.id),
                    "device_id": str(alert.subject.device_id),
                    "rule": alert.subject.rule_name,
                    "state": alert.state,
                    "reason": alert.reason,
                },
            )
        work.timers.clear_many(FOR, [str(each) for each in ledger.wait_no_longer])
        due = {}
        for alert in ledger.began_to_wait:
            rule = rules.rules.get(alert.subject.rule_id) if alert.subject.rule_id else None
            if rule is not None:
                own = rule.for_device(alert.subject.device_id) if alert.subject.device_id else rule
                due[str(alert.id)] = alert.began_at + own.hold
        timers = work.timers.set_many(FOR, due)
        timers += self._escalations.follow(work, ledger, now=self._clock.now())
        return [*timers, *self._service_levels.follow(work, ledger, now=self._clock.now())]


def wake_ups(timers: Iterable[Timer]) -> list[Timer]:
    """Return one timer a second: when it rings, all that are due are taken with it.

    A storm sets thousands of timers for the same moment; it must not send thousands of messages.
    """
    latest: dict[int, Timer] = {}
    for timer in sorted(timers, key=lambda each: each.due_at):
        latest[int(timer.due_at.timestamp())] = timer
    return list(latest.values())


def _devices_of(work: Work, news: Iterable[Change]) -> dict[DeviceId, Device]:
    """Return the devices that news is about."""
    ids = {change.alert.subject.device_id for change in news} - {None}
    seen = work.devices.seen(each for each in ids if each is not None) if ids else {}
    return {device_id: device for device_id, (device, _) in seen.items()}


def _holds(
    touched: Mapping[DeviceId, Standing], before: Mapping[DeviceId, Standing]
) -> tuple[dict[DeviceId, datetime], list[DeviceId]]:
    held: dict[DeviceId, datetime] = {}
    free: list[DeviceId] = []
    for device_id, standing in touched.items():
        known = before.get(device_id)
        until = known.held_until if known else None
        if standing.held_until is not None and standing.held_until != until:
            held[device_id] = standing.held_until
        elif standing.held_until is None and until is not None:
            free.append(device_id)
    return held, free
