"""Rules in PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from netpulse.errors import NotFoundError
from netpulse.ids import DeviceId, RuleId
from psycopg import errors
from psycopg.types.json import Jsonb

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.listing import StoredRule
from functions.alerts.domain.rule import Comparison, Kind, Rule, Scope
from functions.alerts.ports import RuleExistsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from netpulse.db import Row, Transaction

    from functions.alerts.domain.listing import RuleFilter

_COLUMNS = (
    "id, name, description, kind, metric, entity, comparison, threshold, clear_threshold, "
    "for_seconds, severity, scope, enabled, built_in, version"
)
_VALUES = ", ".join(f"%({name})s" for name in _COLUMNS.split(", "))
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
_INSERT = (
    f"INSERT INTO netpulse.alert_rules (organization_id, {_COLUMNS}, created_at, updated_at) "  # noqa: S608
    f"VALUES (%(organization_id)s, {_VALUES}, %(at)s, %(at)s)"
)
_SEVERITY = "array_position(ARRAY['info', 'warning', 'critical'], severity::text)"
_ORDER = {
    "name": "lower(name) {0}, id",
    "created_at": "created_at {0}, id",
    "severity": f"{_SEVERITY} {{0}}, lower(name), id",
}


class PostgresRules:
    """The organisation's rules."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def all(self) -> list[Rule]:
        """Return every rule."""
        found = self._transaction.rows("SELECT * FROM netpulse.alert_rules ORDER BY created_at, id")
        return [_rule(row) for row in found]

    def page(
        self, which: RuleFilter, *, sort: str, page: int, per_page: int
    ) -> tuple[list[StoredRule], int]:
        """Return one page, and how many there are."""
        where, parameters = _where(which)
        order = _ORDER[sort.lstrip("-")].format("DESC" if sort.startswith("-") else "ASC")
        total = self._transaction.value(
            f"SELECT count(*) FROM netpulse.alert_rules WHERE {where}",  # noqa: S608
            parameters,
        )
        found = self._transaction.rows(
            f"SELECT * FROM netpulse.alert_rules WHERE {where} ORDER BY {order} "  # noqa: S608
            "LIMIT %(limit)s OFFSET %(offset)s",
            {**parameters, "limit": per_page, "offset": (page - 1) * per_page},
        )
        return [_stored(row) for row in found], total

    def get(self, rule_id: RuleId) -> StoredRule:
        """Return a rule; raise NotFoundError (ALERT_RULE_NOT_FOUND)."""
        row = self._transaction.row("SELECT * FROM netpulse.alert_rules WHERE id = %s", (rule_id,))
        if row is None:
            raise NotFoundError.of("alert_rule", rule_id)
        return _stored(row)

    def add(self, rules: Sequence[Rule], *, at: datetime) -> None:
        """Insert rules whose names are not taken; the others are left as they are."""
        self._transaction.run_many(
            f"{_INSERT} ON CONFLICT DO NOTHING", [self._parameters(rule, at) for rule in rules]
        )

    def save(self, rule: Rule, *, at: datetime) -> None:
        """Insert or replace a rule; raise RuleExistsError when its name is taken."""
        try:
            with self._transaction.connection.transaction():
                self._transaction.run(
                    f"{_INSERT} ON CONFLICT (id) DO UPDATE SET {_UPDATES}, "
                    "updated_at = excluded.updated_at",
                    self._parameters(rule, at),
                )
        except errors.UniqueViolation as error:
            raise RuleExistsError.named(rule.name) from error

    def remove(self, rule_id: RuleId) -> None:
        """Delete a rule."""
        self._transaction.run("DELETE FROM netpulse.alert_rules WHERE id = %s", (rule_id,))

    def unknown_devices(self, device_ids: Iterable[DeviceId]) -> list[DeviceId]:
        """Return those of the ids that are no device of the organisation."""
        found = self._transaction.rows(
            "SELECT g.id FROM unnest(%s::uuid[]) AS g (id) LEFT JOIN netpulse.devices d "
            "ON d.id = g.id AND d.retired_at IS NULL WHERE d.id IS NULL",
            (list(device_ids),),
        )
        return [DeviceId(row["id"]) for row in found]

    def unknown_groups(self, group_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no group of the organisation."""
        found = self._transaction.rows(
            "SELECT g.id FROM unnest(%s::uuid[]) AS g (id) LEFT JOIN netpulse.device_groups d "
            "ON d.id = g.id WHERE d.id IS NULL",
            (list(group_ids),),
        )
        return [row["id"] for row in found]

    def _parameters(self, rule: Rule, at: datetime) -> dict[str, Any]:
        return {
            "organization_id": self._transaction.organization_id,
            "at": at,
            "id": rule.id,
            "name": rule.name,
            "description": rule.description,
            "kind": rule.kind,
            "metric": rule.metric,
            "entity": rule.entity,
            "comparison": rule.comparison,
            "threshold": rule.threshold,
            "clear_threshold": rule.clear_threshold,
            "for_seconds": int(rule.hold.total_seconds()),
            "severity": rule.severity,
            "scope": Jsonb(_scope_json(rule.scope)),
            "enabled": rule.is_enabled,
            "built_in": rule.is_built_in,
            "version": rule.version,
        }


def _scope_json(scope: Scope) -> dict[str, list[str]]:
    return {
        "device_ids": sorted(str(each) for each in scope.device_ids),
        "group_ids": sorted(str(each) for each in scope.group_ids),
        "tags": sorted(scope.tags),
        "device_types": sorted(scope.device_types),
    }


def _where(which: RuleFilter) -> tuple[str, dict[str, Any]]:
    escaped = which.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    given: dict[str, tuple[str, Any]] = {
        "kind": ("kind = %(kind)s", which.kind),
        "severity": ("severity = %(severity)s", which.severity),
        "enabled": ("enabled = %(enabled)s", which.enabled),
        "search": (
            "(name ILIKE %(search)s OR description ILIKE %(search)s OR metric ILIKE %(search)s)",
            f"%{escaped}%" if escaped else None,
        ),
    }
    used = {name: pair for name, pair in given.items() if pair[1] is not None}
    conditions = ["true", *(condition for condition, _ in used.values())]
    return " AND ".join(conditions), {name: value for name, (_, value) in used.items()}


def _stored(row: Row) -> StoredRule:
    return StoredRule(rule=_rule(row), created_at=row["created_at"], updated_at=row["updated_at"])


def _rule(row: Row) -> Rule:
    scope = row["scope"]
    return Rule(
        id=RuleId(row["id"]),
        name=row["name"],
        kind=Kind(row["kind"]),
        severity=Severity(row["severity"]),
        description=row["description"],
        metric=row["metric"],
        entity=row["entity"],
        comparison=Comparison(row["comparison"]) if row["comparison"] else None,
        threshold=row["threshold"],
        clear_threshold=row["clear_threshold"],
        hold=timedelta(seconds=row["for_seconds"]),
        scope=Scope(
            device_ids=frozenset(DeviceId(UUID(each)) for each in scope.get("device_ids", ())),
            group_ids=frozenset(UUID(each) for each in scope.get("group_ids", ())),
            tags=frozenset(scope.get("tags", ())),
            device_types=frozenset(scope.get("device_types", ())),
        ),
        is_enabled=row["enabled"],
        is_built_in=row["built_in"],
        version=row["version"],
    )
