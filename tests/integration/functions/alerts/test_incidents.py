from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from netpulse.permissions import Role

from tests.integration.functions.alerts.callers import client_of
from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON
from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from netpulse.ids import DeviceId

    from tests.support.http import Client

MINUTE = timedelta(minutes=1)


def a_dead_core(place: Place, *, count: int = 3) -> tuple[DeviceId, list[DeviceId]]:
    core = place.device("core")
    others = [place.device(f"access {n}", parents=[core]) for n in range(count)]
    place.take(*(up(each, NOON) for each in (core, *others)))
    at = NOON + MINUTE
    place.take(*(down(each, at) for each in (core, *others)))
    return core, others


def test_an_outage_is_shown_as_one_incident_and_told_once(place: Place, client: Client) -> None:
    core, others = a_dead_core(place)
    (incident,) = client.call("GET", "/incidents").data
    assert (incident["root_device_id"], incident["state"]) == (str(core), "open")
    assert (incident["affected"], incident["alerts"]) == (3, 4)
    path = f"/incidents/{incident['id']}"
    assert client.call("GET", path).data == incident
    devices = client.call("GET", f"{path}/devices").data
    assert [each["name"] for each in devices] == ["core", "access 0", "access 1", "access 2"]
    assert [each["status"] for each in devices] == ["offline", *["unreachable"] * 3]
    assert place.facts().count("AlertOpened.v1") == 1
    (told,) = client.call("GET", "/alerts", query={"state": "firing"}).data
    assert told["incident_id"] == incident["id"]
    assert told["message"].endswith("; 3 devices behind it cut off")
    found = client.call("GET", "/alerts", query={"incident_id": incident["id"]})
    assert found.json["pagination"]["total"] == 4
    kinds = [each["type"] for each in place.incident_facts()]
    assert kinds == ["IncidentOpened.v1"]

    later = NOON + 3 * MINUTE
    place.take(*(up(each, later) for each in (core, *others)))
    over = client.call("GET", path).data
    assert (over["state"], over["affected"], over["most_affected"]) == ("resolved", 0, 3)
    timeline = client.call("GET", f"{path}/timeline").data
    assert [each["kind"] for each in timeline] == [
        "opened",
        "root returned",
        "resolved",
        "firing",
        "resolved",
    ]
    short = client.call("GET", f"{path}/timeline", query={"limit": "2"})
    assert len(short.data) == 2
    rest = {"cursor": short.json["pagination"]["next_cursor"]}
    assert client.call("GET", f"{path}/timeline", query=rest).data == timeline[2:]
    assert place.incident_facts()[-1]["type"] == "IncidentResolved.v1"


def test_other_alerts_below_a_dead_root_belong_to_its_incident(place: Place) -> None:
    backup = place.device("backup")
    core = place.device("core")
    edge = place.device("edge", parents=[core, backup])
    place.take(*(up(each, NOON) for each in (core, backup, edge)))
    at = NOON + MINUTE
    place.take(down(core, at))
    place.take(up(edge, at, uptime_seconds=5.0))
    links = {alert["device_id"]: alert["incident_id"] for alert in place.alerts()}
    assert links[edge] == links[core] is not None


def test_merged_incidents_hold_the_devices_and_alerts_of_both(place: Place, client: Client) -> None:
    core = place.device("core")
    left, right = (place.device(name, parents=[core]) for name in ("left", "right"))
    place.take(*(up(each, NOON) for each in (core, left, right)))
    at = NOON + MINUTE
    place.take(up(core, at))
    place.clock.advance(3 * MINUTE)
    place.take(*(down(each, at, since=NOON + timedelta(seconds=30)) for each in (left, right)))
    assert len(client.call("GET", "/incidents", query={"state": "open"}).data) == 2
    place.take(down(core, at + MINUTE, since=NOON + timedelta(seconds=70)))
    (incident,) = client.call("GET", "/incidents", query={"state": "open"}).data
    assert (incident["root_name"], incident["affected"], incident["alerts"]) == ("core", 2, 3)
    (merged,) = client.call("GET", "/incidents", query={"state": "resolved"}).data
    assert (merged["reason"], merged["merged_into"]) == ("merged", incident["id"])


def test_what_stays_down_when_the_root_returns_is_an_incident_of_its_own(
    place: Place, client: Client
) -> None:
    core, (first, second, third) = a_dead_core(place)
    back = NOON + 3 * MINUTE
    place.take(up(core, back), up(third, back))
    still = back + 2 * MINUTE
    place.clock.advance(5 * MINUTE)
    place.take(up(core, still), *(down(each, still, since=NOON) for each in (first, second)))
    (over,) = client.call("GET", "/incidents", query={"state": "resolved"}).data
    rest = client.call("GET", "/incidents", query={"state": "open"}).data
    assert (over["root_name"], over["state"], over["reason"]) == ("core", "resolved", "recovered")
    assert (over["affected"], over["most_affected"]) == (0, 3)
    assert {each["root_name"] for each in rest} == {"access 0", "access 1"}
    assert {(each["state"], each["affected"], each["alerts"]) for each in rest} == {("open", 0, 1)}
    devices = client.call("GET", f"/incidents/{over['id']}/devices").data
    assert len(devices) == 4
    assert all(each["left_at"] for each in devices)
    for each in rest:
        (only,) = client.call("GET", f"/incidents/{each['id']}/devices").data
        assert (only["name"], only["left_at"]) == (each["root_name"], None)


def test_a_retired_root_ends_its_incident(place: Place, client: Client) -> None:
    core, _ = a_dead_core(place, count=0)
    place.sql("UPDATE netpulse.devices SET retired_at = now() WHERE id = %s", core)
    place.watch.device_changed(place.organization_id, [core])
    (incident,) = client.call("GET", "/incidents").data
    assert incident["state"] == "resolved"


def test_incidents_of_others_are_not_there(place: Place) -> None:
    a_dead_core(place)
    (incident,) = client_of(place).call("GET", "/incidents").data
    stranger = client_of(place, organization_id=new_organization(place.postgres))
    assert stranger.call("GET", "/incidents").data == []
    for path in ("", "/devices", "/timeline"):
        found = stranger.call("GET", f"/incidents/{incident['id']}{path}")
        assert (found.status, found.code) == (404, "INCIDENT_NOT_FOUND")
    assert client_of(place).call("GET", "/incidents/nothing").code == "INCIDENT_NOT_FOUND"
    assert client_of(place, role=Role.API_USER).call("GET", "/incidents").status == 403


def test_outages_that_have_nothing_to_do_with_each_other_begin_and_end_apart(
    place: Place, client: Client
) -> None:
    here, there = place.device("here"), place.device("there")
    place.take(up(here, NOON), up(there, NOON))
    # each in a batch of its own: what is not in a batch is not looked at
    place.take(down(here, NOON + MINUTE))
    place.take(down(there, NOON + 2 * MINUTE))
    states = {each["title"]: each["state"] for each in client.call("GET", "/incidents").data}
    assert states == {
        "here (198.51.100.1) is down": "open",
        "there (198.51.100.2) is down": "open",
    }
    place.take(up(here, NOON + 3 * MINUTE))
    states = {each["title"]: each["state"] for each in client.call("GET", "/incidents").data}
    assert states == {
        "here (198.51.100.1) is down": "resolved",
        "there (198.51.100.2) is down": "open",
    }
    place.take(up(there, NOON + 4 * MINUTE))
    assert {each["state"] for each in client.call("GET", "/incidents").data} == {"resolved"}
    types = [each["type"].partition(".")[0] for each in place.incident_facts()]
    assert types == ["IncidentOpened"] * 2 + ["IncidentResolved"] * 2


def test_a_device_returns_from_an_incident_that_was_declared_over_long_ago(
    place: Place, client: Client
) -> None:
    core, others = a_dead_core(place)
    (incident,) = client.call("GET", "/incidents").data
    client.call("POST", f"/incidents/{incident['id']}/resolve", body={"note": "known"})
    later = NOON + 3 * MINUTE
    place.take(*(up(each, later) for each in (core, *others)))
    assert place.status(core) == "online"
    # the next outage is one of its own
    place.take(*(down(each, later + MINUTE) for each in (core, *others)))
    (fresh, old) = client.call("GET", "/incidents").data
    assert (fresh["state"], old["state"]) == ("open", "resolved")
    assert fresh["affected"] == 3
