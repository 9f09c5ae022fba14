from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from functions.alerts.domain.alert import State
from functions.alerts.domain.device import Result, Status, Value, Verdict
from functions.alerts.domain.rule import Scope
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import (
    Network,
    a_device,
    a_down_rule,
    a_threshold,
    down,
    seconds,
    up,
)


def test_an_outage_begins_at_its_first_failed_probe() -> None:
    router = a_device()
    network = Network(router, rules=(a_down_rule(),))
    network.assess(NOON, up(router, NOON))
    done = network.assess(NOON, down(router, NOON + seconds(60), since=NOON + seconds(10)))
    (change,) = done.changes
    assert (change.after.status, change.after.since) == (Status.OFFLINE, NOON + seconds(10))
    assert network.opened[0].began_at == NOON + seconds(10)


def test_snmp_lost_while_ping_lives_is_degraded() -> None:
    router = a_device()
    network = Network(router, rules=(a_down_rule(),))
    network.assess(NOON, up(router, NOON))
    weak = Result(
        device_id=router.id,
        slot_at=NOON + seconds(60),
        verdict=Verdict.DEGRADED,
        failing_since=NOON + seconds(60),
        reason="snmp timeout",
    )
    network.assess(NOON, weak)
    assert network.status(router) == "online"
    network.assess(NOON, replace(weak, slot_at=NOON + seconds(120), is_hard=True))
    assert network.status(router) == "degraded"
    assert network.states() == []


def test_a_device_that_answers_in_part_is_no_longer_down() -> None:
    router = a_device()
    network = Network(router, rules=(a_down_rule(),))
    network.assess(NOON, down(router, NOON))
    weak = Result(
        device_id=router.id,
        slot_at=NOON + seconds(60),
        verdict=Verdict.DEGRADED,
        is_hard=True,
        failing_since=NOON + seconds(60),
    )
    network.assess(NOON, weak)
    assert network.status(router) == "degraded"
    assert network.states() == ["resolved"]


def test_two_results_of_a_device_in_one_batch_are_taken_in_order() -> None:
    router = a_device()
    network = Network(router, rules=(a_down_rule(),))
    done = network.assess(NOON, up(router, NOON + seconds(60)), down(router, NOON))
    assert [change.after.status for change in done.changes] == [Status.OFFLINE, Status.ONLINE]
    assert network.states() == ["resolved"]


def test_a_device_down_for_less_than_the_rules_hold_time_is_not_told() -> None:
    router = a_device()
    network = Network(router, rules=(a_down_rule(hold=seconds(120)),))
    network.assess(NOON, down(router, NOON))
    assert network.states() == ["pending"]
    network.assess(NOON, down(router, NOON + seconds(60), since=NOON))
    assert network.opened == []
    network.assess(NOON, down(router, NOON + seconds(120), since=NOON))
    assert network.states() == ["firing"]


def test_a_device_without_a_down_rule_is_offline_and_nobody_is_told() -> None:
    router = a_device()
    network = Network(router, rules=(a_down_rule(scope=Scope(tags=frozenset({"core"}))),))
    network.assess(NOON, down(router, NOON))
    assert network.status(router) == "offline"
    assert network.states() == []


def test_a_rule_enabled_while_a_device_is_down_alerts_at_its_next_result() -> None:
    router = a_device()
    network = Network(router)
    network.assess(NOON, down(router, NOON))
    network.rules = Network(rules=(a_down_rule(),)).rules
    network.assess(NOON, down(router, NOON + seconds(60), since=NOON))
    assert network.states() == ["firing"]
    assert network.opened[0].began_at == NOON


def test_each_entity_has_an_alert_of_its_own() -> None:
    router = a_device()
    rule = a_threshold(metric="disk_usage", threshold=90.0)
    network = Network(router, rules=(rule,))
    values = replace(up(router, NOON), values=(_disk("/", 95.0), _disk("/var", 96.0)))
    network.assess(NOON, values)
    assert sorted(alert.entity for alert in network.opened) == ["storage:/", "storage:/var"]
    after = replace(up(router, NOON + seconds(60)), values=(_disk("/", 10.0), _disk("/var", 96.0)))
    network.assess(NOON, after)
    assert sorted(network.states()) == ["firing", "resolved"]


def test_a_rule_about_one_entity_takes_no_notice_of_others() -> None:
    router = a_device()
    network = Network(router, rules=(a_threshold(metric="disk_usage", entity="storage:/var"),))
    values = (_disk("/", 99.0), _disk("/var", 95.0), _disk("/home", 98.0))
    done = network.assess(NOON, replace(up(router, NOON), values=values))
    assert [alert.entity for alert in network.opened] == ["storage:/var"]
    assert done.values.evaluations == 1


def test_a_lost_device_is_not_said_to_lose_packets_as_well() -> None:
    router = a_device()
    loss = a_threshold(metric="icmp_loss_ratio", threshold=0.2)
    network = Network(router, rules=(a_down_rule(), loss))
    dead = down(router, NOON)
    network.assess(NOON, replace(dead, values=up(router, NOON, icmp_loss_ratio=1.0).values))
    assert [alert.alert_type for alert in network.opened] == ["device_down"]


def test_a_value_between_clear_and_breach_ends_what_has_not_fired() -> None:
    router = a_device()
    rule = a_threshold(clear_threshold=80.0, hold=seconds(300))
    network = Network(router, rules=(rule,))
    network.assess(NOON, up(router, NOON, cpu_usage=95.0))
    network.assess(NOON, up(router, NOON + seconds(60), cpu_usage=85.0))
    network.assess(NOON, up(router, NOON + seconds(300), cpu_usage=95.0))
    assert network.opened == []


def test_an_alert_measures_anew_while_it_is_open() -> None:
    router = a_device()
    network = Network(router, rules=(a_threshold(),))
    network.assess(NOON, up(router, NOON, cpu_usage=95.0))
    network.assess(NOON, up(router, NOON + seconds(60), cpu_usage=97.0))
    (alert,) = network.alerts.values()
    assert (alert.value, alert.seq) == (97.0, 1)


def test_a_verdict_of_nothing_known_is_unknown_once_it_is_hard() -> None:
    router = a_device()
    network = Network(router, rules=(a_down_rule(),))
    network.assess(NOON, up(router, NOON))
    blind = Result(device_id=router.id, slot_at=NOON + seconds(60), verdict=Verdict.UNKNOWN)
    network.assess(NOON, blind)
    assert network.status(router) == "online"
    network.assess(NOON, replace(blind, slot_at=NOON + seconds(120), is_hard=True))
    assert network.status(router) == "unknown"


def test_a_pending_alert_is_folded_when_its_parent_turns_out_to_be_down() -> None:
    core, child = a_device("core"), a_device("child")
    network = Network(
        core,
        child,
        rules=(a_down_rule(hold=seconds(600)), a_down_rule(name="Other")),
        parents={child.id: [core.id]},
    )
    network.assess(NOON, down(core, NOON), down(child, NOON))
    network.rules = Network(rules=(a_down_rule(hold=seconds(600)),)).rules
    later = NOON + seconds(300)
    network.standings[child.id] = replace(network.standings[child.id], status=Status.UNKNOWN)
    network.assess(later, up(core, later))
    at = later + seconds(60)
    network.assess(at, up(core, at), down(child, at, since=at - seconds(30)))
    assert [each.state for each in network.alerts.values() if not each.was_told].count(
        State.PENDING
    )
    network.standings[child.id] = replace(network.standings[child.id], status=Status.UNKNOWN)
    again = at + seconds(60)
    network.assess(again, down(core, again), down(child, again, since=at))
    assert network.status(child) == "unreachable"
    assert not [
        each
        for each in network.alerts.values()
        if each.state is State.PENDING and each.subject.device_id == child.id
    ]


def _disk(mount: str, value: float) -> Value:
    return Value("disk_usage", f"storage:{mount}", value)


@given(st.data())
def test_any_order_of_the_same_results_ends_in_the_same_truth(data: st.DataObject) -> None:
    """Late, repeated and reordered results change nothing: the latest slot decides."""
    router = a_device()
    kinds = data.draw(st.lists(st.sampled_from(["up", "down"]), min_size=1, max_size=8))
    results = [
        up(router, NOON + seconds(60 * n), cpu_usage=99.0 if n % 2 else 1.0)
        if kind == "up"
        else down(router, NOON + seconds(60 * n))
        for n, kind in enumerate(kinds)
    ]
    arrivals = data.draw(st.permutations(results + data.draw(st.lists(st.sampled_from(results)))))
    network = Network(router, rules=(a_down_rule(), a_threshold()))
    taken: list[datetime] = []
    for result in arrivals:
        before = (network.standings[router.id], dict(network.alerts))
        network.assess(NOON, result)
        if taken and result.slot_at <= max(taken):
            assert (network.standings[router.id], network.alerts) == before
        taken.append(result.slot_at)
    assert network.status(router) == ("online" if kinds[-1] == "up" else "offline")
    open_types = {each.alert_type for each in network.alerts.values() if each.is_open}
    assert ("device_down" in open_types) == (kinds[-1] == "down")
    assert len([each for each in network.alerts.values() if each.is_open]) == len(
        {each.fingerprint for each in network.alerts.values() if each.is_open}
    )
