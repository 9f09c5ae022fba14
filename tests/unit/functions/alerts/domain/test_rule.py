from __future__ import annotations

from uuid import uuid4

import pytest
from netpulse.ids import DeviceId, OrganizationId

from functions.alerts.domain.defaults import default_rules
from functions.alerts.domain.rule import Comparison, Kind, Scope
from functions.alerts.domain.rulebook import RuleBook
from tests.unit.functions.alerts.domain.builders import a_device, a_down_rule, a_threshold


def test_trouble_is_over_when_the_problem_is_false_and_the_recovery_true() -> None:
    rule = a_threshold(threshold=20.0, clear_threshold=15.0)
    assert [rule.is_breached(value) for value in (21, 18, 16, 15)] == [True, False, False, False]
    assert [rule.is_clear(value) for value in (21, 18, 16, 15)] == [False, False, False, True]


@pytest.mark.parametrize(
    ("comparison", "breaching", "fine"),
    [
        (Comparison.ABOVE, 10.1, 10.0),
        (Comparison.AT_LEAST, 10.0, 9.9),
        (Comparison.BELOW, 9.9, 10.0),
        (Comparison.AT_MOST, 10.0, 10.1),
        (Comparison.EQUAL, 10.0, 10.1),
        (Comparison.DIFFERENT, 10.1, 10.0),
    ],
)
def test_each_comparison_means_what_it_says(
    comparison: Comparison, breaching: float, fine: float
) -> None:
    rule = a_threshold(comparison=comparison, threshold=10.0)
    assert rule.is_breached(breaching)
    assert not rule.is_breached(fine)
    assert rule.is_clear(fine)


def test_below_a_threshold_recovery_lies_above() -> None:
    rule = a_threshold(comparison=Comparison.BELOW, threshold=10.0, clear_threshold=15.0)
    assert [rule.is_clear(value) for value in (9, 12, 15)] == [False, False, True]


@pytest.mark.parametrize(
    ("pattern", "entity", "covered"),
    [
        ("*", "", True),
        ("*", "if:ge-0/0/1", True),
        ("", "", True),
        ("", "cpu:1", False),
        ("if:ge-0/0/*", "if:ge-0/0/1", True),
        ("if:ge-0/0/*", "if:xe-0/0/1", False),
        ("if:Gi[01]/1", "if:Gi0/1", True),
    ],
)
def test_patterns_cover_entities(pattern: str, entity: str, covered: bool) -> None:
    assert a_threshold(entity=pattern).looks_at(entity) is covered


def test_a_scope_needs_every_part_that_is_given() -> None:
    group = uuid4()
    device = a_device(tags=frozenset({"core", "kigali"}), group_ids=frozenset({group}))
    assert Scope().holds(device)
    assert Scope(tags=frozenset({"core", "edge"})).holds(device)
    assert Scope(group_ids=frozenset({group}), device_types=frozenset({"router"})).holds(device)
    assert Scope(device_ids=frozenset({device.id})).holds(device)
    assert not Scope(device_ids=frozenset({DeviceId(uuid4())})).holds(device)
    assert not Scope(tags=frozenset({"core"}), device_types=frozenset({"switch"})).holds(device)


def test_a_book_finds_the_rules_of_each_device() -> None:
    core = a_device("core", tags=frozenset({"core"}))
    edge = a_device("edge")
    every = a_threshold()
    only_core = a_threshold(scope=Scope(tags=frozenset({"core"})))
    only_edge = a_threshold(scope=Scope(device_ids=frozenset({edge.id})))
    disabled = a_threshold(is_enabled=False)
    down_rule = a_down_rule(scope=Scope(tags=frozenset({"core"})))
    book = RuleBook((every, only_core, only_edge, disabled, down_rule))
    assert [each.rule for each in book.watched(core)["cpu_usage"]] == [every, only_core]
    assert [each.rule for each in book.watched(edge)["cpu_usage"]] == [every, only_edge]
    assert book.down_rules(core) == [down_rule]
    assert book.down_rules(edge) == []
    assert disabled.id in book.rules


def test_the_default_rules_are_the_same_whoever_makes_them_first() -> None:
    organization_id = OrganizationId(uuid4())
    assert default_rules(organization_id) == default_rules(organization_id)
    other = default_rules(OrganizationId(uuid4()))
    assert not {each.id for each in other} & {each.id for each in default_rules(organization_id)}


def test_a_rule_watches_its_own_metric_of_the_devices_and_entities_it_looks_at() -> None:
    device = a_device()
    rule = a_threshold(entity="if:*")
    assert rule.applies_to(device, metric="cpu_usage", entity="if:1")
    assert not rule.applies_to(device, metric="cpu_usage", entity="disk:1")
    assert not rule.applies_to(device, metric="rtt_ms", entity="if:1")
    assert [kind for kind in Kind if kind.has_threshold and not kind.hears_values] == [
        Kind.FORECAST
    ]
