"""What the port of rules promises, the fake and PostgreSQL keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import DeviceId

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.listing import AlertFilter, Cut, RuleFilter
from functions.alerts.domain.rule import Kind, Scope
from functions.alerts.ports import RuleExistsError
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import (
    a_down_rule,
    a_threshold,
)

if TYPE_CHECKING:
    from functions.alerts.domain.device import Device
    from tests.contract.functions.alerts.stores import Store

MINUTE = timedelta(minutes=1)
ALL = AlertFilter()


def test_rules_are_kept_by_name(store: Store) -> None:
    device = store.device("core")
    rule = a_threshold(
        name="Busy",
        clear_threshold=80.0,
        hold=MINUTE,
        scope=Scope(device_ids=frozenset({device.id}), tags=frozenset({"a", "b"})),
    )
    with store.open() as work:
        work.rules.save(rule, at=NOON)
    with store.open() as work, pytest.raises(RuleExistsError):
        work.rules.save(a_threshold(name="Busy"), at=NOON)
    with store.open() as work:
        assert work.rules.get(rule.id).rule == rule
        work.rules.add([a_down_rule(name="Busy"), a_down_rule(name="Down")], at=NOON)
        assert sorted(each.name for each in work.rules.all()) == ["Busy", "Down"]
        changed = replace(rule, threshold=95.0, version=2)
        work.rules.save(changed, at=NOON + MINUTE)
        stored = work.rules.get(rule.id)
        assert (stored.rule, stored.created_at) == (changed, NOON)
        assert stored.updated_at == NOON + MINUTE
        work.rules.remove(rule.id)
        with pytest.raises(NotFoundError):
            work.rules.get(rule.id)


def test_pages_of_rules_filter_and_sort(store: Store) -> None:
    with store.open() as work:
        work.rules.save(a_threshold(name="beta"), at=NOON)
        work.rules.save(a_down_rule(name="Alpha", is_enabled=False), at=NOON)

        def names(sort: str = "name", **given: Any) -> list[str]:
            found, _ = work.rules.page(RuleFilter(**given), Cut(sort=sort, page=1, per_page=9))
            return [each.rule.name for each in found]

        assert names() == ["Alpha", "beta"]
        assert names("-name") == ["beta", "Alpha"]
        assert names(kind=Kind.THRESHOLD) == ["beta"]
        assert names(enabled=False) == ["Alpha"]
        assert names(severity=Severity.CRITICAL) == ["Alpha"]
        assert names(search="cpu") == ["beta"]


def test_rules_are_found_by_a_device_their_scope_holds(store: Store) -> None:
    core = store.device("core", tags=["core", "north"], device_type="router")
    edge = store.device("edge", tags=["edge"], device_type="switch")
    scopes = {
        "any": Scope(),
        "core alone": Scope(device_ids=frozenset({core.id})),
        "north or south": Scope(tags=frozenset({"north", "south"})),
        "tagged routers": Scope(tags=frozenset({"edge"}), device_types=frozenset({"router"})),
        "a group": Scope(group_ids=frozenset({uuid4()})),
    }
    with store.open() as work:
        for name, scope in scopes.items():
            work.rules.save(a_threshold(name=name, scope=scope), at=NOON)

        def names(device: Device) -> list[str]:
            cut = Cut(sort="name", page=1, per_page=9)
            found, total = work.rules.page(RuleFilter(device=device), cut)
            assert total == len(found)
            assert all(each.rule.scope.holds(device) for each in found)
            return [each.rule.name for each in found]

        assert names(core) == ["any", "core alone", "north or south"]
        assert names(edge) == ["any"]


def test_ids_that_are_no_devices_or_groups_are_told(store: Store) -> None:
    device = store.device("core")
    stranger, group = DeviceId(uuid4()), uuid4()
    with store.open() as work:
        assert work.rules.unknown_devices([device.id, stranger]) == [stranger]
        assert work.rules.unknown_groups([group]) == [group]
