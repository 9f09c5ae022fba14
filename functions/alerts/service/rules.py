"""Rules as people keep them; open alerts follow what becomes of their rule."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import ConflictError, InvalidError, NotFoundError
from netpulse.http import Page
from netpulse.ids import RuleId

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain import metrics
from functions.alerts.domain.alert import Reason
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.models.rule_views import RuleView, VersionView
from functions.alerts.service.evaluation import ensure_default_rules
from functions.alerts.service.pages import of_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId, UserId

    from functions.alerts.domain.device import Device
    from functions.alerts.domain.listing import Cut, RuleFilter
    from functions.alerts.domain.rule import Rule, Scope
    from functions.alerts.models.rules import OverrideIn, RuleIn, RulePatch
    from functions.alerts.ports import OpenWork, Work
    from functions.alerts.service.recording import Recorder


MAX_OVERRIDES = 200


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
        cut: Cut,
        *,
        held: DeviceId | None = None,
    ) -> Page[RuleView]:
        """Return one page of rules; the built-in ones are made at first sight.

        With `held` only those that apply to that device; raise NotFoundError (DEVICE_NOT_FOUND).
        """
        with self._work(organization_id) as work:
            ensure_default_rules(work, organization_id, self._clock)
            if held is not None:
                which = replace(which, device=_device(work, held))
            stored, total = work.rules.page(which, cut)
        return Page[RuleView](items=list(map(RuleView.of, stored)), **of_page(cut, total))

    def versions(
        self, organization_id: OrganizationId, rule_id: RuleId, cut: Cut
    ) -> Page[VersionView]:
        """Return one page of a rule's versions, newest first; raise NotFoundError."""
        with self._work(organization_id) as work:
            work.rules.get(rule_id)
            found, total = work.rules.versions(rule_id, cut)
        return Page[VersionView](items=list(map(VersionView.of, found)), **of_page(cut, total))

    def get(self, organization_id: OrganizationId, rule_id: RuleId) -> RuleView:
        """Return a rule; raise NotFoundError (ALERT_RULE_NOT_FOUND)."""
        with self._work(organization_id) as work:
            return RuleView.of(work.rules.get(rule_id))

    def create(
        self, organization_id: OrganizationId, body: RuleIn, *, by: UserId | None
    ) -> RuleView:
        """Make a rule; raise RuleExistsError or InvalidError."""
        rule = body.rule(RuleId(uuid4()))
        with self._work(organization_id) as work:
            ensure_default_rules(work, organization_id, self._clock)
            check_rule(work, rule)
            work.rules.save(rule, at=self._clock.now(), by=by)
            return RuleView.of(work.rules.get(rule.id))

    def replace(
        self, organization_id: OrganizationId, rule_id: RuleId, body: RuleIn, *, by: UserId | None
    ) -> RuleView:
        """Describe a rule anew: what the body leaves out goes back to its default."""
        with self._work(organization_id) as work:
            before = work.rules.get(rule_id).rule
            return self._save(work, before, body.rule(rule_id, before=before), by)

    def amend(
        self,
        organization_id: OrganizationId,
        rule_id: RuleId,
        patch: RulePatch,
        *,
        by: UserId | None,
    ) -> RuleView:
        """Change some of a rule; what the body leaves out stays."""
        with self._work(organization_id) as work:
            before = work.rules.get(rule_id).rule
            return self._save(work, before, patch.over(before).rule(rule_id, before=before), by)

    def override(
        self,
        organization_id: OrganizationId,
        rule_id: RuleId,
        device_id: DeviceId,
        body: OverrideIn | None,
        *,
        by: UserId | None,
    ) -> RuleView:
        """Give a device its own thresholds, or with None take them back."""
        with self._work(organization_id) as work:
            before = work.rules.get(rule_id).rule
            if work.rules.unknown_devices([device_id]):
                raise NotFoundError.of("device", device_id)
            others = tuple(each for each in before.overrides if each.device_id != device_id)
            if body is not None:
                others = (*others, body.over(before, device_id))
            elif len(others) == len(before.overrides):
                raise NotFoundError.of("alert_rule_override", device_id)
            if len(others) > MAX_OVERRIDES:
                raise ConflictError(
                    f"A rule has at most {MAX_OVERRIDES} overrides; make another rule with a scope"
                )
            after = replace(before, overrides=others, version=before.version + 1)
            return self._save(work, before, after, by)

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

    def _save(self, work: Work, before: Rule, after: Rule, by: UserId | None) -> RuleView:
        work.lock()
        if after.kind is not before.kind:
            raise InvalidError(
                "A rule keeps its kind; make another rule", details=_field("kind", "Cannot change")
            )
        check_rule(work, after)
        work.rules.save(after, at=self._clock.now(), by=by)
        work.memories.forget_rule(after.id)
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
            elif rule.critical_threshold is None:
                ledger.note(life.regraded(alert, rule.severity, now=now))


def _device(work: Work, device_id: DeviceId) -> Device:
    seen = work.devices.seen([device_id])
    if device_id not in seen:
        raise NotFoundError.of("device", device_id)
    return seen[device_id][0]


def check_rule(work: Work, rule: Rule) -> None:
    """Refuse a rule about what the organisation does not have; raise InvalidError."""
    if (
        rule.metric
        and rule.metric not in metrics.KNOWN
        and not work.rules.knows_metric(rule.metric)
    ):
        close = get_close_matches(rule.metric, metrics.KNOWN, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise InvalidError(
            "Not accepted: metric",
            details=_field("metric", f"No device has a metric {rule.metric}{hint}"),
        )
    check_scope(work, rule.scope)


def check_scope(work: Work, scope: Scope) -> None:
    """Refuse devices and groups that are not the organisation's; raise InvalidError."""
    unknown: dict[str, Sequence[UUID]] = {
        "scope.device_ids": work.rules.unknown_devices(scope.device_ids),
        "scope.group_ids": work.rules.unknown_groups(scope.group_ids),
    }
    for field, missing in unknown.items():
        if missing:
            names = ", ".join(sorted(str(each) for each in missing))
            raise InvalidError(f"Not accepted: {field}", details=_field(field, f"Unknown: {names}"))


def _field(name: str, message: str) -> dict[str, object]:
    return {"fields": [{"field": name, "code": "INVALID_INPUT", "message": message}]}
