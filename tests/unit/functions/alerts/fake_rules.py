"""Rules in memory; tests/contract keeps them honest."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from netpulse.errors import NotFoundError
from netpulse.ids import DeviceId, RuleId

from functions.alerts.domain.device import Device
from functions.alerts.domain.listing import StoredRule, Version
from functions.alerts.ports import RuleExistsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpulse.ids import UserId

    from functions.alerts.domain.listing import Cut, RuleFilter
    from functions.alerts.domain.rule import Rule

T = TypeVar("T")


def part_of(found: list[T], cut: Cut) -> list[T]:
    """Return a page of a list."""
    return found[(cut.page - 1) * cut.per_page : cut.page * cut.per_page]


class FakeRules:
    """Rules in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[RuleId, StoredRule] = {}
        self.saved: list[Version] = []
        self.metrics: set[str] = set()
        self.groups: set[UUID] = set()
        self.devices: dict[DeviceId, Device] = {}

    def all(self) -> list[Rule]:
        """Return every rule."""
        return [each.rule for each in self.rows.values()]

    def page(self, which: RuleFilter, cut: Cut) -> tuple[list[StoredRule], int]:
        """Return one page, and how many there are."""
        found = [
            each
            for each in self.rows.values()
            if which.kind in (None, each.rule.kind)
            and which.severity in (None, each.rule.severity)
            and which.enabled in (None, each.rule.is_enabled)
            and (which.device is None or each.rule.scope.holds(which.device))
            and which.search.lower() in f"{each.rule.name} {each.rule.metric}".lower()
        ]
        found.sort(key=lambda each: each.rule.name.lower(), reverse=cut.sort.startswith("-"))
        return part_of(found, cut), len(found)

    def get(self, rule_id: RuleId) -> StoredRule:
        """Return a rule; raise NotFoundError."""
        if rule_id not in self.rows:
            raise NotFoundError.of("alert_rule", rule_id)
        return self.rows[rule_id]

    def add(self, rules: Sequence[Rule], *, at: datetime) -> None:
        """Insert rules whose names are not taken."""
        for rule in rules:
            if rule.name not in {each.name for each in self.all()}:
                self.rows[rule.id] = StoredRule(rule=rule, created_at=at, updated_at=at)

    def save(self, rule: Rule, *, at: datetime, by: UserId | None = None) -> None:
        """Insert or replace a rule, keep its version; raise RuleExistsError."""
        if any(each.name == rule.name and each.id != rule.id for each in self.all()):
            raise RuleExistsError.named(rule.name)
        known = self.rows.get(rule.id)
        made_at = known.created_at if known else at
        self.rows[rule.id] = StoredRule(rule=rule, created_at=made_at, updated_at=at)
        self.saved.append(Version(rule=rule, saved_at=at, saved_by=by))

    def versions(self, rule_id: RuleId, cut: Cut) -> tuple[list[Version], int]:
        """Return one page of a rule's versions, newest first; how many."""
        found = [each for each in reversed(self.saved) if each.rule.id == rule_id]
        return part_of(found, cut), len(found)

    def knows_metric(self, metric: str) -> bool:
        """Return whether any device has a series of that name."""
        return metric in self.metrics

    def remove(self, rule_id: RuleId) -> None:
        """Delete a rule."""
        self.rows.pop(rule_id, None)

    def unknown_devices(self, device_ids: Iterable[DeviceId]) -> list[DeviceId]:
        """Return those of the ids that are no device."""
        return [each for each in device_ids if each not in self.devices]

    def unknown_groups(self, group_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no group."""
        return [each for each in group_ids if each not in self.groups]
