"""Poll results and timers: from what was measured to statuses and alerts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.ids import AlertId, DeviceId, OrganizationId
from netpulse.observability import logger

from functions.alerts.domain import handwork as hand
from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Reason
from functions.alerts.domain.assessment import Assessment, recheck_after
from functions.alerts.domain.defaults import default_rules
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.rule import Kind, Rule
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.service.escalating import Escalations
from functions.alerts.service.purposes import (
    ACKNOWLEDGED,
    ESCALATE,
    EXTERNAL_END,
    FOR,
    MUTE,
    PURPOSES,
    SERVICE_LEVEL,
    SETTLE,
)
from functions.alerts.service.quiet import Quiet, mutes_of, newcomers_marked
from functions.alerts.service.recording import wake_ups
from functions.alerts.service.service_levels import ServiceLevelTimers
from functions.alerts.service.usuals import Usuals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.timers import Timer

    from functions.alerts.domain.alert import Alert
    from functions.alerts.domain.device import Device, Result, Standing
    from functions.alerts.ports import OpenWork, Scene, Wakeups, Work
    from functions.alerts.service.recording import Recorder


def ensure_default_rules(work: Work, organization_id: OrganizationId, clock: Clock) -> list[Rule]:
    """Return the organisation's rules, its built-in ones made at first use."""
    rules, built_in = work.rules.all(), default_rules(organization_id)
    known = {rule.id for rule in rules}
    # a release brings new ones; a name that is taken stays its owner's
    names = {rule.name for rule in rules}
    missing = [rule for rule in built_in if rule.id not in known and rule.name not in names]
    if missing:
        work.rules.add(missing, at=clock.now())
        rules = work.rules.all()
    return rules


class Evaluation:
    """Judges an organisation's devices, one batch and one transaction at a time."""

    def __init__(self, work: OpenWork, recorder: Recorder, wakeups: Wakeups, clock: Clock) -> None:
        self._work = work
        self._recorder = recorder
        self._quiet = Quiet(work, recorder, wakeups, clock)
        self._escalations = Escalations()
        self._service_levels = ServiceLevelTimers()
        self._usuals = Usuals(clock)
        self._wakeups = wakeups
        self._clock = clock

    def take(self, organization_id: OrganizationId, results: Sequence[Result]) -> None:
        """Take a batch of poll results."""
        with self._work(organization_id) as work:
            work.lock()
            timers = self._assess(work, organization_id, results, rung={})
        self._wakeups.send(wake_ups(timers), now=self._clock.now())

    def ring(self, organization_id: OrganizationId) -> None:
        """Do what every timer that is due was set for: one rings for all of its hour."""
        with self._work(organization_id) as work:
            work.lock()
            due = work.timers.take_all_due(PURPOSES, now=self._clock.now())
            waiting = [AlertId(UUID(each.subject)) for each in due if each.purpose == FOR]
            rung = {
                DeviceId(UUID(each.subject)): each.due_at for each in due if each.purpose == SETTLE
            }
            timers = self._elapse(work, organization_id, waiting) if waiting else []
            if rung:
                timers += self._assess(work, organization_id, (), rung=rung)
            timers += self._escalate(work, due)
            if any(each.purpose == MUTE for each in due):
                timers += self._quiet.refresh_in(work)
        self._wakeups.send(wake_ups(timers), now=self._clock.now())

    def _assess(
        self,
        work: Work,
        organization_id: OrganizationId,
        results: Sequence[Result],
        *,
        rung: Mapping[DeviceId, datetime],
    ) -> list[Timer]:
        rules = RuleBook(tuple(ensure_default_rules(work, organization_id, self._clock)))
        scene = work.devices.scene({*(result.device_id for result in results), *rung})
        known = newcomers_marked(work, scene.standings, self._clock.now())
        for device_id, due_at in rung.items():
            if device_id in known:
                known[device_id] = replace(known[device_id], held_until=due_at)
        mutes = mutes_of(work, now=self._clock.now(), devices=scene.devices, standings=known)
        assessment = Assessment(
            now=self._clock.now(),
            devices=scene.devices,
            known=known,
            parents=scene.parents,
            rules=rules,
            ledger=Ledger(work.alerts.open_of_devices(scene.devices)),
            memories=work.memories.of_devices(scene.devices),
            mute_of=mutes,
            usual_of=self._usuals.read(work, rules, scene.devices),
        )
        assessment.take(results)
        assessment.settle()
        timers = self._recorder.assessment(
            work, assessment, devices=scene.devices, before=known, rules=rules
        )
        timers += self._recheck_below(work, assessment)
        if assessment.ledger.history and (mutes.inhibitions or mutes.lasts_until_resolved):
            # what began or ended here may mute others, or let them speak
            timers += self._quiet.refresh_in(work)
        logger.info(
            "poll results taken",
            extra={
                "organization_id": str(organization_id),
                "results": len(results),
                "unknown_devices": _strangers(results, scene),
                "status_changes": len(assessment.changes),
                "evaluations": assessment.values.evaluations,
            },
        )
        return timers

    def _recheck_below(self, work: Work, assessment: Assessment) -> list[Timer]:
        """See to it that what hung on a returned device is judged again, whether polled or not."""
        if not assessment.returned:
            return []
        now = self._clock.now()
        hidden = work.devices.hidden_below(assessment.returned)
        return self._recorder.hold(
            work, {device.id: now + recheck_after(device) for device in hidden}
        )

    def _elapse(
        self, work: Work, organization_id: OrganizationId, alert_ids: Sequence[AlertId]
    ) -> list[Timer]:
        """Let pending alerts fire whose trouble lasted."""
        rules = RuleBook(tuple(ensure_default_rules(work, organization_id, self._clock)))
        alerts = work.alerts.some(alert_ids)
        devices = {alert.subject.device_id for alert in alerts.values()}
        seen = work.devices.seen(each for each in devices if each is not None)
        mutes = mutes_of(
            work,
            now=self._clock.now(),
            devices={device_id: device for device_id, (device, _) in seen.items()},
            standings={device_id: standing for device_id, (_, standing) in seen.items()},
        )
        ledger = Ledger(alerts.values())
        for alert in alerts.values():
            rule = rules.rules.get(alert.subject.rule_id) if alert.subject.rule_id else None
            found = seen.get(alert.subject.device_id) if alert.subject.device_id else None
            own = rule.for_device(found[0].id) if rule and found else None
            if own and own.is_enabled and found and self._is_current(alert, own, *found):
                ledger.note(
                    life.elapsed(alert, hold=own.hold, now=self._clock.now(), mute_of=mutes)
                )
        return self._recorder.ledger(work, ledger, rules)

    def _escalate(self, work: Work, due: Sequence[Timer]) -> list[Timer]:
        """End acknowledgements whose time is up, and ask the next ones of what nobody took on."""
        now = self._clock.now()
        of_purpose = {
            purpose: [AlertId(UUID(each.subject)) for each in due if each.purpose == purpose]
            for purpose in (ACKNOWLEDGED, ESCALATE, EXTERNAL_END, SERVICE_LEVEL)
        }
        wanted = [alert_id for ids in of_purpose.values() for alert_id in ids]
        if not wanted:
            return []
        alerts = work.alerts.some(wanted)
        ledger = Ledger(each for each in alerts.values() if each.is_open)
        for alert_id in of_purpose[ACKNOWLEDGED]:
            alert = alerts.get(alert_id)
            until = alert.acknowledged_until if alert else None
            if alert is not None and until is not None and until <= now:
                reason = Reason.ACKNOWLEDGEMENT_ENDED
                ledger.note(hand.unacknowledged(alert, now=now, reason=reason))
        for alert_id in of_purpose[EXTERNAL_END]:
            alert = alerts.get(alert_id)
            if alert is not None and alert.external and alert.external.ends_at <= now:
                ledger.note(life.cleared(alert, now=now))
        timers = self._service_levels.ring(work, of_purpose[SERVICE_LEVEL], ledger, now=now)
        timers += self._escalations.ring(work, of_purpose[ESCALATE], ledger, now=now)
        return [*timers, *self._recorder.ledger(work, ledger, RuleBook(()))]

    def _is_current(self, alert: Alert, rule: Rule, device: Device, standing: Standing) -> bool:
        """Return whether the trouble was seen lately: nothing fires on old values."""
        if not device.is_polled:
            return False
        if rule.kind is Kind.DEVICE_DOWN:
            return standing.status.is_down
        seen_at = alert.last_slot_at
        return seen_at is not None and self._clock.now() - seen_at <= device.patience


def _strangers(results: Sequence[Result], scene: Scene) -> int:
    return len({result.device_id for result in results} - scene.devices.keys())
