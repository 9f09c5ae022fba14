from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from netpulse.permissions import Role

from tests.integration.functions.alerts.callers import a_firing_alert, client_of
from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON
from tests.support.http import Client

if TYPE_CHECKING:
    pass


def test_alerts_are_listed_with_their_devices_and_rules(place: Place, client: Client) -> None:
    alert_id = a_firing_alert(place)
    answer = client.call("GET", "/alerts")
    assert answer.status == 200
    (alert,) = answer.data
    assert alert["id"] == alert_id
    assert alert["device_name"] == "core-router-1"
    assert alert["rule_name"] == "Device down"
    assert alert["alert_type"] == "device_down"
    assert (alert["state"], alert["severity"]) == ("firing", "critical")
    assert answer.json["pagination"]["total"] == 1
    again = client.call("GET", "/alerts", headers={"if-none-match": answer.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"state": "firing"}, 1),
        ({"state": "resolved,acknowledged"}, 0),
        ({"severity": "critical"}, 1),
        ({"severity": "warning"}, 0),
        ({"acknowledged": "false"}, 1),
        ({"resolved": "true"}, 0),
        ({"search": "CORE"}, 1),
        ({"search": "100%_"}, 0),
        ({"since": "2020-01-01T00:00:00Z"}, 1),
        ({"until": "2020-01-01T00:00:00Z"}, 0),
        ({"sort": "-severity"}, 1),
        ({"alert_type": "threshold"}, 0),
    ],
)
def test_filters_choose_alerts(
    place: Place, client: Client, query: dict[str, str], count: int
) -> None:
    a_firing_alert(place)
    answer = client.call("GET", "/alerts", query=query)
    assert answer.status == 200, answer.text
    assert len(answer.data) == count


@pytest.mark.parametrize(
    "query",
    [
        {"state": "open"},
        {"severity": "fatal"},
        {"since": "2020-01-01T00:00:00"},
        {"sort": "message"},
        {"device_id": "x"},
        {"per_page": "201"},
    ],
)
def test_filters_that_make_no_sense_are_refused(client: Client, query: dict[str, str]) -> None:
    assert client.call("GET", "/alerts", query=query).status == 422


def test_a_person_acknowledges_gives_back_and_resolves(place: Place, client: Client) -> None:
    alert_id = a_firing_alert(place)
    taken = client.call("POST", f"/alerts/{alert_id}/acknowledge", body={"note": "on my way"})
    assert taken.status == 200, taken.text
    assert taken.data["state"] == "acknowledged"
    assert taken.data["acknowledged_by_name"] == "Amina"
    assert taken.data["acknowledge_note"] == "on my way"
    assert client.call("POST", f"/alerts/{alert_id}/acknowledge").data["seq"] == taken.data["seq"]
    back = client.call("POST", f"/alerts/{alert_id}/unacknowledge")
    assert (back.data["state"], back.data["acknowledged"]) == ("firing", False)
    assert client.call("POST", f"/alerts/{alert_id}/unacknowledge").code == (
        "ALERT_NOT_ACKNOWLEDGED"
    )
    over = client.call("POST", f"/alerts/{alert_id}/resolve", body={"note": "replaced"})
    assert over.data["state"] == "resolved"
    for action in ("acknowledge", "unacknowledge", "resolve"):
        again = client.call("POST", f"/alerts/{alert_id}/{action}")
        assert (again.status, again.code) == (409, "ALERT_ALREADY_RESOLVED")
    assert place.facts()[-4:] == [
        "AlertOpened.v1",
        "AlertAcknowledged.v1",
        "AlertChanged.v1",
        "AlertResolved.v1",
    ]
    history = client.call("GET", f"/alerts/{alert_id}/history", query={"limit": "3"})
    assert [step["to_state"] for step in history.data] == ["firing", "acknowledged", "firing"]
    assert history.data[1]["actor_name"] == "Amina"
    rest = client.call(
        "GET",
        f"/alerts/{alert_id}/history",
        query={"cursor": history.json["pagination"]["next_cursor"]},
    )
    assert [(step["reason"], step["note"]) for step in rest.data] == [
        ("resolved_by_hand", "replaced")
    ]


def test_an_alert_resolved_by_hand_stays_quiet_until_it_was_clear_once(
    place: Place, client: Client
) -> None:
    device_id = place.device()
    place.take(down(device_id, NOON))
    alert_id = place.alerts()[0]["id"]
    client.call("POST", f"/alerts/{alert_id}/resolve")
    place.take(down(device_id, NOON + timedelta(seconds=60)))
    assert len(place.alerts()) == 1
    place.take(up(device_id, NOON + timedelta(seconds=120)))
    place.take(down(device_id, NOON + timedelta(seconds=240)))
    assert [alert["state"] for alert in place.alerts()] == ["resolved", "firing"]


def test_many_are_acknowledged_at_once_and_each_says_what_became_of_it(
    place: Place, client: Client
) -> None:
    first, second = a_firing_alert(place, "one"), a_firing_alert(place, "two")
    client.call("POST", f"/alerts/{second}/resolve")
    unknown = str(uuid4())
    answer = client.call(
        "POST", "/alerts/acknowledge", body={"alert_ids": [first, second, unknown, first]}
    )
    outcomes = {item["alert_id"]: (item["error"] or {}).get("code") for item in answer.data}
    assert outcomes == {first: None, second: "ALERT_ALREADY_RESOLVED", unknown: "ALERT_NOT_FOUND"}
    assert answer.data[0]["alert"]["state"] == "acknowledged"
    too_many = {"alert_ids": [str(uuid4()) for _ in range(201)]}
    assert client.call("POST", "/alerts/acknowledge", body=too_many).status == 422


def test_the_summary_counts_open_alerts(place: Place, client: Client) -> None:
    first = a_firing_alert(place, "one")
    a_firing_alert(place, "two")
    client.call("POST", f"/alerts/{first}/acknowledge")
    summary = client.call("GET", "/alerts/summary").data
    assert (summary["open"], summary["critical"], summary["unacknowledged"]) == (2, 2, 1)
    assert summary["by_state"] == {"pending": 0, "firing": 1, "acknowledged": 1, "suppressed": 0}
    assert summary["by_severity"] == {"info": 0, "warning": 0, "critical": 2}


def test_another_organisation_sees_and_touches_nothing(place: Place, postgres: Any) -> None:
    alert_id = a_firing_alert(place)
    rule_id = str(place.alerts()[0]["rule_id"])
    other = Place(postgres)
    stranger = client_of(place, organization_id=other.organization_id)
    assert stranger.call("GET", "/alerts").data == []
    assert stranger.call("GET", "/alerts/summary").data["open"] == 0
    for method, path in [
        ("GET", f"/alerts/{alert_id}"),
        ("GET", f"/alerts/{alert_id}/history"),
        ("POST", f"/alerts/{alert_id}/acknowledge"),
        ("POST", f"/alerts/{alert_id}/unacknowledge"),
        ("POST", f"/alerts/{alert_id}/resolve"),
    ]:
        answer = stranger.call(method, path)
        assert (answer.status, answer.code) == (404, "ALERT_NOT_FOUND"), path
    for method in ("GET", "DELETE"):
        answer = stranger.call(method, f"/alert-rules/{rule_id}")
        assert (answer.status, answer.code) == (404, "ALERT_RULE_NOT_FOUND")
    own = place.device("own")
    body = {
        "name": "x",
        "kind": "device_down",
        "severity": "info",
        "scope": {"device_ids": [str(own)]},
    }
    assert stranger.call("POST", "/alert-rules", body=body).status == 422
    assert place.alerts()[0]["state"] == "firing"


def test_viewers_may_look_but_not_act(place: Place) -> None:
    alert_id = a_firing_alert(place)
    viewer = client_of(place, role=Role.VIEWER)
    assert viewer.call("GET", f"/alerts/{alert_id}").status == 200
    assert viewer.call("POST", f"/alerts/{alert_id}/acknowledge").status == 403
    assert viewer.call("POST", "/alert-rules", body={}).status == 403


def test_ids_that_are_none_are_not_found(client: Client) -> None:
    assert client.call("GET", "/alerts/none").code == "ALERT_NOT_FOUND"
    assert client.call("GET", "/alert-rules/none").code == "ALERT_RULE_NOT_FOUND"
    assert client.call("GET", f"/alerts/{uuid4()}/history").code == "ALERT_NOT_FOUND"
