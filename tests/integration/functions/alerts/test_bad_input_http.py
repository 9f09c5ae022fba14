"""What makes no sense is refused with a word on what to do; what would take for ever is not."""

from __future__ import annotations

from datetime import timedelta
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.functions.alerts.callers import a_firing_alert
from tests.integration.functions.alerts.test_workflow_http import a_channel, a_schedule

if TYPE_CHECKING:
    from tests.integration.functions.alerts.place import Place
    from tests.support.http import Client

FAR, NAIVE = "9999-12-31T23:59:59-12:00", "2026-03-02T14:00:00"
# exponential in engines that try again and again
BOMB = "(a*)*(a*)*(a*)*(a|aa)+$"
THRESHOLD = {
    "name": "own",
    "kind": "threshold",
    "metric": "cpu_usage",
    "comparison": ">",
    "threshold": 90,
    "severity": "warning",
}
WINDOW = {
    "name": "w",
    "scope": {},
    "time_zone": "UTC",
    "starts_at": "2026-03-02T01:00:00",
    "duration_seconds": 3600,
}
SILENCE = {
    "comment": "c",
    "matchers": [{"name": "alertname", "value": "x"}],
    "ends_at": "2026-03-03T00:00:00Z",
}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/alert-rules", {**THRESHOLD, "metric": "no_such_metric"}, "metric"),
        ("/alert-rules", {**THRESHOLD, "kind": "missing_data", "window_seconds": 0}, None),
        ("/alert-rules", {**THRESHOLD, "of_last": 0}, "of_last"),
        ("/alert-rules", {**THRESHOLD, "for_seconds": -1}, "for_seconds"),
        ("/silences", {**SILENCE, "ends_at": NAIVE}, "ends_at"),
        ("/silences", {**SILENCE, "ends_at": FAR}, "ends_at"),
        ("/silences", {**SILENCE, "matchers": [{"name": "a", "op": "=~", "value": "(?=a)"}]}, None),
        (
            "/silences",
            {**SILENCE, "matchers": [{"name": "a", "op": "=~", "value": "a{9999}"}]},
            None,
        ),
        ("/maintenance-windows", {**WINDOW, "duration_seconds": 0}, "duration_seconds"),
        ("/maintenance-windows", {**WINDOW, "starts_at": "2026-03-02T01:00:00Z"}, "starts_at"),
        ("/maintenance-windows", {**WINDOW, "starts_at": "0001-01-01T01:00:00"}, "starts_at"),
        (
            "/maintenance-windows",
            {**WINDOW, "recurrence": {"frequency": "daily", "interval": 0}},
            "recurrence.interval",
        ),
        ("/escalation-policies", {"name": "x", "steps": [{"after_seconds": 0}]}, None),
        (
            "/service-levels",
            {"name": "x", "respond_seconds": 0},
            "respond_seconds",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(
    client: Client, path: str, body: dict[str, Any], field: str | None
) -> None:
    answer = client.call("POST", path, body=body)
    assert answer.status in (400, 422), answer.text
    fields = answer.json["error"]["details"]["fields"]
    assert fields
    assert all(each["message"] for each in fields)
    if field is not None:
        assert field in {each["field"] for each in fields}


@pytest.mark.parametrize(
    "change",
    [
        {"from_time": "08:00:00+03:00", "to_time": "18:00:00+03:00"},
        {"starts_at": "0001-01-01T00:00:00"},
        {"starts_at": "9999-12-31T00:00:00"},
        {"starts_at": "2026-01-05T09:00:00Z"},
        {"turn_days": 0},
        {"from_time": "08:00", "to_time": "08:00"},
        {"from_time": "08:00"},
        {"weekdays": [7]},
    ],
)
def test_turns_that_make_no_sense_are_refused(
    place: Place, client: Client, change: dict[str, Any]
) -> None:
    body = a_schedule(a_channel(place))
    body["layers"][0] |= change
    answer = client.call("POST", "/on-call-schedules", body=body)
    assert answer.status == 422, answer.text


def test_a_schedule_with_a_hole_says_where_it_is(place: Place, client: Client) -> None:
    body = a_schedule(a_channel(place), time_zone="UTC")
    body["layers"][0] |= {"from_time": "08:00", "to_time": "18:00"}
    answer = client.call("POST", "/on-call-schedules", body=body)
    (field,) = answer.json["error"]["details"]["fields"]
    assert field["message"] == (
        "Nobody is on call from 2026-03-02 18:00 to 2026-03-03 08:00 UTC; "
        "if so be it, say allow_holes"
    )
    meant = client.call("POST", "/on-call-schedules", body={**body, "allow_holes": True})
    assert meant.status == 201


@pytest.mark.parametrize("at", [FAR, "0001-01-01T00:00:00Z", NAIVE, "soon"])
def test_nobody_is_on_call_at_no_time(place: Place, client: Client, at: str) -> None:
    made = client.call("POST", "/on-call-schedules", body=a_schedule(a_channel(place))).data
    answer = client.call("GET", f"/on-call-schedules/{made['id']}/on-call", query={"at": at})
    assert (answer.status, answer.code) == (422, "INVALID_INPUT")


@pytest.mark.parametrize("until", [FAR, NAIVE, "2020-01-01T00:00:00Z"])
def test_an_alert_is_taken_on_until_a_time_that_comes(
    place: Place, client: Client, until: str
) -> None:
    path = f"/alerts/{a_firing_alert(place)}/acknowledge"
    assert client.call("POST", path, body={"until": until}).status == 422


def test_a_pattern_that_others_choke_on_takes_no_time(place: Place, client: Client) -> None:
    a_firing_alert(place, "a" * 60 + "!")
    matchers = [{"name": "device", "op": "=~", "value": BOMB}]
    began = process_time()
    shown = client.call("POST", "/silences/preview", body={"matchers": matchers})
    assert shown.status == 200, shown.text
    # an engine that backtracks would be at it for years: a minute is a roomy bound
    assert process_time() - began < timedelta(minutes=1).total_seconds()
