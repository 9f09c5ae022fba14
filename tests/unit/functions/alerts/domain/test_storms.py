from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from netpulse.ids import DeviceId

from functions.alerts.domain.assessment import Assessment, recheck_after
from functions.alerts.domain.device import Device, Result, Status
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import (
    Network,
    a_device,
    a_down_rule,
    down,
    seconds,
    up,
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


def check_incidents(site: Site) -> None:
    """Every device that is down is in one incident, whose root bars the way to it."""
    found = site.network.open_incidents()
    dead = {n for n in range(len(site.devices)) if n in site.dead or site.is_cut(n)}
    barring = {f"d{n}" for n in site.dead if not site.is_cut(n)}
    assert set(found) == barring
    inside = sorted([*found, *(name for names in found.values() for name in names)])
    assert inside == sorted(f"d{n}" for n in dead)
    for incident in site.network.incidents.values():
        if incident.is_open and incident.root_device_id:
            name = site.network.devices[incident.root_device_id].name
            assert incident.affected == len(found[name])


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
    check_incidents(site)

    healed = data.draw(st.sets(st.sampled_from(sorted(site.dead))))
    site.dead -= healed
    site.run(1000)
    still = {number for number in site.dead if not site.is_cut(number)}
    assert {number for number, _ in site.paged} == roots | still
    assert not any(was_cut for _, was_cut in site.paged)
    check_incidents(site)

    site.dead = set()
    site.run(1300)
    assert {site.network.status(device) for device in site.devices} == {"online"}
    assert all(not alert.is_open for alert in site.network.alerts.values())
    assert site.network.open_incidents() == {}
    assert site.network.places == {}


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
