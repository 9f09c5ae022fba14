"""An organisation's rules, arranged for looking up."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from netpulse.ids import RuleId

from functions.alerts.domain import anomaly
from functions.alerts.domain.device import Device
from functions.alerts.domain.rule import Comparison, Kind, Rule


class Hearing(NamedTuple):
    """A rule that hears a metric, with what every value would have to be asked of it."""

    rule: Rule
    is_light: bool
    # what its fingerprints begin with
    prefix: str
    # the rule of its critical level
    worse: Rule | None


Watched = dict[str, tuple[Hearing, ...]]


class RuleBook:
    """An organisation's enabled rules, arranged for looking up."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = {rule.id: rule for rule in rules}
        enabled = [rule for rule in rules if rule.is_enabled]
        self._down = [rule for rule in enabled if rule.kind is Kind.DEVICE_DOWN]
        self._hearing = [rule for rule in enabled if rule.kind.hears_values]
        self._watched: dict[object, Watched] = {}
        self._hearings: dict[RuleId, Hearing] = {}
        # Devices that no scope or override names, alike in type, tags and groups, share one table.
        self._named = {each for rule in self._hearing for each in rule.scope.device_ids} | {
            each.device_id for rule in self._hearing for each in rule.overrides
        }

    def of_kind(self, kind: Kind) -> list[Rule]:
        """Return the enabled rules of a kind."""
        return [rule for rule in self.rules.values() if rule.is_enabled and rule.kind is kind]

    def down_rules(self, device: Device) -> list[Rule]:
        """Return the device-down rules that apply to a device."""
        found = [rule.for_device(device.id) for rule in self._down if rule.scope.holds(device)]
        return [rule for rule in found if rule.is_enabled]

    def watched(self, device: Device) -> Watched:
        """Return the rules that hear a device's values, by metric."""
        likeness = (
            device.id if device.id in self._named else None,
            device.device_type,
            device.tags,
            device.group_ids,
        )
        found = self._watched.get(likeness)
        if found is None:
            found = self._watched[likeness] = self._collect(device)
        return found

    def _collect(self, device: Device) -> Watched:
        by_metric: dict[str, list[Hearing]] = {}
        for rule in self._hearing:
            if rule.metric is None or not rule.scope.holds(device):
                continue
            own = rule.for_device(device.id)
            if own is not rule:
                hearing = _hearing(own)
            elif (known := self._hearings.get(rule.id)) is not None:
                hearing = known
            else:
                hearing = self._hearings[rule.id] = _hearing(rule)
            if own.is_enabled:
                by_metric.setdefault(rule.metric, []).append(hearing)
        return {metric: tuple(rules) for metric, rules in by_metric.items()}


def _hearing(rule: Rule) -> Hearing:
    if rule.kind is Kind.ANOMALY:
        # not the value is compared, but how strange it is
        rule = replace(
            rule,
            comparison=Comparison.ABOVE,
            threshold=anomaly.EDGE,
            clear_threshold=anomaly.WITHIN,
        )
    return Hearing(rule, rule.is_light, f"{rule.id}:", rule.at_critical_level())
