"""Rules about what is to come: looked at once an hour, from the hours that were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.alerts.domain.forecast import PAST
from functions.alerts.domain.foresight import look_ahead
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.rule import Kind
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.service.quiet import mutes_of
from functions.alerts.service.recording import wake_ups

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId

    from functions.alerts.domain.device import Device
    from functions.alerts.domain.rule import Rule
    from functions.alerts.ports import OpenWork, Wakeups, Work
    from functions.alerts.service.recording import Recorder


class ForecastWatch:
    """Opens alerts of what will reach a threshold soon, and resolves those of what will not."""

    def __init__(self, work: OpenWork, recorder: Recorder, wakeups: Wakeups, clock: Clock) -> None:
        self._work = work
        self._recorder = recorder
        self._wakeups = wakeups
        self._clock = clock

    def check(self, organization_id: OrganizationId) -> None:
        """Judge every series of the organisation's forecast rules."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            work.lock()
            book = RuleBook(tuple(work.rules.all()))
            rules = book.of_kind(Kind.FORECAST)
            ledger = Ledger(a for rule in rules for a in work.alerts.open_of_rule(rule.id))
            devices = {each.id: each for each in work.devices.polled()} if rules else {}
            for rule in rules:
                self._check(work, rule, devices, ledger, now=now)
            timers = self._recorder.ledger(work, ledger, book)
        self._wakeups.send(wake_ups(timers), now=now)

    def _check(
        self,
        work: Work,
        rule: Rule,
        devices: dict[DeviceId, Device],
        ledger: Ledger,
        *,
        now: datetime,
    ) -> None:
        watched = {key: each for key, each in devices.items() if rule.scope.holds(each)}
        series = [
            each
            for each in work.samples.series(rule.metric or "", watched)
            if rule.looks_at(each.entity)
        ]
        standings = {key: pair[1] for key, pair in work.devices.seen(watched).items()}
        mutes = mutes_of(work, now=now, devices=watched, standings=standings)
        for each, hours in work.samples.hours(series, begin=now - PAST, end=now):
            device = watched[each.device_id]
            own = rule.for_device(device.id)
            look_ahead(ledger, own, device, each.entity, hours, now=now, mute_of=mutes)
