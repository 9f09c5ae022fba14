from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from netpulse.ids import DeviceId

from functions.alerts.domain.alert import State
from functions.alerts.domain.assessment import Assessment, recheck_after
from functions.alerts.domain.device import Device, Result, Status, Value, Verdict
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


class Site:
    """Devices in a random topology, polled as the poller does, some of which die and return."""

    INTERVAL, CONFIRMATION = 60, 30

    def __init__(self, parents: dict[int, list[int]], phases: list[int]) -> None:
        self.devices = [a_device(f"d{n}", id=DeviceId(UUID(int=n + 1))) for n in range(len(phases))]
        self.above = parents
        self.phases = phases
        self.network = Network(
            *self.devices,
            rules=(a_down_rule(),),
            parents={
                self.devices[n].id: [self.devices[each].id for each in above]
                for n, above in parents.items()
                if above
            },
        )
        self.dead: set[int] = set()
        self.due = {n: float(phase) for n, phase in enumerate(phases)}
        self.fails: dict[int, list[datetime]] = {n: [] for n in range(len(phases))}
        self.paged: list[tuple[int, bool]] = []

    def is_cut(self, number: int) -> bool:
        above = self.above.get(number, [])
        return bool(above) and all(each in self.dead or self.is_cut(each) for each in above)

    def run(self, until: float) -> None:
        """Poll every device when it is due, and let holds end when they are due."""
        while True:
            number = min(self.due, key=lambda each: (self.due[each], each))
            at = self.due[number]
            if at > until:
                return
            self.ring(NOON + seconds(at))
            self.poll(number, at)

    def poll(self, number: int, at: float) -> None:
        now = NOON + seconds(at)
        device = self.devices[number]
        if number in self.dead or self.is_cut(number):
            self.fails[number].append(now)
            count = len(self.fails[number])
            result = down(device, now, since=self.fails[number][0])
            self.assess(now, replace(result, is_hard=count >= 3))
            self.due[number] = at + self.CONFIRMATION
        else:
            self.fails[number] = []
            self.assess(now, up(device, now))
            self.due[number] = at + self.INTERVAL

    def ring(self, now: datetime) -> None:
        for standing in list(self.network.standings.values()):
            if standing.held_until is not None and standing.held_until <= now:
                self.assess(now)
                return

    def assess(self, now: datetime, *results: Result) -> Assessment:
        told = len(self.network.opened)
        done = self.network.assess(now, *results)
        for alert in self.network.opened[told:]:
            number = next(n for n, d in enumerate(self.devices) if d.id == alert.subject.device_id)
            self.paged.append((number, self.is_cut(number)))
        for _ in done.returned:
            self.hold_what_is_hidden(now)
        return done

    def hold_what_is_hidden(self, now: datetime) -> None:
        for device in self.devices:
            standing = self.network.standings[device.id]
            if standing.status is Status.UNREACHABLE:
                until = now + recheck_after(device)
                self.network.standings[device.id] = replace(standing, held_until=until)


@st.composite
def sites(draw: st.DrawFn) -> Site:
    count = draw(st.integers(2, 10))
    parents = {
        n: draw(st.lists(st.integers(0, n - 1), max_size=3, unique=True)) for n in range(1, count)
    }
    phases = draw(st.lists(st.integers(0, 59), min_size=count, max_size=count))
    return Site(parents, phases)


@settings(max_examples=30, deadline=None)
@given(site=sites(), data=st.data())
def test_in_any_topology_roots_are_told_and_what_hangs_on_them_is_not(
    site: Site, data: st.DataObject
) -> None:
    numbers = st.integers(0, len(site.devices) - 1)
    site.run(200)
    site.dead = data.draw(st.sets(numbers, min_size=1))
    roots = {number for number in site.dead if not site.is_cut(number)}
    site.run(600)
    assert {number for number, _ in site.paged} == roots
    assert all(
        site.network.status(device)
        == ("unreachable" if site.is_cut(n) else "offline" if n in site.dead else "online")
        for n, device in enumerate(site.devices)
    )
    assert len(site.paged) == len(roots)

    healed = data.draw(st.sets(st.sampled_from(sorted(site.dead))))
    site.dead -= healed
    site.run(1000)
    still = {number for number in site.dead if not site.is_cut(number)}
    assert {number for number, _ in site.paged} == roots | still
    assert not any(was_cut for _, was_cut in site.paged)

    site.dead = set()
    site.run(1300)
    assert {site.network.status(device) for device in site.devices} == {"online"}
    assert all(not alert.is_open for alert in site.network.alerts.values())


@settings(max_examples=30, deadline=None)
@given(site=sites(), data=st.data())
def test_status_never_goes_back_in_time(site: Site, data: st.DataObject) -> None:
    numbers = st.integers(0, len(site.devices) - 1)
    begun: dict[DeviceId, list[datetime]] = {device.id: [] for device in site.devices}
    for step in range(4):
        site.dead = data.draw(st.sets(numbers))
        site.run(300 * (step + 1))
        for device in site.devices:
            since = site.network.standings[device.id].since
            assert since is not None
            begun[device.id].append(since)
    assert all(a <= b for instants in begun.values() for a, b in pairwise(instants))


def a_fleet(count: int) -> list[Device]:
    return [a_device(f"d{n}", id=DeviceId(UUID(int=n + 1))) for n in range(count)]


def test_a_storm_below_one_dead_router_is_told_once() -> None:
    core, *others = a_fleet(500)
    network = Network(
        core, *others, rules=(a_down_rule(),), parents={each.id: [core.id] for each in others}
    )
    network.assess(NOON, *(up(each, NOON) for each in [core, *others]))
    at = NOON + timedelta(minutes=3)
    network.assess(at, *(down(each, at, since=NOON + seconds(60)) for each in others))
    assert network.opened == []
    network.assess(at, down(core, at, since=NOON + seconds(70)))
    assert [alert.subject.device_name for alert in network.opened] == ["d0"]
    assert network.states().count("suppressed") == 499
