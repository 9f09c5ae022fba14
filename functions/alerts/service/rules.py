"""Rules as people keep them; open alerts follow what becomes of their rule."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import ConflictError, InvalidError
from netpulse.http import Page
from netpulse.ids import OrganizationId, RuleId

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Reason
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.rule import Rule, RuleBook
from functions.alerts.models.rules import RuleIn, RulePatch, RuleView
from functions.alerts.service.evaluation import ensure_default_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from netpulse.clock import Clock

    from functions.alerts.domain.listing import RuleFilter
    from functions.alerts.ports import OpenWork, Work
    from functions.alerts.service.recording import Recorder


class BuiltInRuleError(ConflictError):
    """The platform needs the rule: it can be changed or disabled, not deleted."""

    code = "ALERT_RULE_BUILT_IN"


class RuleService:
    """An organisation's rules."""

    def __init__(self, work: OpenWork, recorder: Recorder, clock: Clock) -> None:
        self._work = work
        self._recorder = recorder
        self._clock = clock

    def page(
        self,
        organization_id: OrganizationId,
        which: RuleFilter,
        *,
        sort: str,
        page: int,
        per_page: int,
    ) -> Page[RuleView]:
        """Return one page of rules; the built-in ones are made at first sight."""
        with self._work(organization_id) as work:
            ensure_default_rules(work, organization_id, self._clock)
            stored, total = work.rules.page(which, sort=sort, page=page, per_page=per_page)
        return Page[RuleView](
            items=[RuleView.of(each) for each in stored],
            page=page,
            per_page=per_page,
            total=total,
        )

    def get(self, organization_id: OrganizationId, rule_id: RuleId) -> RuleView:
        """Return a rule; raise NotFoundError (ALERT_RULE_NOT_FOUND)."""
        with self._work(organization_id) as work:
            return RuleView.of(work.rules.get(rule_id))

    def create(self, organization_id: OrganizationId, body: RuleIn) -> RuleView:
        """Make a rule; raise RuleExistsError or InvalidError."""
        rule = body.rule(RuleId(uuid4()))
        with self._work(organization_id) as work:
            ensure_default_rules(work, organization_id, self._clock)
            _check_scope(work, rule)
            work.rules.save(rule, at=self._clock.now())
            return RuleView.of(work.rules.get(rule.id))

    def replace(self, organization_id: OrganizationId, rule_id: RuleId, body: RuleIn) -> RuleView:
        """Describe a rule anew: what the body leaves out goes back to its default."""
        with self._work(organization_id) as work:
            return self._save(work, work.rules.get(rule_id).rule, body)

    def amend(self, organization_id: OrganizationId, rule_id: RuleId, patch: RulePatch) -> RuleView:
        """Change some of a rule; what the body leaves out stays."""
        with self._work(organization_id) as work:
            rule = work.rules.get(rule_id).rule
            return self._save(work, rule, patch.over(rule))

    def delete(self, organization_id: OrganizationId, rule_id: RuleId) -> RuleView:
        """Delete a rule and resolve its open alerts, return it as it was.

        Raises BuiltInRuleError.
        """
        with self._work(organization_id) as work:
            work.lock()
            stored = work.rules.get(rule_id)
            if stored.rule.is_built_in:
                raise BuiltInRuleError(
                    "A built-in rule cannot be deleted; disable it instead",
                    details={"alert_rule_id": str(rule_id)},
                )
            ledger = Ledger(work.alerts.open_of_rule(rule_id))
            for alert in ledger:
                ledger.note(life.cleared(alert, now=self._clock.now(), reason=Reason.RULE_DELETED))
            self._recorder.ledger(work, ledger, RuleBook(()))
            work.rules.remove(rule_id)
        return RuleView.of(stored)

    def _save(self, work: Work, before: Rule, body: RuleIn) -> RuleView:
        work.lock()
        after = body.rule(before.id, before=before)
        if after.kind is not before.kind:
            raise InvalidError(
                "A rule keeps its kind; make another rule", details=_field("kind", "Cannot change")
            )
        _check_scope(work, after)
        work.rules.save(after, at=self._clock.now())
        ledger = Ledger(work.alerts.open_of_rule(after.id))
        self._follow(work, ledger, after)
        self._recorder.ledger(work, ledger, RuleBook((after,)))
        return RuleView.of(work.rules.get(after.id))

    def _follow(self, work: Work, ledger: Ledger, rule: Rule) -> None:
        """Resolve open alerts the rule no longer watches; give the others its severity."""
        now = self._clock.now()
        device_ids = {alert.subject.device_id for alert in ledger}
        seen = work.devices.seen(each for each in device_ids if each is not None)
        for alert in ledger:
            found = seen.get(alert.subject.device_id) if alert.subject.device_id else None
            if not rule.is_enabled:
                ledger.note(life.cleared(alert, now=now, reason=Reason.RULE_DISABLED))
            elif found is None or not rule.applies_to(
                found[0], metric=alert.metric, entity=alert.entity
            ):
                ledger.note(life.cleared(alert, now=now, reason=Reason.RULE_CHANGED))
            else:
                ledger.note(life.regraded(alert, rule.severity, now=now))


def _check_scope(work: Work, rule: Rule) -> None:
    unknown: dict[str, Sequence[UUID]] = {
        "scope.device_ids": work.rules.unknown_devices(rule.scope.device_ids),
        "scope.group_ids": work.rules.unknown_groups(rule.scope.group_ids),
    }
    for field, missing in unknown.items():
        if missing:
            names = ", ".join(sorted(str(each) for each in missing))
            raise InvalidError(f"Not accepted: {field}", details=_field(field, f"Unknown: {names}"))


def _field(name: str, message: str) -> dict[str, object]:
    return {"fields": [{"field": name, "code": "INVALID_INPUT", "message": message}]}
