"""Tests of channels, notifications and access over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from netpulse.permissions import Role

from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import DeliveryState
from functions.notify.domain.message import Answer, DeliveryError
from functions.notify.handlers.http import application
from tests.support.http import FakeAccess, a_principal
from tests.support.notify import (
    a_channel,
    a_delivery,
    a_problem,
)
from tests.unit.functions.notify.handlers.api import EMAIL, SMS, Api


def test_a_test_message_shows_the_providers_answer(api: Api) -> None:
    made = api.create(EMAIL)
    answer = api.call("POST", f"/notification-channels/{made['id']}/test")
    assert answer.status == 200
    [result] = answer.data["results"]
    assert result["accepted"] is True
    assert result["provider_message_id"] == "id-1"
    assert result["answer"] == {"status": 202, "body": "taken"}
    assert api.sender.sent[0].subject == "[TEST] NetPulse channel NOC works"
    [listed] = api.call("GET", "/notifications").data
    assert (listed["purpose"], listed["state"]) == ("test", "sent")


def test_a_refused_test_message_is_a_502_with_the_providers_words(api: Api) -> None:
    made = api.create({**SMS, "config": {"to": ["+254700000001", "+254700000002"]}})
    refused = Answer(status=401, body="The supplied authentication is invalid")
    api.sender.refusals = [DeliveryError("refused: invalid", answer=refused)]
    answer = api.call("POST", f"/notification-channels/{made['id']}/test")
    assert (answer.status, answer.code) == (502, "EXTERNAL_SERVICE_ERROR")
    results = answer.json["error"]["details"]["results"]
    assert sorted(result["accepted"] for result in results) == [False, True]
    assert refused.shown() in [result["answer"] for result in results]
    assert api.work.states() == ["dead", "sent"]
    assert api.queue.sent == []


def test_notifications_are_filtered_shown_and_sent_again(api: Api) -> None:
    channel, problem = a_channel(ChannelKind.SMS), a_problem()
    dead = a_delivery(
        channel,
        state=DeliveryState.DEAD,
        last_error="InvalidPhoneNumber",
        body="x" * 161,
        attempts=3,
    )
    with api.work(a_principal().organization_id) as work:
        work.channels.save(channel)
        work.deliveries.add(dead, [problem])
        sent = replace(
            a_delivery(channel, state=DeliveryState.SENT), created_at=dead.created_at + timedelta(1)
        )
        work.deliveries.add(sent, [a_problem()])
    listed = api.call("GET", "/notifications", query={"per_page": "1"})
    assert [one["id"] for one in listed.data] == [str(sent.id)]
    assert listed.json["pagination"]["total"] == 2
    for query in ({"state": "dead"}, {"alert_id": str(problem.alert_id)}):
        [found] = api.call("GET", "/notifications", query=query).data
        assert found["id"] == str(dead.id)
    assert found["sms_segments"] == 2
    assert found["alert_ids"] == [str(problem.alert_id)]
    assert api.call("GET", f"/notifications/{dead.id}").data == found
    again = api.call("POST", f"/notifications/{dead.id}/retry")
    assert (again.status, again.data["state"], again.data["attempts"]) == (200, "queued", 0)
    assert [one for one, _ in api.queue.sent] == [dead.id]
    conflict = api.call("POST", f"/notifications/{sent.id}/retry")
    assert (conflict.status, conflict.code) == (409, "NOTIFICATION_NOT_RETRYABLE")


@pytest.mark.parametrize(
    "query", [{"state": "lost"}, {"channel_id": "7"}, {"page": "0"}, {"per_page": "201"}]
)
def test_strange_filters_are_refused(api: Api, query: dict[str, str]) -> None:
    assert api.call("GET", "/notifications", query=query).status == 422


def test_only_admins_write_and_viewers_read_nothing(api: Api) -> None:
    some = uuid4()
    writes = [
        ("POST", "/notification-channels"),
        ("PUT", f"/notification-channels/{some}"),
        ("PATCH", f"/notification-channels/{some}"),
        ("DELETE", f"/notification-channels/{some}"),
        ("POST", f"/notification-channels/{some}/test"),
        ("POST", f"/notifications/{some}/retry"),
    ]
    for method, path in writes:
        for role in (Role.OPERATOR, Role.VIEWER, Role.API_USER):
            answer = api.call(method, path, role=role, body={})
            assert (answer.status, answer.code) == (403, "INSUFFICIENT_PERMISSIONS")
    assert api.call("GET", "/notifications", role=Role.OPERATOR).status == 200
    assert api.call("GET", "/notifications", role=Role.VIEWER).status == 403


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/notification-channels/{}", "NOTIFICATION_CHANNEL_NOT_FOUND"),
        ("DELETE", "/notification-channels/{}", "NOTIFICATION_CHANNEL_NOT_FOUND"),
        ("POST", "/notification-channels/{}/test", "NOTIFICATION_CHANNEL_NOT_FOUND"),
        ("GET", "/notifications/{}", "NOTIFICATION_NOT_FOUND"),
        ("POST", "/notifications/{}/retry", "NOTIFICATION_NOT_FOUND"),
    ],
)
def test_what_does_not_exist_is_not_found(api: Api, method: str, path: str, code: str) -> None:
    answer = api.call(method, path.format(uuid4()))
    assert (answer.status, answer.code) == (404, code)


def test_the_interface_describes_itself(api: Api) -> None:
    app = application(lambda: FakeAccess(None), api.services)
    assert len(app.openapi()["paths"]) == 7
