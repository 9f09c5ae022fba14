from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON

if TYPE_CHECKING:
    from netpulse.ids import DeviceId

    from tests.support.http import Client

MINUTE = timedelta(minutes=1)


def a_group(place: Place, name: str, *members: DeviceId) -> str:
    group_id = uuid4()
    place.sql(
        "INSERT INTO netpulse.device_groups (id, organization_id, name) VALUES (%s, %s, %s)",
        group_id,
        place.organization_id,
        name,
    )
    for member in members:
        place.sql(
            "INSERT INTO netpulse.device_group_members (organization_id, group_id, device_id) "
            "VALUES (%s, %s, %s)",
            place.organization_id,
            group_id,
            member,
        )
    return str(group_id)


def an_outage(place: Place, device_id: DeviceId, *, minutes: int) -> None:
    begin = place.clock.now()
    place.take(down(device_id, begin))
    place.clock.advance(minutes * MINUTE)
    place.take(up(device_id, place.clock.now()))


def test_times_are_told_apart_by_device_group_rule_type_and_period(
    place: Place, client: Client
) -> None:
    core, edge = place.device("core"), place.device("edge")
    place.take(up(core, NOON - MINUTE), up(edge, NOON - MINUTE))
    both = a_group(place, "all", core, edge)
    one = a_group(place, "edges", edge)
    an_outage(place, core, minutes=10)
    place.clock.advance(10 * MINUTE)
    an_outage(place, core, minutes=20)
    an_outage(place, edge, minutes=30)
    place.clock.advance(timedelta(days=1))
    devices = client.call("GET", "/alerts/statistics/device").data
    assert [
        (each["name"], each["alerts"], each["mean_seconds_to_restore"]) for each in devices
    ] == [
        ("core", 2, 900.0),
        ("edge", 1, 1800.0),
    ]
    assert devices[0]["mean_seconds_between_failures"] == 600.0
    groups = client.call("GET", "/alerts/statistics/group").data
    assert [(each["key"], each["name"], each["alerts"]) for each in groups] == [
        (both, "all", 3),
        (one, "edges", 1),
    ]
    (rule,) = client.call("GET", "/alerts/statistics/rule").data
    assert (rule["name"], rule["alerts"]) == ("Device down", 3)
    (kind,) = client.call("GET", "/alerts/statistics/type").data
    assert (kind["key"], kind["alerts"]) == ("device_down", 3)
    for by, key in (("day", "2026-03-02"), ("week", "2026-03-02"), ("month", "2026-03-01")):
        (part,) = client.call("GET", f"/alerts/statistics/{by}").data
        assert (part["key"], part["alerts"]) == (key, 3)
    whole = client.call("GET", "/alerts/statistics", query={"group_id": one}).data
    assert (whole["alerts"], whole["mean_seconds_to_restore"]) == (1, 1800.0)
    short = client.call("GET", "/alerts/statistics/device", query={"limit": "1"}).data
    assert short == devices[:1]


def test_who_takes_an_alert_on_twice_did_so_the_first_time(place: Place, client: Client) -> None:
    core = place.device("core")
    place.take(down(core, NOON))
    path = f"/alerts/{place.alerts()[0]['id']}"
    place.clock.advance(2 * MINUTE)
    client.call("POST", f"{path}/acknowledge")
    client.call("POST", f"{path}/unacknowledge")
    place.clock.advance(8 * MINUTE)
    client.call("POST", f"{path}/acknowledge")
    figures = client.call("GET", "/alerts/statistics").data
    assert figures["mean_seconds_to_acknowledge"] == 120.0


@pytest.mark.parametrize(
    ("by", "query"),
    [
        ("colour", {}),
        ("device", {"time_zone": "Nowhere"}),
        ("device", {"limit": "0"}),
        ("device", {"since": "2026-03-02T12:00:00"}),
        ("device", {"since": "0001-01-01T00:00:00Z"}),
        ("device", {"group_id": "all"}),
    ],
)
def test_figures_that_nobody_can_mean_are_refused(
    client: Client, by: str, query: dict[str, str]
) -> None:
    answer = client.call("GET", f"/alerts/statistics/{by}", query=query)
    assert (answer.status, answer.code) == (422, "INVALID_INPUT"), answer.text
