"""Rows of rules, read and written."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse.ids import DeviceId, RuleId
from psycopg.types.json import Jsonb

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.anomaly import Direction, Sensitivity, Unusual
from functions.alerts.domain.rule import Comparison, Kind, Override, Rule, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpulse.db import Row

_PARTICULARS = ("from_value", "to_value", "speed_bps")


def rule_parameters(rule: Rule) -> dict[str, Any]:
    """Return a rule as parameters of its row."""
    return {
        "id": rule.id,
        "name": rule.name,
        "description": rule.description,
        "kind": rule.kind,
        "metric": rule.metric,
        "entity": rule.entity,
        "comparison": rule.comparison,
        "threshold": rule.threshold,
        "clear_threshold": rule.clear_threshold,
        "critical_threshold": rule.critical_threshold,
        "for_seconds": _seconds(rule.hold),
        "keep_firing_seconds": _seconds(rule.keep_firing),
        "breaches": rule.breaches,
        "of_last": rule.of_last,
        "clears": rule.clears,
        "window_seconds": _seconds(rule.window),
        "particulars": Jsonb(_particulars(rule)),
        "severity": rule.severity,
        "scope": Jsonb(scope_json(rule.scope)),
        "overrides": Jsonb([_override_json(each) for each in rule.overrides]),
        "enabled": rule.is_enabled,
        "built_in": rule.is_built_in,
        "version": rule.version,
    }


def rule_of(row: Row | Mapping[str, Any]) -> Rule:
    """Return a row, or the JSON of one, as a rule."""
    particulars = row["particulars"]
    return Rule(
        id=RuleId(UUID(str(row["id"]))),
        name=row["name"],
        kind=Kind(row["kind"]),
        severity=Severity(row["severity"]),
        description=row["description"],
        metric=row["metric"],
        entity=row["entity"],
        comparison=Comparison(row["comparison"]) if row["comparison"] else None,
        threshold=row["threshold"],
        clear_threshold=row["clear_threshold"],
        critical_threshold=row["critical_threshold"],
        hold=timedelta(seconds=row["for_seconds"]),
        keep_firing=timedelta(seconds=row["keep_firing_seconds"]),
        breaches=row["breaches"],
        of_last=row["of_last"],
        clears=row["clears"],
        window=timedelta(seconds=row["window_seconds"]),
        **{name: particulars.get(name) for name in _PARTICULARS},
        unusual=_unusual(particulars) if row["kind"] == Kind.ANOMALY else Unusual(),
        scope=scope_of(row["scope"]),
        overrides=tuple(_override(each) for each in row["overrides"]),
        is_enabled=row["enabled"],
        is_built_in=row["built_in"],
        version=row["version"],
    )


def _particulars(rule: Rule) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(rule, name) for name in _PARTICULARS}
    if rule.kind is Kind.ANOMALY:
        told |= {
            "sensitivity": rule.unusual.sensitivity,
            "direction": rule.unusual.direction,
            "history_seconds": _seconds(rule.unusual.history),
            "least_deviation": rule.unusual.least_deviation,
        }
    return told


def _unusual(particulars: Mapping[str, Any]) -> Unusual:
    return Unusual(
        sensitivity=Sensitivity(particulars["sensitivity"]),
        direction=Direction(particulars["direction"]),
        history=timedelta(seconds=particulars["history_seconds"]),
        least_deviation=particulars["least_deviation"],
    )


def scope_json(scope: Scope) -> dict[str, list[str]]:
    """Return a scope as its column keeps it."""
    return {
        "device_ids": sorted(str(each) for each in scope.device_ids),
        "group_ids": sorted(str(each) for each in scope.group_ids),
        "tags": sorted(scope.tags),
        "device_types": sorted(scope.device_types),
    }


def scope_of(scope: Mapping[str, Any]) -> Scope:
    """Return a scope from its column."""
    return Scope(
        device_ids=frozenset(DeviceId(UUID(each)) for each in scope.get("device_ids", ())),
        group_ids=frozenset(UUID(each) for each in scope.get("group_ids", ())),
        tags=frozenset(scope.get("tags", ())),
        device_types=frozenset(scope.get("device_types", ())),
    )


def _override_json(override: Override) -> dict[str, Any]:
    return {
        "device_id": str(override.device_id),
        "threshold": override.threshold,
        "clear_threshold": override.clear_threshold,
        "critical_threshold": override.critical_threshold,
        "for_seconds": None if override.hold is None else _seconds(override.hold),
        "enabled": override.is_enabled,
    }


def _override(found: Mapping[str, Any]) -> Override:
    hold = found["for_seconds"]
    return Override(
        device_id=DeviceId(UUID(found["device_id"])),
        threshold=found["threshold"],
        clear_threshold=found["clear_threshold"],
        critical_threshold=found["critical_threshold"],
        hold=None if hold is None else timedelta(seconds=hold),
        is_enabled=found["enabled"],
    )


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
