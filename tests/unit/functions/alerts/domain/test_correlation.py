from __future__ import annotations

from datetime import timedelta

from functions.alerts.domain.correlation import Correlation
from functions.alerts.domain.incident import IncidentReason
from functions.alerts.domain.topology import cut_off
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import (
    Network,
    a_device,
    a_down_rule,
    down,
    seconds,
    up,
)

MINUTE = timedelta(minutes=1)


def a_chain() -> tuple[Network, list]:  # type: ignore[type-arg]
    """Return core <- distribution <- access 1 and 2, all of which are up."""
    core, hub, one, two = (a_device(name) for name in ("core", "hub", "one", "two"))
    network = Network(
        core,
        hub,
        one,
        two,
        rules=(a_down_rule(),),
        parents={hub.id: [core.id], one.id: [hub.id], two.id: [hub.id]},
    )
    network.assess(NOON, *(up(each, NOON) for each in (core, hub, one, two)))
    return network, [core, hub, one, two]


def test_an_outage_is_one_incident_that_names_its_root_and_counts_what_it_took() -> None:
    network, (core, hub, one, two) = a_chain()
    at = NOON + MINUTE
    since = at - seconds(30)
    network.assess(at, up(core, at), *(down(each, at, since=since) for each in (hub, one, two)))
    assert network.open_incidents() == {"hub": ("one", "two")}
    (incident,) = network.incidents.values()
    assert incident.title == "hub (198.51.100.5) is down"
    assert (incident.affected, incident.most_affected, incident.began_at) == (2, 2, since)
    later = at + MINUTE
    network.assess(later, up(hub, later), up(one, later), up(two, later), up(core, later))
    (over,) = network.incidents.values()
    assert (over.resolved_at, over.reason) == (later, IncidentReason.RECOVERED)
    assert (over.affected, over.most_affected) == (0, 2)


def test_an_incident_gets_another_root_when_its_own_turns_out_to_hang_on_one() -> None:
    network, (core, hub, one, two) = a_chain()
    at = NOON + MINUTE
    network.assess(at, up(core, at), down(hub, at - seconds(30)), down(one, at))
    assert network.open_incidents() == {"hub": ("one",)}
    (first,) = network.incidents.values()
    later = at + MINUTE
    network.assess(later, down(core, later, since=at - seconds(40)), down(two, later))
    assert network.open_incidents() == {"core": ("hub", "one", "two")}
    (incident,) = network.incidents.values()
    assert (incident.id, incident.reason) == (first.id, IncidentReason.ROOT_FOUND)
    assert incident.affected == 3


def test_two_incidents_become_one_when_they_turn_out_to_have_one_root() -> None:
    core, left, right = (a_device(name) for name in ("core", "left", "right"))
    network = Network(
        core,
        left,
        right,
        rules=(a_down_rule(),),
        parents={left.id: [core.id], right.id: [core.id]},
    )
    network.assess(NOON, *(up(each, NOON) for each in (core, left, right)))
    at = NOON + MINUTE
    network.assess(at, up(core, at), down(left, at - seconds(30)), down(right, at - seconds(30)))
    assert network.open_incidents() == {"left": (), "right": ()}
    later = at + MINUTE
    network.assess(later, down(core, later, since=at - seconds(40)))
    assert network.open_incidents() == {"core": ("left", "right")}
    merged = [each for each in network.incidents.values() if each.merged_into]
    assert [each.reason for each in merged] == [IncidentReason.MERGED]


def test_what_is_still_down_when_its_root_returns_goes_on_with_a_root_of_its_own() -> None:
    network, (core, hub, one, two) = a_chain()
    at = NOON + MINUTE
    since = at - seconds(30)
    network.assess(at, up(core, at), *(down(each, at, since=since) for each in (hub, one, two)))
    later = at + 2 * MINUTE
    network.assess(later, up(core, later), up(hub, later), up(two, later))
    assert network.open_incidents() == {"hub": ("one",)}
    last = later + 2 * MINUTE
    network.assess(last, up(core, last - MINUTE), up(hub, last - MINUTE))
    network.assess(last, up(core, last), up(hub, last), down(one, last, since=at))
    assert network.open_incidents() == {"one": ()}
    over, rest = network.incidents.values()
    assert (over.title, over.reason) == ("hub (198.51.100.5) is down", IncidentReason.RECOVERED)
    assert (over.affected, over.most_affected, over.resolved_at) == (0, 2, last)
    assert (rest.reason, rest.began_at) == (IncidentReason.ROOT_RETURNED, at)
    assert (rest.affected, rest.most_affected) == (0, 0)


def test_what_hangs_on_a_device_that_is_still_down_when_its_root_returns_goes_on_with_it() -> None:
    network, (core, hub, one, two) = a_chain()
    at = NOON + MINUTE
    since = at - seconds(30)
    every = (core, hub, one, two)
    network.assess(at, *(down(each, at, since=since) for each in every))
    assert network.open_incidents() == {"core": ("hub", "one", "two")}
    later = at + 2 * MINUTE
    network.assess(later, up(core, later))
    last = later + 2 * MINUTE
    network.assess(last, up(core, last), down(hub, last, since=since))
    assert network.open_incidents() == {"hub": ("one", "two")}
    over, rest = network.incidents.values()
    assert (over.root_device_id, over.most_affected) == (core.id, 3)
    assert (rest.affected, rest.most_affected) == (2, 2)


def test_two_that_are_still_down_when_their_root_returns_are_two_incidents() -> None:
    network, (core, hub, one, two) = a_chain()
    at = NOON + MINUTE
    since = at - seconds(30)
    network.assess(at, up(core, at), *(down(each, at, since=since) for each in (hub, one, two)))
    later = at + 2 * MINUTE
    network.assess(later, up(core, later), up(hub, later))
    last = later + 2 * MINUTE
    both = (down(each, last, since=since) for each in (one, two))
    network.assess(last, up(core, last), up(hub, last), *both)
    assert network.open_incidents() == {"one": (), "two": ()}
    assert [each.affected for each in network.incidents.values()] == [0, 0, 0]


def test_only_what_has_no_other_way_is_cut_off() -> None:
    core, other, hub, both = (a_device(name).id for name in ("core", "other", "hub", "both"))
    parents = {hub: [core], both: [core, other]}
    assert cut_off([core], parents, below=[hub, both]) == {core: 1}
    deep = {hub: [core], both: [hub]}
    assert cut_off([core], deep, below=[both, hub]) == {core: 2}
    assert cut_off([core, other], parents, below=[hub, both])[core] >= 1


def test_an_alert_of_what_hangs_on_a_root_belongs_to_its_incident() -> None:
    network, (core, hub, one, two) = a_chain()
    at = NOON + MINUTE
    done = network.assess(at, up(core, at), down(hub, at, since=at - seconds(30)))
    correlation = Correlation(
        now=at,
        incidents=network.incidents.values(),
        places=network.places,
        parents=network.parents,
        standing_of=done.standing_of,
        named=network.devices,
    )
    (incident_id,) = network.incidents
    found = [correlation.incident_of(each.id) for each in (core, hub, one, two)]
    assert found == [None, incident_id, incident_id, incident_id]


def test_a_device_that_comes_and_goes_within_one_look_was_in_no_incident() -> None:
    network, (core, hub, one, two) = a_chain()
    at = NOON + MINUTE
    since = at - seconds(30)
    network.assess(at, up(core, at), *(down(each, at, since=since) for each in (hub, one)))
    later = at + MINUTE
    network.assess(later, up(core, later), up(hub, later), up(one, later), up(two, later))
    assert network.open_incidents() == {}
    # what hangs on nothing that is down leaves nothing when it returns
    network.assess(later + MINUTE, up(two, later + MINUTE))
    assert network.open_incidents() == {}


def test_a_device_returns_from_an_incident_that_was_declared_over() -> None:
    network, (core, hub, *_) = a_chain()
    at = NOON + MINUTE
    network.assess(at, up(core, at), down(hub, at, since=at - seconds(30)))
    (incident_id,) = network.incidents
    back = network.assess(at + MINUTE, up(hub, at + MINUTE))
    correlation = Correlation(
        now=at + MINUTE,
        incidents=[],
        places={hub.id: incident_id},
        parents=network.parents,
        standing_of=back.standing_of,
        named=network.devices,
    )
    correlation.take([hub.id])
    assert correlation.left == {hub.id: incident_id}
    assert correlation.entries == []
