from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.integration.functions.alerts.callers import a_firing_alert
from tests.support.clock import NOON
from tests.support.organizations import new_organization, new_user

if TYPE_CHECKING:
    from netpulse.ids import UserId

    from tests.integration.functions.alerts.place import Place
    from tests.support.http import Client

MINUTE = timedelta(minutes=1)


def a_channel(place: Place) -> str:
    channel_id = str(uuid4())
    place.sql(
        "INSERT INTO netpulse.notification_channels (id, organization_id, name, kind, config, "
        "severities) VALUES (%s, %s, %s, 'email', %s, '{critical}')",
        channel_id,
        place.organization_id,
        f"mail {channel_id}",
        '{"to": ["amina@example.org"]}',
    )
    return channel_id


def a_schedule(channel_id: str, **given: Any) -> dict[str, Any]:
    member = {"name": "Amina", "channel_ids": [channel_id]}
    layer = {"members": [member], "starts_at": "2026-01-05T09:00:00"}
    return {"name": "NOC", "time_zone": "Africa/Nairobi", "layers": [layer], **given}


def test_an_alert_is_given_spoken_of_and_taken_on_until_a_time(
    place: Place, client: Client
) -> None:
    alert_id = a_firing_alert(place)
    member = new_user(place.postgres, place.organization_id)
    path = f"/alerts/{alert_id}"
    given = client.call("POST", f"{path}/assign", body={"user_id": str(member), "note": "yours"})
    assert (given.data["assigned_to"], given.data["assigned_to_name"]) == (str(member), "Amina")
    stranger = client.call("POST", f"{path}/assign", body={"user_id": str(uuid4())})
    assert (stranger.status, stranger.code) == (404, "USER_NOT_FOUND")
    made = client.call("POST", f"{path}/comments", body={"text": "cable cut at km 4"})
    assert made.status == 201
    assert client.call("GET", f"{path}/comments").data == [made.data]
    assert client.call("POST", f"{path}/comments", body={"text": " "}).status == 422
    until = (NOON + 30 * MINUTE).isoformat()
    taken = client.call("POST", f"{path}/acknowledge", body={"until": until, "until_worse": True})
    assert (taken.data["acknowledged_until"], taken.data["acknowledged_until_worse"]) == (
        "2026-03-02T12:30:00Z",
        True,
    )
    place.clock.advance(31 * MINUTE)
    place.ring()
    again = client.call("GET", path).data
    assert (again["state"], again["reason"]) == ("firing", "acknowledgement_ended")
    naive = client.call("POST", f"{path}/acknowledge", body={"until": "2026-03-02T14:00:00"})
    assert naive.status == 422


def test_whoever_is_on_call_is_told_of_what_nobody_takes_on(place: Place, client: Client) -> None:
    channel_id = a_channel(place)
    schedule = client.call("POST", "/on-call-schedules", body=a_schedule(channel_id))
    assert schedule.status == 201, schedule.text
    assert schedule.data["on_call"]["name"] == "Amina"
    path = f"/on-call-schedules/{schedule.data['id']}"
    assert client.call("GET", path).data == schedule.data
    told = client.call("GET", f"{path}/on-call", query={"at": "2026-03-02T12:00:00Z", "days": "1"})
    assert told.data["on_call"]["channel_ids"] == [channel_id]
    step = {"after_seconds": 300, "schedule_ids": [schedule.data["id"]]}
    policy = client.call("POST", "/escalation-policies", body={"name": "call", "steps": [step]})
    assert policy.status == 201, policy.text
    alert_id = a_firing_alert(place)
    place.clock.advance(6 * MINUTE)
    place.ring()
    assert place.facts()[-1] == "AlertEscalated.v1"
    assert place.bus.published[-1].data["channel_ids"] == [channel_id]
    history = client.call("GET", f"/alerts/{alert_id}/history").data
    assert (history[-1]["reason"], history[-1]["note"]) == (
        "escalated",
        "Nobody is on it: call, step 1",
    )
    assert client.call("DELETE", path).code == "ON_CALL_SCHEDULE_IN_USE"
    policy_path = f"/escalation-policies/{policy.data['id']}"
    changed = {"name": "call", "steps": [step], "enabled": False}
    assert client.call("PUT", policy_path, body=changed).data["enabled"] is False
    assert client.call("DELETE", policy_path).status == 200
    assert client.call("GET", "/escalation-policies").data == []
    longer = a_schedule(channel_id, time_zone="UTC")
    assert client.call("PUT", path, body=longer).data["time_zone"] == "UTC"
    assert client.call("DELETE", path).status == 200
    assert client.call("GET", path).code == "ON_CALL_SCHEDULE_NOT_FOUND"


def test_who_is_on_call_is_a_member(place: Place, client: Client) -> None:
    channel_id = a_channel(place)
    member = new_user(place.postgres, place.organization_id, "operator")
    stranger = new_user(place.postgres, new_organization(place.postgres), "operator")

    def on_call(user_id: UserId) -> dict[str, Any]:
        who = {"name": "Amina", "user_id": str(user_id), "channel_ids": [channel_id]}
        layer = {"members": [who], "starts_at": "2026-01-05T09:00:00"}
        return a_schedule(channel_id, layers=[layer])

    refused = client.call("POST", "/on-call-schedules", body=on_call(stranger))
    assert (refused.status, refused.code) == (422, "INVALID_INPUT")
    assert client.call("POST", "/on-call-schedules", body=on_call(member)).status == 201


@pytest.mark.parametrize(
    "change",
    [
        {"time_zone": "Nowhere"},
        {"layers": []},
        {"layers": [{"members": [], "starts_at": "2026-01-05T09:00:00"}]},
        {"overrides": [{"member": {"name": "B", "channel_ids": []}}]},
        {"name": ""},
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(
    place: Place, client: Client, change: dict[str, Any]
) -> None:
    body = a_schedule(a_channel(place), **change)
    assert client.call("POST", "/on-call-schedules", body=body).status == 422


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{"after_seconds": 60}],
        [{"after_seconds": -1, "channel_ids": [str(uuid4()) for _ in range(1)]}],
    ],
    ids=["none", "nobody", "before"],
)
def test_a_policy_that_makes_no_sense_is_refused(client: Client, steps: list[Any]) -> None:
    refused = client.call("POST", "/escalation-policies", body={"name": "x", "steps": steps})
    assert refused.status == 422


def test_service_levels_are_kept_and_shown_with_an_alert(place: Place, client: Client) -> None:
    body = {"name": "Gold", "respond_seconds": 900, "channel_ids": [a_channel(place)]}
    made = client.call("POST", "/service-levels", body=body)
    assert made.status == 201, made.text
    alert_id = a_firing_alert(place)
    shown = client.call("GET", f"/alerts/{alert_id}/service-level").data
    assert (shown["name"], shown["respond_by"], shown["is_response_late"]) == (
        "Gold",
        "2026-03-02T12:15:00Z",
        False,
    )
    place.clock.advance(8 * MINUTE)
    place.ring()
    history = client.call("GET", f"/alerts/{alert_id}/history").data
    assert history[-1]["note"] == "Gold: 50 % of 15 min to be taken on are gone"
    path = f"/service-levels/{made.data['id']}"
    assert client.call("PUT", path, body={**body, "restore_seconds": 3600}).status == 200
    assert len(client.call("GET", "/service-levels").data) == 1
    assert client.call("DELETE", path).status == 200
    assert client.call("DELETE", path).code == "SERVICE_LEVEL_NOT_FOUND"
    figures = client.call("GET", "/alerts/statistics").data
    assert (figures["alerts"], figures["acknowledged"]) == (1, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"respond_seconds": None},
        {"respond_seconds": 0},
        {"hours": {"time_zone": "UTC", "weekdays": [], "from_time": "8:00", "to_time": "9:00"}},
        {"hours": {"time_zone": "UTC", "weekdays": [0], "from_time": "09:00", "to_time": "08:00"}},
        {"channel_ids": ["6f1a3c52-6c1e-4d0a-9a3e-0d5a8c6f1b77"]},
    ],
)
def test_a_service_level_that_makes_no_sense_is_refused(
    client: Client, change: dict[str, Any]
) -> None:
    body = {"name": "Gold", "respond_seconds": 900, **change}
    assert client.call("POST", "/service-levels", body=body).status == 422
