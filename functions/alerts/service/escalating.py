"""Escalation: alerts that nobody takes on are told to more people, step by step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.ids import AlertId
from netpulse.observability import logger

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Severity, State
from functions.alerts.domain.escalation import Progress, channels_of, policy_for
from functions.alerts.domain.muting import labels_of
from functions.alerts.service.purposes import ACKNOWLEDGED, ESCALATE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.timers import Timer

    from functions.alerts.domain.alert import Alert
    from functions.alerts.domain.escalation import Policy
    from functions.alerts.domain.ledger import Ledger
    from functions.alerts.domain.on_call import Member
    from functions.alerts.ports import Work


class Escalations:
    """Follows alerts as they begin, are taken on, and end."""

    def follow(self, work: Work, ledger: Ledger, *, now: datetime) -> list[Timer]:
        """Begin or end escalations, and set when acknowledgements end."""
        stepped = {step.alert_id for step in ledger.history}
        alerts = [each for each in ledger.saved if each.id in stepped]
        steps = [each for each in ledger.history if each.to_state is State.FIRING]
        # told for the first time, nobody's again, or to be heard of again
        fire = {each.alert_id for each in steps if each.from_state is not State.FIRING}
        graver = {each.alert_id for each in steps if each.reason in life.REGRADED}
        begun = [
            each
            for each in alerts
            if each.state is State.FIRING
            and (each.id in fire or (each.id in graver and each.severity is Severity.CRITICAL))
        ]
        over = [each.id for each in alerts if each.state is not State.FIRING and each.was_told]
        if over:
            work.policies.keep(dict.fromkeys(over))
            work.timers.clear_many(ESCALATE, [str(each) for each in over])
        timers = self._begin(work, begun, now) if begun else []
        return [*timers, *_acknowledgements(work, alerts)]

    def ring(
        self, work: Work, alert_ids: Sequence[AlertId], ledger: Ledger, *, now: datetime
    ) -> list[Timer]:
        """Take the next step of each escalation that is due."""
        progress = work.policies.progress(alert_ids)
        policies = {each.id: each for each in work.policies.all()}
        schedules = {each.id: each for each in work.schedules.all()}

        def on_call(schedule_id: UUID) -> Member | None:
            found = schedules.get(schedule_id)
            return found.on_call(now) if found else None

        alerts = {each.id: each for each in ledger}
        due: dict[str, datetime] = {}
        kept: dict[AlertId, Progress | None] = {}
        for alert_id, at in progress.items():
            alert, policy = alerts.get(alert_id), policies.get(at.policy_id)
            if alert is None or policy is None or not policy.has(at):
                kept[alert_id] = None
                continue
            channels = channels_of(policy.steps[at.step], on_call)
            number = at.round * len(policy.steps) + at.step + 1
            note = f"Nobody is on it: {policy.name}, step {number}"
            change = life.escalated(alert, note=note, now=now)
            if change is None:
                kept[alert_id] = None
                continue
            ledger.note(replace(change, channel_ids=tuple(channels)))
            logger.info(
                "alert escalated",
                extra={"alert_id": str(alert_id), "step": number, "channels": len(channels)},
            )
            following = at.following(policy)
            kept[alert_id] = following
            if following is not None:
                due[str(alert_id)] = following.due_at(policy, now)
        work.policies.keep(kept)
        return work.timers.set_many(ESCALATE, due)

    def _begin(self, work: Work, alerts: Sequence[Alert], now: datetime) -> list[Timer]:
        policies = [each for each in work.policies.all() if each.is_enabled]
        if not policies:
            return []
        progress = work.policies.progress(each.id for each in alerts)
        due: dict[str, datetime] = {}
        kept: dict[AlertId, Progress | None] = {}
        for alert, policy in _matched(work, alerts, policies):
            if alert.id in progress and progress[alert.id].policy_id == policy.id:
                continue  # it grew graver on its way
            first = Progress(policy_id=policy.id)
            kept[alert.id] = first
            due[str(alert.id)] = first.due_at(policy, now)
        work.policies.keep(kept)
        return work.timers.set_many(ESCALATE, due)


def _matched(
    work: Work, alerts: Sequence[Alert], policies: Sequence[Policy]
) -> list[tuple[Alert, Policy]]:
    device_ids = {each.subject.device_id for each in alerts}
    seen = work.devices.seen(each for each in device_ids if each is not None)
    found = []
    for alert in alerts:
        device_id = alert.subject.device_id
        device = seen[device_id][0] if device_id in seen else None
        policy = policy_for(labels_of(alert, device), policies)
        if policy is not None:
            found.append((alert, policy))
    return found


def _acknowledgements(work: Work, alerts: Sequence[Alert]) -> list[Timer]:
    taken = {
        str(each.id): each.acknowledged_until
        for each in alerts
        if each.is_open and each.acknowledged_until is not None
    }
    # others never had a timer
    once = [str(each.id) for each in alerts if each.first_acknowledged_at is not None]
    work.timers.clear_many(ACKNOWLEDGED, [each for each in once if each not in taken])
    return work.timers.set_many(ACKNOWLEDGED, taken)
