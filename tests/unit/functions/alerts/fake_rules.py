"""Rules in memory; tests/contract keeps them honest."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.errors import NotFoundError
from netpulse.ids import DeviceId, RuleId

from functions.alerts.domain.device import Device
from functions.alerts.domain.listing import StoredRule
from functions.alerts.ports import RuleExistsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from functions.alerts.domain.listing import RuleFilter
    from functions.alerts.domain.rule import Rule


class FakeRules:
    """Rules in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[RuleId, StoredRule] = {}
        self.groups: set[UUID] = set()
        self.devices: dict[DeviceId, Device] = {}

    def all(self) -> list[Rule]:
        """Return every rule."""
        return [each.rule for each in self.rows.values()]

    def page(
        self, which: RuleFilter, *, sort: str, page: int, per_page: int
    ) -> tuple[list[StoredRule], int]:
        """Return one page, and how many there are."""
        found = [
            each
            for each in self.rows.values()
            if which.kind in (None, each.rule.kind)
            and which.severity in (None, each.rule.severity)
            and which.enabled in (None, each.rule.is_enabled)
            and which.search.lower() in f"{each.rule.name} {each.rule.metric}".lower()
        ]
        found.sort(key=lambda each: each.rule.name.lower(), reverse=sort.startswith("-"))
        return found[(page - 1) * per_page : page * per_page], len(found)

    def get(self, rule_id: RuleId) -> StoredRule:
        """Return a rule; raise NotFoundError."""
        if rule_id not in self.rows:
            raise NotFoundError.of("alert_rule", rule_id)
        return self.rows[rule_id]

    def add(self, rules: Sequence[Rule], *, at: datetime) -> None:
        """Insert rules whose names are not taken."""
        for rule in rules:
            if rule.name not in {each.name for each in self.all()}:
                self.save(rule, at=at)

    def save(self, rule: Rule, *, at: datetime) -> None:
        """Insert or replace a rule; raise RuleExistsError."""
        if any(each.name == rule.name and each.id != rule.id for each in self.all()):
            raise RuleExistsError.named(rule.name)
        known = self.rows.get(rule.id)
        made_at = known.created_at if known else at
        self.rows[rule.id] = StoredRule(rule=rule, created_at=made_at, updated_at=at)

    def remove(self, rule_id: RuleId) -> None:
        """Delete a rule."""
        self.rows.pop(rule_id, None)

    def unknown_devices(self, device_ids: Iterable[DeviceId]) -> list[DeviceId]:
        """Return those of the ids that are no device."""
        return [each for each in device_ids if each not in self.devices]

    def unknown_groups(self, group_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no group."""
        return [each for each in group_ids if each not in self.groups]
