"""What measured values do to alerts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from netpulse.ids import DeviceId

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain import texts
from functions.alerts.domain.alert import Alert, Change, Reason, State
from functions.alerts.domain.baseline import Usual
from functions.alerts.domain.device import Device, Result, Value
from functions.alerts.domain.flaps import Recollection
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.memory import Finding, finding
from functions.alerts.domain.opening import new_alert
from functions.alerts.domain.rule import Kind, Rule
from functions.alerts.domain.rulebook import Hearing, RuleBook

# What is usual for a device's metric of an entity in a slot; None where nobody knows.
UsualOf = Callable[[DeviceId, str, str, datetime], Usual | None]


def nothing_usual(
    _device_id: DeviceId, _metric: str, _entity: str, _slot_at: datetime
) -> Usual | None:
    """Know of nothing what is usual."""
    return None


class Valuation:
    """Holds each value against the rules that hear it."""

    def __init__(
        self,
        *,
        now: datetime,
        rules: RuleBook,
        ledger: Ledger,
        recollection: Recollection,
        new_id: Callable[[], UUID],
        usual_of: UsualOf = nothing_usual,
    ) -> None:
        self.now = now
        self._usual_of = usual_of
        self._rules = rules
        self._ledger = ledger
        self._recollection = recollection
        self._mute_of = recollection.mute_of
        self._new_id = new_id
        self.evaluations = 0

    def take(self, device: Device, result: Result) -> None:
        """Take the values of one result."""
        watched = self._rules.watched(device)
        place = f"{device.id}:"
        # with nothing open and nothing remembered, a good value changes nothing
        is_quiet = device.id not in self._recollection.devices and not self._ledger.has_device(
            device.id
        )
        for value in result.values:
            for hearing in watched.get(value.metric, ()):
                rule = hearing.rule
                if rule.entity == "*" or rule.looks_at(value.entity):
                    self.evaluations += 1
                    if is_quiet and hearing.is_light and not rule.is_breached(value.value):
                        continue
                    key = f"{hearing.prefix}{place}{value.entity}"
                    self._evaluate(device, hearing, key, value, result.slot_at)
                    is_quiet = False

    def _evaluate(
        self, device: Device, hearing: Hearing, key: str, value: Value, slot_at: datetime
    ) -> None:
        rule = hearing.rule
        alert = self._ledger.find(key)
        memory = self._recollection.of(key)
        usual = None
        if rule.kind is Kind.ANOMALY:
            usual = self._usual_of(device.id, value.metric, value.entity, slot_at)
        found = finding(
            hearing,
            value.value,
            memory,
            slot_at=slot_at,
            is_open=alert is not None,
            usual=usual,
        )
        self._recollection.keep(key, device.id, found.memory)
        was_bad = alert is not None and alert.is_open
        is_bad = found.is_breached if alert is None else not _is_over(rule, alert, found, slot_at)
        self._recollection.look(
            key,
            device,
            rule,
            entity=value.entity,
            changed=is_bad is not was_bad and (alert is None or was_bad),
            now=self.now,
        )
        # it may be suppressed by now, because it flaps
        alert = self._ledger.find(key)
        if alert is not None:
            self._follow(device, rule, alert, found, slot_at)
        elif found.is_breached:
            self._open(device, rule, value, found, slot_at)

    def _open(
        self, device: Device, rule: Rule, value: Value, found: Finding, slot_at: datetime
    ) -> None:
        fresh = new_alert(
            device,
            rule,
            message=texts.is_found(device, rule, entity=value.entity, found=found),
            began_at=slot_at,
            entity=value.entity,
            new_id=self._new_id,
        )
        fresh = replace(fresh, value=found.value, last_slot_at=slot_at, severity=found.severity)
        self._ledger.note(life.opened(fresh, hold=rule.hold, now=self.now, mute_of=self._mute_of))

    def _follow(
        self, device: Device, rule: Rule, alert: Alert, found: Finding, slot_at: datetime
    ) -> None:
        if _is_over(rule, alert, found, slot_at):
            self._ledger.note(life.cleared(alert, now=self.now))
        elif not found.is_clear:
            change = life.breached(
                self._graded(device, rule, alert, found),
                value=found.value,
                slot_at=slot_at,
                hold=rule.hold,
                now=self.now,
                mute_of=self._mute_of,
            )
            self._ledger.note(change)

    def _graded(self, device: Device, rule: Rule, alert: Alert, found: Finding) -> Alert:
        """Return the alert at the level its value has now."""
        if found.severity is alert.severity or not alert.is_open:
            return alert
        message = texts.is_found(device, rule, entity=alert.entity, found=found)
        alert = replace(alert, value=found.value, message=message)
        if alert.state is State.PENDING:
            change: Change | None = Change(alert=replace(alert, severity=found.severity))
        else:
            change = life.regraded(alert, found.severity, now=self.now, reason=Reason.LEVEL_CHANGED)
        self._ledger.note(change)
        return change.alert if change else alert


def _is_over(rule: Rule, alert: Alert, found: Finding, slot_at: datetime) -> bool:
    """Return whether a value ends an alert."""
    if found.is_clear or _had_its_time(rule, alert, slot_at):
        return not _goes_on(rule, alert, slot_at)
    # Between clear and breach: what has not fired is no trouble yet.
    return alert.state is State.PENDING and not found.is_breached


def _goes_on(rule: Rule, alert: Alert, slot_at: datetime) -> bool:
    """Return whether an alert goes on firing although its trouble was not seen again."""
    if rule.kind is Kind.STATUS_CHANGE or not alert.was_told or not alert.is_open:
        return False
    return alert.last_slot_at is not None and slot_at - alert.last_slot_at < rule.keep_firing


def _had_its_time(rule: Rule, alert: Alert, slot_at: datetime) -> bool:
    """Return whether a change of status that is for good has been shown for long enough."""
    is_change = rule.kind is Kind.STATUS_CHANGE and bool(rule.keep_firing)
    return is_change and slot_at - alert.began_at >= rule.keep_firing
