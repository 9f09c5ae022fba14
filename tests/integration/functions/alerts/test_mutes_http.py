from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from netpulse.permissions import Role

from tests.integration.functions.alerts.callers import client_of
from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON
from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from tests.support.http import Client

MINUTE = timedelta(minutes=1)
SILENCE: dict[str, Any] = {
    "matchers": [{"name": "alertname", "op": "=~", "value": "Device.*"}],
    "ends_at": (NOON + 60 * MINUTE).isoformat(),
    "comment": "known",
}
WINDOW: dict[str, Any] = {
    "name": "Works",
    "scope": {"tags": ["kigali"]},
    "time_zone": "Africa/Kigali",
    # Kigali is two hours ahead of UTC
    "starts_at": "2026-03-02T14:05:00",
    "duration_seconds": 3600,
    "recurrence": {"frequency": "weekly", "weekdays": [0, 2]},
}
INHIBITION: dict[str, Any] = {
    "name": "down explains",
    "source_matchers": [{"name": "alert_type", "value": "device_down"}],
    "target_matchers": [{"name": "alert_type", "op": "!=", "value": "device_down"}],
    "equal": ["device_id"],
}


def test_a_silence_is_previewed_made_and_ended(place: Place, client: Client) -> None:
    device_id = place.device("core")
    place.take(up(device_id, NOON))
    place.take(down(device_id, NOON + MINUTE))
    matchers = {"matchers": SILENCE["matchers"]}
    (alert,) = client.call("POST", "/silences/preview", body=matchers).data
    assert (alert["device_name"], alert["state"]) == ("core", "firing")
    made = client.call("POST", "/silences", body=SILENCE)
    assert made.status == 201, made.text
    assert (made.data["state"], made.data["created_by_name"]) == ("active", "Amina")
    assert [each["reason"] for each in place.alerts()] == ["silenced"]
    path = f"/silences/{made.data['id']}"
    assert client.call("GET", path).data == made.data
    listed = client.call("GET", "/silences", query={"state": "active"})
    assert listed.data == [made.data]
    longer = {**SILENCE, "ends_at": (NOON + 90 * MINUTE).isoformat()}
    assert client.call("PUT", path, body=longer).data["comment"] == "known"
    assert client.call("DELETE", path).data["state"] == "expired"
    assert [each["reason"] for each in place.alerts()] == ["silence_ended"]
    assert client.call("DELETE", path).code == "SILENCE_EXPIRED"
    # it was told before, so it is told no second time
    assert place.facts().count("AlertOpened.v1") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"matchers": []},
        {"matchers": [{"name": "a", "op": "=~", "value": "("}]},
        {"matchers": [{"name": "a", "op": "=~", "value": ".*"}]},
        {"matchers": [{"name": "a b", "value": "c"}]},
        {"matchers": [{"name": "a", "op": "~", "value": "c"}]},
        {"ends_at": NOON.isoformat()},
        {"ends_at": "2026-03-02T14:00:00"},
        {"ends_at": None},
        {"starts_at": "2027-03-02T14:00:00Z"},
        {"ends_at": "2036-03-02T14:00:00Z"},
    ],
)
def test_a_silence_that_makes_no_sense_is_refused(client: Client, change: dict[str, Any]) -> None:
    refused = client.call("POST", "/silences", body={**SILENCE, **change})
    assert (refused.status, refused.json["error"]["details"]["fields"] != []) == (422, True)


def test_maintenance_is_planned_held_and_deleted(place: Place, client: Client) -> None:
    device_id = place.device("core", tags=["kigali"])
    place.take(up(device_id, NOON))
    made = client.call("POST", "/maintenance-windows", body=WINDOW)
    assert made.status == 201, made.text
    assert made.data["active"] is False
    assert [each["begins_at"] for each in made.data["upcoming"]][:2] == [
        "2026-03-02T12:05:00Z",
        "2026-03-04T12:05:00Z",
    ]
    place.clock.advance(5 * MINUTE)
    place.ring()
    place.take(down(device_id, NOON + 6 * MINUTE))
    assert [each["reason"] for each in place.alerts()] == ["maintenance"]
    periods = place.sql(
        "SELECT status, maintenance FROM netpulse.status_periods WHERE device_id = %s "
        "ORDER BY began_at",
        device_id,
    )
    marks = [(each["status"], each["maintenance"]) for each in periods]
    assert marks == [("online", False), ("online", True), ("offline", True)]
    place.clock.advance(2 * MINUTE)
    path = f"/maintenance-windows/{made.data['id']}"
    assert client.call("GET", path).data["active"] is True
    assert client.call("PUT", path, body={**WINDOW, "name": "Longer"}).data["name"] == "Longer"
    assert client.call("DELETE", path).status == 200
    assert client.call("GET", path).code == "MAINTENANCE_WINDOW_NOT_FOUND"
    assert [each["state"] for each in place.alerts()] == ["firing"]
    assert client.call("GET", "/maintenance-windows").data == []
    ended = place.sql("SELECT maintenance FROM netpulse.device_status WHERE maintenance")
    assert ended == []


@pytest.mark.parametrize(
    "change",
    [
        {"scope": {}},
        {"scope": {"device_ids": [str(uuid4())]}},
        {"time_zone": "Kigali"},
        {"time_zone": "../etc/passwd"},
        {"starts_at": "2026-03-02T14:05:00Z"},
        {"duration_seconds": 0},
        {"recurrence": {"frequency": "yearly"}},
        {"recurrence": {"frequency": "daily", "interval": 0}},
        {"recurrence": {"frequency": "daily", "weekdays": [1]}},
        {"recurrence": {"frequency": "weekly", "weekdays": [7]}},
        {"recurrence": {"frequency": "weekly", "month_day": 3}},
        {"recurrence": {"frequency": "daily", "until": "2026-01-01"}},
    ],
)
def test_a_window_that_makes_no_sense_is_refused(client: Client, change: dict[str, Any]) -> None:
    refused = client.call("POST", "/maintenance-windows", body={**WINDOW, **change})
    assert (refused.status, refused.code) == (422, "INVALID_INPUT"), refused.text


def test_inhibition_rules_are_kept(client: Client) -> None:
    made = client.call("POST", "/inhibition-rules", body=INHIBITION)
    assert made.status == 201, made.text
    again = client.call("POST", "/inhibition-rules", body=INHIBITION)
    assert (again.status, again.code) == (409, "INHIBITION_RULE_ALREADY_EXISTS")
    path = f"/inhibition-rules/{made.data['id']}"
    off = client.call("PUT", path, body={**INHIBITION, "enabled": False})
    assert client.call("GET", "/inhibition-rules").data == [off.data]
    assert client.call("DELETE", path).status == 200
    assert client.call("DELETE", path).code == "INHIBITION_RULE_NOT_FOUND"


def test_those_who_may_only_look_change_nothing_and_strangers_see_nothing(place: Place) -> None:
    made = client_of(place).call("POST", "/silences", body=SILENCE).data
    viewer = client_of(place, role=Role.VIEWER)
    assert viewer.call("GET", f"/silences/{made['id']}").status == 200
    assert viewer.call("POST", "/silences", body=SILENCE).status == 403
    assert viewer.call("POST", "/maintenance-windows", body=WINDOW).status == 403
    stranger = client_of(place, organization_id=new_organization(place.postgres))
    assert stranger.call("GET", f"/silences/{made['id']}").code == "SILENCE_NOT_FOUND"
    assert stranger.call("GET", "/silences").data == []
