from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions.alerts.domain.hour import HOUR, whole_hour
from functions.alerts.service.learning import BaselineWatch
from tests.integration.functions.alerts.place import up

if TYPE_CHECKING:
    from netpulse.ids import DeviceId

    from tests.integration.functions.alerts.place import Place
    from tests.support.http import Client

RULE: dict[str, Any] = {
    "name": "Odd CPU",
    "kind": "anomaly",
    "metric": "cpu_usage",
    "severity": "warning",
    "sensitivity": "medium",
    "direction": "above",
}


@pytest.fixture
def core(place: Place) -> DeviceId:
    """Return a device with two weeks of CPU at 20 to 24 percent."""
    device_id = place.device("core")
    end = whole_hour(place.clock.now())
    series = place.series(device_id, "cpu_usage")
    hours = [(end - n * HOUR, 20.0 + n % 5) for n in range(14 * 24, 0, -1)]
    place.hours(series, [(at, value - 1, value, value + 1) for at, value in hours])
    return device_id


def learn(place: Place) -> None:
    BaselineWatch(place.work, place.clock).learn(place.organization_id)


def test_a_rule_made_by_the_api_fires_on_a_spike_and_resolves(
    place: Place, client: Client, core: DeviceId
) -> None:
    made = client.call("POST", "/alert-rules", body=RULE)
    assert made.status == 201, made.text
    ours = made.data["id"]
    path = f"/alert-rules/{ours}/baseline"
    before = client.call("GET", path, query={"device_id": str(core)})
    assert (before.data["points"], before.data["ready"]) == ([], False)
    learn(place)
    shown = client.call("GET", path, query={"device_id": str(core)}).data
    assert (shown["learnt_hours"], shown["ready"]) == (14 * 24, True)
    assert len(shown["points"]) == 48
    assert all(p["lower"] < 20 < p["expected"] < 24 < p["upper"] < 30 for p in shown["points"])

    place.take(up(core, place.clock.now(), cpu_usage=24.0))
    assert mine(place, ours) == []
    place.clock.advance(timedelta(minutes=1))
    place.take(up(core, place.clock.now(), cpu_usage=70.0))
    (alert,) = mine(place, ours)
    assert (alert["alert_type"], alert["state"], alert["value"]) == ("anomaly", "firing", 70.0)
    assert "CPU is 70 %, expected 2" in alert["message"]
    assert "usual are 1" in alert["message"]
    place.clock.advance(timedelta(minutes=1))
    place.take(up(core, place.clock.now(), cpu_usage=22.0))
    (alert,) = mine(place, ours)
    assert alert["state"] == "resolved"


def test_an_hour_more_is_learnt_from_the_hour_alone(
    place: Place, client: Client, core: DeviceId
) -> None:
    assert client.call("POST", "/alert-rules", body=RULE).status == 201
    learn(place)
    (before,) = place.sql("SELECT * FROM netpulse.baselines WHERE device_id = %s", core)
    assert (before["hours"], len(before["expected"]), len(before["state"])) == (336, 168, 203)
    # nobody learns from what is over twice, whatever becomes of it
    place.sql(
        "DELETE FROM netpulse.rollups_1h WHERE device_number = "
        "(SELECT number FROM netpulse.devices WHERE id = %s)",
        core,
    )
    place.clock.advance(HOUR)
    begin = whole_hour(place.clock.now()) - HOUR
    (series,) = place.sql("SELECT id FROM netpulse.series WHERE device_id = %s", core)
    place.hours(series["id"], [(begin, 21.0, 22.0, 23.0)])
    learn(place)
    (after,) = place.sql("SELECT * FROM netpulse.baselines WHERE device_id = %s", core)
    assert (after["hours"], after["learnt_until"]) == (337, begin + HOUR)


def test_a_band_is_refused_where_there_is_none(
    place: Place, client: Client, core: DeviceId
) -> None:
    rules = client.call("GET", "/alert-rules", query={"kind": "device_down"}).data
    path = f"/alert-rules/{rules[0]['id']}/baseline"
    refused = client.call("GET", path, query={"device_id": str(core)})
    assert (refused.status, refused.code) == (409, "ALERT_RULE_HAS_NO_BASELINE")
    ours = client.call("POST", "/alert-rules", body=RULE).data["id"]
    path = f"/alert-rules/{ours}/baseline"
    stranger = client.call("GET", path, query={"device_id": ours})
    assert (stranger.status, stranger.code) == (404, "DEVICE_NOT_FOUND")
    naive = client.call("GET", path, query={"device_id": str(core), "since": "2026-03-01T00:00:00"})
    assert naive.status == 422
    assert client.call("GET", path).status == 422
    other = client.call("GET", path, query={"device_id": str(core), "entity": "if:eth0"})
    assert (other.status, other.code) == (404, "SERIES_NOT_FOUND")


def test_a_rule_about_the_unusual_is_kept_as_it_was_described(client: Client) -> None:
    body = {**RULE, "history_hours": 72, "least_deviation": 5, "breaches": 2, "of_last": 3}
    made = client.call("POST", "/alert-rules", body=body).data
    kept = client.call("GET", f"/alert-rules/{made['id']}").data
    assert {name: kept[name] for name in body} == body
    patched = client.call("PATCH", f"/alert-rules/{made['id']}", body={"sensitivity": "high"}).data
    assert (patched["sensitivity"], patched["direction"]) == ("high", "above")
    bad = client.call("POST", "/alert-rules", body={**RULE, "threshold": 3, "name": "Other"})
    assert bad.status == 422
    assert "has no threshold" in bad.text


def mine(place: Place, rule_id: str) -> list[dict[str, Any]]:
    """Return the alerts of one rule."""
    return [each for each in place.alerts() if str(each["rule_id"]) == rule_id]
