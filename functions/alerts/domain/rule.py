"""Rules: when something is a trouble, when it is over, and where they apply."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fnmatch import translate
from functools import lru_cache
from uuid import UUID

from netpulse.ids import DeviceId, RuleId

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.device import Device


class Kind(StrEnum):
    """What a rule looks at."""

    DEVICE_DOWN = "device_down"
    THRESHOLD = "threshold"


class Comparison(StrEnum):
    """How a value stands to a threshold when there is trouble."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "=="
    DIFFERENT = "!="


_COMPARE: dict[Comparison, Callable[[float, float], bool]] = {
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.EQUAL: operator.eq,
    Comparison.DIFFERENT: operator.ne,
}
# The recovery side of a threshold that has a clear threshold of its own.
_RECOVERED: dict[Comparison, Callable[[float, float], bool]] = {
    Comparison.ABOVE: operator.le,
    Comparison.AT_LEAST: operator.le,
    Comparison.BELOW: operator.ge,
    Comparison.AT_MOST: operator.ge,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """The devices a rule applies to: those that match every part that is given."""

    device_ids: frozenset[DeviceId] = frozenset()
    group_ids: frozenset[UUID] = frozenset()
    tags: frozenset[str] = frozenset()
    device_types: frozenset[str] = frozenset()

    def holds(self, device: Device) -> bool:
        """Return whether a device is one of them."""
        return (
            (not self.device_ids or device.id in self.device_ids)
            and (not self.group_ids or not self.group_ids.isdisjoint(device.group_ids))
            and (not self.tags or not self.tags.isdisjoint(device.tags))
            and (not self.device_types or device.device_type in self.device_types)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """When there is trouble, how long it must last, and how grave it is."""

    id: RuleId
    name: str
    kind: Kind
    severity: Severity
    description: str = ""
    metric: str | None = None
    entity: str = "*"
    comparison: Comparison | None = None
    threshold: float | None = None
    clear_threshold: float | None = None
    hold: timedelta = timedelta(0)
    scope: Scope = field(default_factory=Scope)
    is_enabled: bool = True
    is_built_in: bool = False
    version: int = 1

    def is_breached(self, value: float) -> bool:
        """Return whether a value is trouble."""
        assert self.comparison is not None  # noqa: S101 - threshold rules have one
        assert self.threshold is not None  # noqa: S101
        return _COMPARE[self.comparison](value, self.threshold)

    def is_clear(self, value: float) -> bool:
        """Return whether trouble is over at a value: the problem false and the recovery true."""
        if self.is_breached(value):
            return False
        if self.clear_threshold is None or self.comparison not in _RECOVERED:
            return True
        return _RECOVERED[self.comparison](value, self.clear_threshold)

    def looks_at(self, entity: str) -> bool:
        """Return whether the rule's pattern covers an entity; '' is the device as a whole."""
        return self.entity == "*" or bool(_pattern(self.entity)(entity))

    def applies_to(self, device: Device, *, metric: str | None, entity: str) -> bool:
        """Return whether the rule, as it stands, would watch this."""
        return (
            self.is_enabled
            and self.metric == metric
            and self.scope.holds(device)
            and (metric is None or self.looks_at(entity))
        )


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> Callable[[str], object]:
    return re.compile(translate(glob)).match


class RuleBook:
    """An organisation's enabled rules, arranged for looking up."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = {rule.id: rule for rule in rules}
        enabled = [rule for rule in rules if rule.is_enabled]
        self._down = [rule for rule in enabled if rule.kind is Kind.DEVICE_DOWN]
        self._thresholds = [rule for rule in enabled if rule.kind is Kind.THRESHOLD]
        self._watched: dict[object, dict[str, tuple[Rule, ...]]] = {}
        # Without ids in any scope, devices alike in type, tags and groups share one table.
        self._by_device = any(rule.scope.device_ids for rule in self._thresholds)

    def down_rules(self, device: Device) -> list[Rule]:
        """Return the device-down rules that apply to a device."""
        return [rule for rule in self._down if rule.scope.holds(device)]

    def thresholds(self, device: Device) -> dict[str, tuple[Rule, ...]]:
        """Return the threshold rules that apply to a device, by metric."""
        likeness = (
            device.id if self._by_device else None,
            device.device_type,
            device.tags,
            device.group_ids,
        )
        found = self._watched.get(likeness)
        if found is None:
            found = self._watched[likeness] = self._collect(device)
        return found

    def _collect(self, device: Device) -> dict[str, tuple[Rule, ...]]:
        by_metric: dict[str, list[Rule]] = {}
        for rule in self._thresholds:
            if rule.metric is not None and rule.scope.holds(device):
                by_metric.setdefault(rule.metric, []).append(rule)
        return {metric: tuple(rules) for metric, rules in by_metric.items()}


def fingerprint(rule_id: RuleId, device_id: DeviceId, entity: str = "") -> str:
    """Return what makes an alert the same alert: its rule, its device, its entity."""
    return f"{rule_id}:{device_id}:{entity}"
