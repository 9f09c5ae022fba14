from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse.permissions import Role

from tests.integration.functions.alerts.callers import client_of
from tests.integration.functions.alerts.place import down, up
from tests.integration.functions.alerts.test_incidents import a_dead_core
from tests.support.clock import NOON
from tests.support.organizations import new_organization, new_user

if TYPE_CHECKING:
    from tests.integration.functions.alerts.place import Place
    from tests.support.http import Client

MINUTE = timedelta(minutes=1)
ACTIONS = ("acknowledge", "unacknowledge", "resolve")


def the_incident(client: Client) -> str:
    (incident,) = client.call("GET", "/incidents", query={"state": "open"}).data
    return f"/incidents/{incident['id']}"


def states(client: Client) -> list[tuple[str, str, bool]]:
    found = client.call("GET", "/alerts", query={"sort": "state"}).data
    return [(each["state"], each["reason"], each["acknowledged"]) for each in found]


def test_an_incident_is_taken_on_given_and_spoken_of(place: Place, client: Client) -> None:
    core, others = a_dead_core(place, count=2)
    path = the_incident(client)
    body = {"note": "on my way", "until": (NOON + 30 * MINUTE).isoformat(), "until_worse": True}
    taken = client.call("POST", f"{path}/acknowledge", body=body)
    assert taken.status == 200, taken.text
    assert (taken.data["acknowledged"], taken.data["acknowledge_note"]) == (True, "on my way")
    assert taken.data["acknowledged_until"] == "2026-03-02T12:30:00Z"
    assert taken.data["acknowledged_by_name"]
    assert states(client) == [
        ("acknowledged", "acknowledged", True),
        *[("suppressed", "parent_down", True)] * 2,
    ]
    member = new_user(place.postgres, place.organization_id)
    given = client.call("POST", f"{path}/assign", body={"user_id": str(member), "note": "yours"})
    assert given.data["assigned_to_name"] == "Amina"
    said = client.call("POST", f"{path}/comments", body={"text": "a digger at km 4"})
    assert said.status == 201
    assert client.call("GET", f"{path}/comments").data == [said.data]
    timeline = client.call("GET", f"{path}/timeline").data
    mine = [each["kind"] for each in timeline if each["alert_id"] is None]
    assert mine == ["opened", "acknowledged", "assigned", "comment"]
    assert timeline[-1]["actor_name"]
    assert client.call("GET", path).data["seq"] == 3
    place.clock.advance(31 * MINUTE)
    place.ring()
    assert states(client)[0][:2] == ("firing", "acknowledgement_ended")
    assert client.call("GET", path).data["acknowledged"] is False
    later = NOON + 33 * MINUTE
    place.take(*(up(each, later) for each in (core, *others)))
    assert client.call("POST", f"{path}/acknowledge").code == "INCIDENT_ALREADY_RESOLVED"
    # what there is to say may still be said
    assert client.call("POST", f"{path}/comments", body={"text": "spliced"}).status == 201


def test_an_incident_is_given_back_and_declared_over(place: Place, client: Client) -> None:
    core, others = a_dead_core(place, count=1)
    path = the_incident(client)
    assert client.call("POST", f"{path}/unacknowledge").code == "INCIDENT_NOT_ACKNOWLEDGED"
    assert client.call("POST", f"{path}/acknowledge").status == 200
    assert client.call("POST", f"{path}/unacknowledge").data["acknowledged"] is False
    assert states(client)[0][:2] == ("firing", "unacknowledged")
    over = client.call("POST", f"{path}/resolve", body={"note": "known"})
    assert (over.data["state"], over.data["reason"]) == ("resolved", "resolved_by_hand")
    assert [state for state, *_ in states(client)] == ["resolved"] * 2
    devices = client.call("GET", f"{path}/devices").data
    assert all(each["left_at"] for each in devices)
    again = NOON + 2 * MINUTE
    place.take(*(down(each, again) for each in (core, *others)))
    assert client.call("GET", "/incidents", query={"state": "open"}).data == []
    assert place.incident_facts()[-1]["type"] == "IncidentResolved.v1"
    assert client.call("POST", f"{path}/resolve").code == "INCIDENT_ALREADY_RESOLVED"


def test_what_people_do_with_incidents_is_audited(place: Place, client: Client) -> None:
    a_dead_core(place, count=0)
    path = the_incident(client)
    client.call("POST", f"{path}/acknowledge", body={"note": "mine"})
    rows = place.sql(
        "SELECT action, target_type FROM netpulse.audit_log WHERE organization_id = %s",
        place.organization_id,
    )
    assert {"action": "incident.updated", "target_type": "incident"} in rows


def test_a_promise_is_shown_with_its_incident(place: Place, client: Client) -> None:
    level = {"name": "Gold", "respond_seconds": 900, "restore_seconds": 3600}
    assert client.call("POST", "/service-levels", body=level).status == 201
    a_dead_core(place, count=1)
    path = the_incident(client)
    shown = client.call("GET", f"{path}/service-level").data
    assert (shown["name"], shown["respond_by"]) == ("Gold", "2026-03-02T12:15:00Z")
    place.clock.advance(8 * MINUTE)
    place.ring()
    place.clock.advance(8 * MINUTE)
    place.ring()
    late = client.call("GET", f"{path}/service-level").data
    assert (late["is_response_late"], late["is_restoration_late"]) == (True, False)
    notes = [each["text"] for each in client.call("GET", f"{path}/timeline").data]
    assert notes[-1] == "Gold: not taken on within 15 min"


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("acknowledge", {"until": "2026-03-02T14:00:00"}),
        ("acknowledge", {"until": "2020-01-01T00:00:00Z"}),
        ("acknowledge", {"until_better": True}),
        ("assign", {}),
        ("assign", {"user_id": "somebody"}),
        ("comments", {"text": " "}),
        ("resolve", {"note": 7}),
    ],
)
def test_what_makes_no_sense_is_refused(
    place: Place, client: Client, action: str, body: dict[str, object]
) -> None:
    a_dead_core(place, count=0)
    assert client.call("POST", f"{the_incident(client)}/{action}", body=body).status == 422


def test_an_incident_is_given_to_no_stranger_and_handled_by_nobody_elses(
    place: Place, client: Client
) -> None:
    a_dead_core(place, count=0)
    path = the_incident(client)
    refused = client.call("POST", f"{path}/assign", body={"user_id": str(uuid4())})
    assert (refused.status, refused.code) == (404, "USER_NOT_FOUND")
    stranger = client_of(place, organization_id=new_organization(place.postgres))
    viewer = client_of(place, role=Role.VIEWER)
    for action in ACTIONS:
        assert stranger.call("POST", f"{path}/{action}").code == "INCIDENT_NOT_FOUND"
        assert viewer.call("POST", f"{path}/{action}").status == 403
        assert client.call("POST", f"/incidents/none/{action}").code == "INCIDENT_NOT_FOUND"
    for part in ("comments", "service-level"):
        assert stranger.call("GET", f"{path}/{part}").code == "INCIDENT_NOT_FOUND"
