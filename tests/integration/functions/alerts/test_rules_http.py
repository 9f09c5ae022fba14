from __future__ import annotations

from datetime import timedelta
from math import nan
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.integration.functions.alerts.callers import a_firing_alert
from tests.integration.functions.alerts.place import Place, up
from tests.support.clock import NOON

if TYPE_CHECKING:
    from netpulse.ids import DeviceId

    from tests.support.http import Client

MINUTE = timedelta(minutes=1)

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
    assert {"CPU busy", "Device down", "Hot", "Link went down"} < {rule["name"] for rule in rules}
    assert all(rule["built_in"] for rule in rules)
    own = next(rule for rule in rules if rule["name"] == "Device down")
    path = f"/alert-rules/{own['id']}"
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


def test_the_rules_of_a_device_are_those_whose_scope_holds_it(place: Place, client: Client) -> None:
    client.call("POST", "/alert-rules", body=THRESHOLD)
    for name, tags in (("access", []), ("core", ["uplink"])):
        query = {"device_id": str(place.device(name, tags=tags)), "search": "Busy uplink"}
        found = client.call("GET", "/alert-rules", query=query)
        assert [rule["name"] for rule in found.data] == (["Busy uplink"] if tags else [])
    unknown = client.call("GET", "/alert-rules", query={"device_id": str(uuid4())})
    assert (unknown.status, unknown.code) == (404, "DEVICE_NOT_FOUND")


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
        body={**THRESHOLD, "metric": "http_status", "entity": "*", "for_seconds": 0},
    ).data
    place.take(up(device_id, NOON, http_status=500.0))
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    client.call("DELETE", f"/alert-rules/{rule['id']}")
    (alert,) = place.alerts()
    assert (alert["reason"], alert["rule_id"]) == ("rule_deleted", None)


def test_a_device_may_have_thresholds_of_its_own(place: Place, client: Client) -> None:
    device_id, other_id = place.device("core"), place.device("edge")
    body = {**THRESHOLD, "metric": "http_response_ms", "entity": "*", "for_seconds": 0, "scope": {}}
    rule = client.call("POST", "/alert-rules", body=body).data
    path = f"/alert-rules/{rule['id']}/overrides/{device_id}"
    made = client.call("PUT", path, body={"threshold": 300, "clear_threshold": 200})
    assert made.status == 200, made.text
    assert [each["threshold"] for each in made.data["overrides"]] == [300.0]
    place.take(up(device_id, NOON, http_response_ms=250.0))
    assert place.alerts() == []
    place.take(up(other_id, NOON, http_response_ms=250.0))
    assert [alert["device_id"] for alert in place.alerts()] == [other_id]
    assert client.call("PUT", path, body={"enabled": False}).status == 200
    place.take(up(device_id, NOON + MINUTE, http_response_ms=999.0))
    assert len(place.alerts()) == 1
    # describing the rule anew leaves devices their own
    replaced = client.call("PUT", f"/alert-rules/{rule['id']}", body={**body, "name": "Slow"})
    assert [each["enabled"] for each in replaced.data["overrides"]] == [False]
    assert client.call("DELETE", path).data["overrides"] == []
    assert client.call("DELETE", path).code == "ALERT_RULE_OVERRIDE_NOT_FOUND"


@pytest.mark.parametrize(
    "override",
    [
        {"clear_threshold": 5},
        {"threshold": 50, "clear_threshold": 60},
        {"threshold": "high"},
        {"for_seconds": -1},
        {"severity": "critical"},
    ],
)
def test_an_override_that_makes_no_sense_is_refused(
    place: Place, client: Client, override: dict[str, Any]
) -> None:
    rule = client.call("POST", "/alert-rules", body={**THRESHOLD, "name": "Own"}).data
    path = f"/alert-rules/{rule['id']}/overrides/{place.device()}"
    refused = client.call("PUT", path, body=override)
    assert (refused.status, refused.code) == (422, "INVALID_INPUT")
    stranger = f"/alert-rules/{rule['id']}/overrides/{uuid4()}"
    assert client.call("PUT", stranger, body={"threshold": 1}).code == "DEVICE_NOT_FOUND"


def test_every_version_of_a_rule_is_kept_with_who_saved_it(client: Client) -> None:
    rule = client.call("POST", "/alert-rules", body={**THRESHOLD, "name": "Kept"}).data
    path = f"/alert-rules/{rule['id']}"
    client.call("PATCH", path, body={"threshold": 85})
    client.call("PATCH", path, body={"enabled": False})
    versions = client.call("GET", f"{path}/versions").data
    assert [each["version"] for each in versions] == [3, 2, 1]
    assert [each["threshold"] for each in versions] == [85.0, 85.0, 80.0]
    assert [each["enabled"] for each in versions] == [False, True, True]
    assert versions[0]["saved_by"]
    assert versions[0]["saved_by_name"]


KINDS: list[dict[str, Any]] = [
    {"kind": "rate", "metric": "temperature_celsius", "comparison": ">", "threshold": 0.1},
    {
        "kind": "delta",
        "metric": "temperature_celsius",
        "comparison": ">",
        "threshold": 5,
        "window_seconds": 600,
    },
    {
        "kind": "percent_of_speed",
        "metric": "if_in_bps",
        "comparison": ">",
        "threshold": 90,
        "critical_threshold": 97,
        "speed_bps": 2e7,
    },
    {"kind": "missing_data", "metric": "cpu_usage", "window_seconds": 900},
    {
        "kind": "forecast",
        "metric": "disk_usage",
        "comparison": ">",
        "threshold": 97,
        "window_seconds": 259_200,
    },
    {"kind": "status_change", "metric": "ifOperStatus", "from_value": 1, "to_value": 2},
    {
        "kind": "threshold",
        "metric": "cpu_usage",
        "comparison": ">",
        "threshold": 90,
        "breaches": 3,
        "of_last": 5,
        "clears": 2,
        "keep_firing_for_seconds": 300,
    },
]


@pytest.mark.parametrize("body", KINDS, ids=lambda body: body["kind"])
def test_a_rule_of_each_kind_is_kept_as_it_was_given(client: Client, body: dict[str, Any]) -> None:
    given = {"name": f"own {body['kind']}", "severity": "warning", **body}
    made = client.call("POST", "/alert-rules", body=given)
    assert made.status == 201, made.text
    found = client.call("GET", f"/alert-rules/{made.data['id']}").data
    assert {name: found[name] for name in given} == given


def test_without_a_speed_of_its_own_the_share_is_the_interfaces(client: Client) -> None:
    body = {"name": "share", "severity": "warning", **KINDS[2], "speed_bps": None}
    made = client.call("POST", "/alert-rules", body=body)
    assert made.data["metric"] == "if_in_utilization"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "rate", "from_value": 1},
        {"kind": "missing_data", "threshold": None, "comparison": None, "window_seconds": 0},
        {"kind": "missing_data", "window_seconds": 600},
        {"kind": "status_change"},
        {"kind": "percent_of_speed", "metric": "cpu_usage"},
        {"window_seconds": 60},
        {"kind": "forecast", "clear_threshold": None, "window_seconds": 60},
        {"kind": "forecast", "clear_threshold": None, "comparison": "==", "window_seconds": 7200},
        {"speed_bps": 1e6},
        {"breaches": 3, "of_last": 2},
        {"breaches": 0},
        {"critical_threshold": 70},
        {"critical_threshold": 95, "severity": "critical"},
        {"critical_threshold": 95, "comparison": "==", "clear_threshold": None},
        {"metric": "cpu_usaeg"},
    ],
)
def test_parts_that_do_not_fit_together_are_refused(client: Client, change: dict[str, Any]) -> None:
    refused = client.call("POST", "/alert-rules", body={**THRESHOLD, **change})
    assert (refused.status, refused.code) == (422, "INVALID_INPUT"), refused.text


def test_an_unknown_metric_is_refused_with_the_nearest_known(client: Client) -> None:
    refused = client.call("POST", "/alert-rules", body={**THRESHOLD, "metric": "cpu_usaeg"})
    (field,) = refused.json["error"]["details"]["fields"]
    assert field["message"] == "No device has a metric cpu_usaeg; did you mean cpu_usage?"


def test_a_rule_is_tried_on_what_was_measured(place: Place, client: Client) -> None:
    device_id = place.device("core")
    remember(place, device_id, "http_response_ms", [50.0, 900.0, 950.0, 50.0, nan])
    body = {
        **THRESHOLD,
        "metric": "http_response_ms",
        "entity": "*",
        "for_seconds": 60,
        "scope": {},
    }
    found = client.call("POST", "/alert-rules/dry-run", body={"rule": body, "days": 2})
    assert found.status == 200, found.text
    assert (found.data["opened"], found.data["resolved"], found.data["values"]) == (1, 1, 4)
    (alert,) = found.data["alerts"]
    assert (alert["device_name"], alert["notifications"]) == ("core", 2)
    made = client.call("POST", "/alert-rules", body=body).data
    again = client.call("POST", f"/alert-rules/{made['id']}/dry-run", body={"days": 2})
    assert again.data["alerts"] == found.data["alerts"]
    assert client.call("POST", f"/alert-rules/{uuid4()}/dry-run").code == "ALERT_RULE_NOT_FOUND"
    refused = client.call("POST", "/alert-rules/dry-run", body={"rule": body, "days": 31})
    assert refused.code == "INVALID_INPUT"
    assert place.alerts() == []


def remember(place: Place, device_id: DeviceId, metric: str, values: list[float]) -> None:
    """Keep values as a poller would, a minute apart, an hour before now."""
    begin = place.clock.now() - timedelta(hours=1)
    (numbers,) = place.sql(
        "SELECT d.number AS device, o.number AS organization FROM netpulse.devices d "
        "JOIN netpulse.organizations o ON o.id = d.organization_id WHERE d.id = %s",
        device_id,
    )
    place.sql(
        "INSERT INTO netpulse.series (organization_id, device_id, device_number, metric, kind, "
        "block, position) VALUES (%s, %s, %s, %s, 'gauge', 1, 1)",
        place.organization_id,
        device_id,
        numbers["device"],
        metric,
    )
    place.sql(
        "SELECT netpulse.ensure_sample_partitions(%s::date, %s::date)", begin, place.clock.now()
    )
    for number, value in enumerate(values):
        place.sql(
            "INSERT INTO netpulse.samples (organization_number, device_number, block, slot_at, "
            "values) VALUES (%s, %s, 1, %s, %s)",
            numbers["organization"],
            numbers["device"],
            begin + number * MINUTE,
            [value],
        )
