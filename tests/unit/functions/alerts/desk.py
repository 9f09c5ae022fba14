"""A device whose web server is slow, and people who see to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from netpulse.events import AlertEscalated
from netpulse.ids import AlertId

from functions.alerts.domain.alert import Actor
from functions.alerts.models.alerts import AcknowledgeIn
from functions.alerts.models.calling import EscalationPolicyIn
from functions.alerts.models.service_levels import ServiceLevelIn
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import a_threshold, up
from tests.unit.functions.alerts.stage import Stage

MINUTE = timedelta(minutes=1)
AMINA = Actor(user_id=None, name="Amina")
FIRST, SECOND, PHONE = UUID(int=1), UUID(int=2), UUID(int=3)


class Desk(Stage):
    """A device, a rule with two levels, and channels that escalations may tell."""

    def __init__(self) -> None:
        super().__init__()
        rule = a_threshold(
            name="Slow", metric="http_response_ms", threshold=90.0, critical_threshold=200.0
        )
        self.work.rules.save(rule, at=NOON)
        self.core = self.device("core")
        self.work.schedules.channels = {FIRST, SECOND, PHONE}

    def slow(self, minutes: float = 0, value: float = 95.0) -> AlertId:
        at = self.at(minutes)
        self.take(up(self.core, at, http_response_ms=value))
        return next(iter(self.work.alerts.rows))

    def at(self, minutes: float) -> datetime:
        self.clock.advance(NOON + minutes * MINUTE - self.clock.now())
        self.ring()
        return self.clock.now()

    def take_on(self, alert_id: AlertId, **given: Any) -> None:
        body = AcknowledgeIn(**given)
        self.desk.acknowledge(self.organization_id, alert_id, body, by=AMINA)

    def state(self, alert_id: AlertId) -> str:
        alert = self.work.alerts.rows[alert_id]
        return f"{alert.state.value}: {alert.reason.value}"

    def policy(self, *steps: tuple[float, list[UUID]], **given: Any) -> UUID:
        body = {
            "name": "Wake somebody",
            "steps": [
                {"after_seconds": minutes * 60, "channel_ids": channels}
                for minutes, channels in steps
            ],
            **given,
        }
        return self.calling.save_policy(self.organization_id, None, EscalationPolicyIn(**body)).id

    def escalated(self) -> list[tuple[UUID, ...]]:
        facts = self.work.outbox.facts
        return [each.channel_ids for each in facts if isinstance(each, AlertEscalated)]

    def level(self, **given: Any) -> UUID:
        body = {"name": "Gold", "respond_seconds": 1200, "restore_seconds": 3600, **given}
        level = ServiceLevelIn.model_validate(body)
        return self.service_levels.save(self.organization_id, None, level).id

    def notes(self, alert_id: AlertId) -> list[str]:
        return [step.note for step in self.work.alerts.steps[alert_id] if step.note]
