"""Rules about data that does not come: no poll result tells of what is not in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain import texts
from functions.alerts.domain.alert import State
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.opening import new_alert
from functions.alerts.domain.rule import Kind, fingerprint
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.service.quiet import mutes_of
from functions.alerts.service.recording import wake_ups

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.alerts.domain.alert import Alert
    from functions.alerts.domain.device import Device, Standing
    from functions.alerts.domain.rule import Rule
    from functions.alerts.ports import OpenWork, Wakeups, Work
    from functions.alerts.service.recording import Recorder

# A series that has been away for longer than this before the rule saw it is no news.
_FORGOTTEN_AFTER = timedelta(days=1)


class AbsenceWatch:
    """Looks for series that stay away while their device answers."""

    def __init__(self, work: OpenWork, recorder: Recorder, wakeups: Wakeups, clock: Clock) -> None:
        self._work = work
        self._recorder = recorder
        self._wakeups = wakeups
        self._clock = clock

    def check(self, organization_id: OrganizationId) -> None:
        """Open alerts of series that stay away, resolve those of series that are back."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            work.lock()
            book = RuleBook(tuple(work.rules.all()))
            rules = book.of_kind(Kind.MISSING_DATA)
            ledger = Ledger(a for rule in rules for a in work.alerts.open_of_rule(rule.id))
            for rule in rules:
                self._check(work, rule, ledger, now)
            timers = self._recorder.ledger(work, ledger, book)
        self._wakeups.send(wake_ups(timers), now=now)

    def _check(self, work: Work, rule: Rule, ledger: Ledger, now: datetime) -> None:
        assert rule.metric is not None  # noqa: S101 - such rules have one
        since = now - rule.window
        found = work.samples.last_seen(rule.metric, since=since - _FORGOTTEN_AFTER)
        back = {fingerprint(rule.id, each[0], each[1]) for each in found if each[2] >= since}
        away = [each for each in found if each[2] < since and rule.looks_at(each[1])]
        seen = work.devices.seen({device_id for device_id, _, _ in away})
        mutes = mutes_of(
            work,
            now=now,
            devices={device_id: device for device_id, (device, _) in seen.items()},
            standings={device_id: standing for device_id, (_, standing) in seen.items()},
        )
        for device_id, entity, last_at in away:
            # what is down or unknown tells nothing: that is another alert
            if device_id not in seen or not _is_watched(rule, *seen[device_id]):
                continue
            own = rule.for_device(device_id)
            alert = ledger.find(fingerprint(rule.id, device_id, entity))
            if alert is not None and alert.state is State.PENDING:
                # no value comes that would show that the trouble lasts
                seen_again = life.breached(
                    alert, value=None, slot_at=now, hold=own.hold, now=now, mute_of=mutes
                )
                ledger.note(seen_again)
            elif alert is None:
                fresh = _missing(own, seen[device_id][0], entity, last_at)
                opened = replace(fresh, last_slot_at=now)
                ledger.note(life.opened(opened, hold=own.hold, now=now, mute_of=mutes))
        for alert in ledger:
            if alert.fingerprint in back:
                ledger.note(life.cleared(alert, now=now))


def _missing(rule: Rule, device: Device, entity: str, last_at: datetime) -> Alert:
    return new_alert(
        device,
        rule,
        message=texts.is_missing(device, rule, entity=entity),
        began_at=last_at + rule.window,
        entity=entity,
        new_id=uuid4,
    )


def _is_watched(rule: Rule, device: Device, standing: Standing) -> bool:
    own = rule.for_device(device.id)
    return own.is_enabled and own.scope.holds(device) and standing.status.is_up
