"""Rules in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError
from netpulse.ids import DeviceId
from psycopg import errors

from functions.alerts.domain.listing import StoredRule, Version
from functions.alerts.ports import RuleExistsError
from functions.alerts.repository.paging import containing, limits, order_by
from functions.alerts.repository.rule_rows import rule_of, rule_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction
    from netpulse.ids import RuleId, UserId

    from functions.alerts.domain.device import Device
    from functions.alerts.domain.listing import Cut, RuleFilter
    from functions.alerts.domain.rule import Rule

_COLUMNS = (
    "id, name, description, kind, metric, entity, comparison, threshold, clear_threshold, "
    "critical_threshold, for_seconds, keep_firing_seconds, breaches, of_last, clears, "
    "window_seconds, particulars, severity, scope, overrides, enabled, built_in, version"
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
        return [rule_of(row) for row in found]

    def page(self, which: RuleFilter, cut: Cut) -> tuple[list[StoredRule], int]:
        """Return one page, and how many there are."""
        where, parameters = _where(which)
        order = order_by(_ORDER, cut)
        total = self._transaction.value(
            f"SELECT count(*) FROM netpulse.alert_rules WHERE {where}",  # noqa: S608
            parameters,
        )
        found = self._transaction.rows(
            f"SELECT * FROM netpulse.alert_rules WHERE {where} ORDER BY {order} "  # noqa: S608
            "LIMIT %(limit)s OFFSET %(offset)s",
            {**parameters, **limits(cut)},
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

    def save(self, rule: Rule, *, at: datetime, by: UserId | None = None) -> None:
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
        self._transaction.run(
            "INSERT INTO netpulse.alert_rule_versions "
            "(organization_id, rule_id, version, saved_at, saved_by, rule) "
            "SELECT r.organization_id, r.id, r.version, %s, %s, to_jsonb(r) "
            "FROM netpulse.alert_rules r WHERE r.id = %s ON CONFLICT DO NOTHING",
            (at, by, rule.id),
        )

    def versions(self, rule_id: RuleId, cut: Cut) -> tuple[list[Version], int]:
        """Return one page of a rule's versions as they were saved, newest first; how many."""
        total = self._transaction.value(
            "SELECT count(*) FROM netpulse.alert_rule_versions WHERE rule_id = %s", (rule_id,)
        )
        found = self._transaction.rows(
            "SELECT v.*, coalesce(u.full_name, '') AS saved_by_name "
            "FROM netpulse.alert_rule_versions v LEFT JOIN netpulse.users u ON u.id = v.saved_by "
            "WHERE v.rule_id = %(rule_id)s ORDER BY v.version DESC "
            "LIMIT %(limit)s OFFSET %(offset)s",
            {"rule_id": rule_id, **limits(cut)},
        )
        return [_version(row) for row in found], total

    def remove(self, rule_id: RuleId) -> None:
        """Delete a rule."""
        self._transaction.run("DELETE FROM netpulse.alert_rules WHERE id = %s", (rule_id,))

    def _parameters(self, rule: Rule, at: datetime) -> dict[str, Any]:
        return {
            **rule_parameters(rule),
            "organization_id": self._transaction.organization_id,
            "at": at,
        }

    def unknown_devices(self, device_ids: Iterable[DeviceId]) -> list[DeviceId]:
        """Return those of the ids that are no device of the organisation."""
        found = self._transaction.rows(
            "SELECT g.id FROM unnest(%s::uuid[]) AS g (id) LEFT JOIN netpulse.devices d "
            "ON d.id = g.id AND d.retired_at IS NULL WHERE d.id IS NULL",
            (list(device_ids),),
        )
        return [DeviceId(row["id"]) for row in found]

    def knows_metric(self, metric: str) -> bool:
        """Return whether any device of the organisation has a series of that name."""
        return bool(
            self._transaction.value(
                "SELECT EXISTS (SELECT 1 FROM netpulse.series WHERE metric = %s)", (metric,)
            )
        )

    def unknown_groups(self, group_ids: Iterable[UUID]) -> list[UUID]:
        """Return those of the ids that are no group of the organisation."""
        found = self._transaction.rows(
            "SELECT g.id FROM unnest(%s::uuid[]) AS g (id) LEFT JOIN netpulse.device_groups d "
            "ON d.id = g.id WHERE d.id IS NULL",
            (list(group_ids),),
        )
        return [row["id"] for row in found]


def _version(row: Row) -> Version:
    return Version(
        rule=rule_of(row["rule"]),
        saved_at=row["saved_at"],
        saved_by=row["saved_by"],
        saved_by_name=row["saved_by_name"],
    )


def _where(which: RuleFilter) -> tuple[str, dict[str, Any]]:
    given: dict[str, tuple[str, Any]] = {
        "kind": ("kind = %(kind)s", which.kind),
        "severity": ("severity = %(severity)s", which.severity),
        "enabled": ("enabled = %(enabled)s", which.enabled),
        "search": (
            "(name ILIKE %(search)s OR description ILIKE %(search)s OR metric ILIKE %(search)s)",
            containing(which.search),
        ),
    }
    if which.device is not None:
        given |= _holding(which.device)
    used = {name: pair for name, pair in given.items() if pair[1] is not None}
    conditions = ["true", *(condition for condition, _ in used.values())]
    return " AND ".join(conditions), {name: value for name, (_, value) in used.items()}


def _holding(device: Device) -> dict[str, tuple[str, list[str]]]:
    """Return the conditions of a scope that holds a device, as `Scope.holds` has them."""
    has = {
        "device_ids": [str(device.id)],
        "group_ids": [str(each) for each in device.group_ids],
        "tags": [*device.tags],
        "device_types": [device.device_type],
    }
    return {
        part: (
            f"(coalesce(scope->'{part}', '[]') = '[]' OR scope->'{part}' ?| %({part})s::text[])",
            values,
        )
        for part, values in has.items()
    }


def _stored(row: Row) -> StoredRule:
    return StoredRule(rule=rule_of(row), created_at=row["created_at"], updated_at=row["updated_at"])
