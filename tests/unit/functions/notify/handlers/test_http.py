"""Channels and notifications over HTTP, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from netpulse.networks import AddressPolicy, parse_networks
from netpulse.permissions import Role

from functions.notify.domain.channel import Kind
from functions.notify.domain.delivery import State
from functions.notify.domain.message import Answer, DeliveryError
from functions.notify.handlers.http import application
from functions.notify.handlers.services import Services
from functions.notify.service import ChannelService, ChannelTrial, DeliveryService, Dispatcher
from functions.notify.templates.renderer import TemplateRenderer
from tests.support.clock import FakeClock
from tests.support.http import Answer as HttpAnswer
from tests.support.http import Client, FakeAccess, a_principal
from tests.support.notify import (
    FakeSender,
    MemoryQueue,
    MemoryWork,
    PlainVault,
    a_channel,
    a_delivery,
    a_problem,
)

EMAIL = {"name": "NOC", "kind": "email", "config": {"to": ["amina@example.org"]}}
SMS = {"name": "Phones", "kind": "sms", "config": {"to": ["+254700000001"]}}
WEBHOOK = {
    "name": "Hook",
    "kind": "webhook",
    "config": {"url": "https://hooks.example.org/in", "secret": "hush-hush"},
}


class Api:
    """The interface over memory."""

    def __init__(self) -> None:
        self.work, self.queue, self.sender = MemoryWork(), MemoryQueue(), FakeSender()
        clock = FakeClock()
        dispatcher = Dispatcher(
            dict.fromkeys(Kind, self.sender),
            TemplateRenderer("https://netpulse.example.org"),
            PlainVault(),
        )
        policy = AddressPolicy(forbidden=parse_networks("10.0.0.0/8"), public_only=True)
        channels = ChannelService(
            self.work, PlainVault(), policy, clock, new_secret=lambda: "made-for-you"
        )
        trial = ChannelTrial(self.work, dispatcher, clock)
        deliveries = DeliveryService(self.work, dispatcher, self.queue, clock, jitter=lambda: 0.5)
        self.services = Services(
            channels=lambda: channels, trial=lambda: trial, deliveries=lambda: deliveries
        )
        self.clock = clock

    def call(
        self, method: str, path: str, *, role: Role = Role.ADMIN, **options: Any
    ) -> HttpAnswer:
        access = FakeAccess(a_principal(role))
        app = application(lambda: access, self.services, clock=self.clock)
        return Client(app).call(method, path, **options)

    def create(self, body: dict[str, Any]) -> Any:
        answer = self.call("POST", "/notification-channels", body=body)
        assert answer.status == 201, answer.text
        return answer.data


@pytest.fixture
def api() -> Api:
    return Api()


def fields(answer: HttpAnswer) -> dict[str, str]:
    found = answer.json["error"]["details"]["fields"]
    return {field["field"]: field["code"] for field in found}


@pytest.mark.parametrize("body", [EMAIL, SMS, WEBHOOK])
def test_a_channel_is_created_shown_listed_and_deleted(api: Api, body: dict[str, Any]) -> None:
    made = api.create(body)
    path = f"/notification-channels/{made['id']}"
    shown = api.call("GET", path).data
    assert shown == {name: value for name, value in made.items() if name != "generated_secret"}
    assert shown["severities"] == ["warning", "critical"]
    assert api.call("GET", "/notification-channels").data == [shown]
    assert api.call("GET", "/notification-channels", query={"kind": body["kind"]}).data == [shown]
    assert api.call("DELETE", path).status == 204
    gone = api.call("GET", path)
    assert (gone.status, gone.code) == (404, "NOTIFICATION_CHANNEL_NOT_FOUND")


def test_a_webhooks_secret_is_taken_and_never_shown(api: Api) -> None:
    made = api.create(WEBHOOK)
    assert made["config"] == {"url": "https://hooks.example.org/in", "has_secret": True}
    path = f"/notification-channels/{made['id']}"
    texts = [
        api.call("GET", path).text,
        api.call("GET", "/notification-channels").text,
        api.call("PUT", path, body=WEBHOOK).text,
        api.call("PATCH", path, body={"config": {"url": "https://b.example.org"}}).text,
    ]
    assert all("hush-hush" not in text for text in texts)
    [channel] = api.work.channels.all()
    assert channel.sealed_secret is not None
    assert channel.sealed_secret.endswith(b"/hush-hush")


def test_a_webhook_without_a_secret_is_given_one_and_told_it_once(api: Api) -> None:
    made = api.create({**WEBHOOK, "config": {"url": "https://hooks.example.org"}})
    assert made["generated_secret"] == "made-for-you"
    assert "made-for-you" not in api.call("GET", "/notification-channels").text
    assert api.create(SMS)["generated_secret"] is None


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, {"name": "MISSING_REQUIRED_FIELD", "kind": "MISSING_REQUIRED_FIELD"}),
        ({**EMAIL, "kind": "pigeon"}, {"kind": "INVALID_INPUT"}),
        ({**EMAIL, "name": "a\nb"}, {"name": "INVALID_INPUT"}),
        ({**EMAIL, "owner": "me"}, {"owner": "INVALID_INPUT"}),
        ({**EMAIL, "severities": []}, {"severities": "INVALID_INPUT"}),
        ({**EMAIL, "severities": ["fatal"]}, {"severities.0": "INVALID_INPUT"}),
        ({**EMAIL, "config": {}}, {"config.to": "MISSING_REQUIRED_FIELD"}),
        ({**EMAIL, "config": {"to": []}}, {"config.to": "INVALID_INPUT"}),
        ({**EMAIL, "config": {"to": ["nobody"]}}, {"config.to.0": "INVALID_INPUT"}),
        (
            {**EMAIL, "config": {"to": ["a@b.example\r\nBcc: c@d.example"]}},
            {"config.to.0": "INVALID_INPUT"},
        ),
        ({**SMS, "config": {"to": ["0700000001"]}}, {"config.to.0": "INVALID_INPUT"}),
        ({**SMS, "config": {"to": ["+254700000001"], "url": "x"}}, {"config.url": "INVALID_INPUT"}),
        ({**WEBHOOK, "config": {"secret": "hush-hush"}}, {"config.url": "MISSING_REQUIRED_FIELD"}),
        (
            {**WEBHOOK, "config": {"url": "https://a.example", "secret": "short"}},
            {"config.secret": "INVALID_INPUT"},
        ),
    ],
)
def test_a_channel_that_makes_no_sense_is_refused_field_by_field(
    api: Api, body: dict[str, Any], found: dict[str, str]
) -> None:
    answer = api.call("POST", "/notification-channels", body=body)
    assert answer.status == 422
    assert found.items() <= fields(answer).items()
    assert api.work.channels.all() == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example.org",
        "https://user:password@hooks.example.org",
        "http://127.0.0.1/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://localhost/",
        "nonsense",
    ],
)
def test_a_webhook_into_our_own_network_is_refused(api: Api, url: str) -> None:
    made = api.create(WEBHOOK)
    body = {**WEBHOOK, "name": "other", "config": {"url": url}}
    answers = [
        api.call("POST", "/notification-channels", body=body),
        api.call("PUT", f"/notification-channels/{made['id']}", body=body),
        api.call("PATCH", f"/notification-channels/{made['id']}", body={"config": {"url": url}}),
    ]
    assert [answer.status for answer in answers] == [422] * 3
    assert fields(answers[0]) == {"config.url": "INVALID_INPUT"}


def test_numbers_are_kept_in_one_spelling_and_once(api: Api) -> None:
    made = api.create({**SMS, "config": {"to": ["+254 700 000-001", "+254700000001"]}})
    assert made["config"] == {"to": ["+254700000001"]}


def test_a_taken_name_is_a_conflict(api: Api) -> None:
    api.create(EMAIL)
    answer = api.call("POST", "/notification-channels", body=EMAIL)
    assert (answer.status, answer.code) == (409, "NOTIFICATION_CHANNEL_ALREADY_EXISTS")


def test_a_channel_is_changed_in_part_or_whole_but_never_in_kind(api: Api) -> None:
    path = f"/notification-channels/{api.create(EMAIL)['id']}"
    patched = api.call("PATCH", path, body={"enabled": False, "severities": ["critical"]}).data
    assert (patched["enabled"], patched["severities"], patched["name"]) == (
        False,
        ["critical"],
        "NOC",
    )
    replaced = api.call("PUT", path, body={**EMAIL, "name": "Night"}).data
    assert (replaced["enabled"], replaced["name"]) == (True, "Night")
    assert fields(api.call("PUT", path, body=SMS)) == {"kind": "INVALID_INPUT"}
    assert fields(api.call("PATCH", path, body={"config": {"to": ["x"]}})) == {
        "config.to.0": "INVALID_INPUT"
    }
    assert api.call("PATCH", path, body={}).data["name"] == "Night"


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
    channel, problem = a_channel(Kind.SMS), a_problem()
    dead = a_delivery(
        channel, state=State.DEAD, last_error="InvalidPhoneNumber", body="x" * 161, attempts=3
    )
    with api.work(a_principal().organization_id) as work:
        work.channels.save(channel)
        work.deliveries.add(dead, [problem])
        sent = replace(
            a_delivery(channel, state=State.SENT), created_at=dead.created_at + timedelta(1)
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
    assert len(app.openapi()["paths"]) == 6
