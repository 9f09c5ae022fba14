from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from functions.alerts.handlers.http import application
from functions.alerts.handlers.services import Services
from functions.alerts.service.desk import AlertDesk
from functions.alerts.service.rules import RuleService
from tests.integration.functions.alerts.callers import a_firing_alert
from tests.integration.functions.alerts.place import Place, up
from tests.support.clock import NOON
from tests.support.http import Client, FakeAccess, a_principal

if TYPE_CHECKING:
    pass


THRESHOLD = {
    "name": "Busy uplink",
    "metric": "if_out_utilization",
    "entity": "if:ge-0/0/*",
    "comparison": ">",
    "threshold": 80,
    "clear_threshold": 70,
    "for_seconds": 120,
    "severity": "warning",
    "scope": {"tags": ["uplink"]},
}


def test_rules_are_made_changed_and_deleted(client: Client) -> None:
    made = client.call("POST", "/alert-rules", body=THRESHOLD)
    assert made.status == 201, made.text
    path = f"/alert-rules/{made.data['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    assert client.call("POST", "/alert-rules", body=THRESHOLD).code == "ALERT_RULE_ALREADY_EXISTS"
    amended = client.call("PATCH", path, body={"threshold": 90, "clear_threshold": None})
    assert (amended.data["threshold"], amended.data["clear_threshold"]) == (90.0, None)
    assert amended.data["version"] == 2
    replaced = client.call("PUT", path, body={**THRESHOLD, "name": "Uplink", "scope": {}})
    assert replaced.data["scope"]["tags"] == []
    assert client.call("GET", path).data == replaced.data
    assert client.call("DELETE", path).status == 200
    assert client.call("GET", path).status == 404


def test_built_in_rules_are_there_from_the_start_and_cannot_be_deleted(client: Client) -> None:
    rules = client.call("GET", "/alert-rules").data
    assert [rule["name"] for rule in rules] == [
        "CPU busy",
        "Device down",
        "Disk full",
        "High packet loss",
        "Memory full",
        "Slow replies",
    ]
    path = f"/alert-rules/{rules[1]['id']}"
    refused = client.call("DELETE", path)
    assert (refused.status, refused.code) == (409, "ALERT_RULE_BUILT_IN")
    assert client.call("PATCH", path, body={"enabled": False}).data["built_in"] is True
    down_rules = client.call("GET", "/alert-rules", query={"kind": "device_down"}).data
    assert [rule["enabled"] for rule in down_rules] == [False]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"metric": None}, "MISSING_REQUIRED_FIELD"),
        ({"threshold": None}, "MISSING_REQUIRED_FIELD"),
        ({"comparison": "~"}, "INVALID_INPUT"),
        ({"clear_threshold": 85}, "INVALID_INPUT"),
        ({"comparison": "=="}, "INVALID_INPUT"),
        ({"for_seconds": -1}, "INVALID_INPUT"),
        ({"severity": "fatal"}, "INVALID_INPUT"),
        ({"metric": "a b"}, "INVALID_INPUT"),
        ({"name": " "}, "INVALID_INPUT"),
        ({"kind": "device_down"}, "INVALID_INPUT"),
        ({"organization_id": str(uuid4())}, "INVALID_INPUT"),
        ({"scope": {"device_ids": [str(uuid4())]}}, "INVALID_INPUT"),
        ({"scope": {"group_ids": [str(uuid4())]}}, "INVALID_INPUT"),
    ],
)
def test_rules_that_make_no_sense_are_refused(
    client: Client, change: dict[str, Any], code: str
) -> None:
    answer = client.call("POST", "/alert-rules", body={**THRESHOLD, **change})
    assert (answer.status, answer.code) == (422, code), answer.text


def test_disabling_a_rule_resolves_its_alerts(place: Place, client: Client) -> None:
    a_firing_alert(place)
    path = f"/alert-rules/{place.alerts()[0]['rule_id']}"
    client.call("PATCH", path, body={"enabled": False})
    (alert,) = place.alerts()
    assert (alert["state"], alert["reason"]) == ("resolved", "rule_disabled")


def test_an_open_alert_takes_its_rules_new_severity(place: Place, client: Client) -> None:
    a_firing_alert(place)
    path = f"/alert-rules/{place.alerts()[0]['rule_id']}"
    client.call("PATCH", path, body={"severity": "warning"})
    assert place.alerts()[0]["severity"] == "warning"
    assert place.facts()[-1] == "AlertChanged.v1"


def test_a_rule_that_no_longer_covers_a_device_lets_its_alert_go(
    place: Place, client: Client
) -> None:
    a_firing_alert(place)
    path = f"/alert-rules/{place.alerts()[0]['rule_id']}"
    client.call("PATCH", path, body={"scope": {"tags": ["elsewhere"]}})
    assert place.alerts()[0]["reason"] == "rule_changed"


def test_deleting_a_rule_resolves_its_alerts_and_keeps_them(place: Place, client: Client) -> None:
    device_id = place.device(tags=["uplink"])
    rule = client.call(
        "POST",
        "/alert-rules",
        body={**THRESHOLD, "metric": "cpu_load", "entity": "*", "for_seconds": 0},
    ).data
    place.take(up(device_id, NOON, cpu_load=99.0))
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    client.call("DELETE", f"/alert-rules/{rule['id']}")
    (alert,) = place.alerts()
    assert (alert["reason"], alert["rule_id"]) == ("rule_deleted", None)


def test_the_openapi_document_names_every_route(place: Place) -> None:
    user = FakeAccess(a_principal())
    desk = AlertDesk(place.work, place.recorder, place.clock)
    rules = RuleService(place.work, place.recorder, place.clock)
    app = application(lambda: user, Services(desk=lambda: desk, rules=lambda: rules))
    assert len(app.openapi()["paths"]) == 10
