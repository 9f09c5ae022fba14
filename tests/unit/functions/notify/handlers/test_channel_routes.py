"""Channels over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.functions.notify.handlers.api import EMAIL, SMS, WEBHOOK, Api, fields


@pytest.mark.parametrize("body", [EMAIL, SMS, WEBHOOK])
def test_a_channel_is_created_shown_listed_and_deleted(api: Api, body: dict[str, Any]) -> None:
    made = api.create(body)
    path = f"/notification-channels/{made['id']}"
    shown = api.call("GET", path).data
    assert shown == {name: value for name, value in made.items() if name != "generated_secret"}
    assert shown["severities"] == ["warning", "critical"]
    assert api.call("GET", "/notification-channels").data == [shown]
    assert api.call("GET", "/notification-channels", query={"kind": body["kind"]}).data == [shown]
    assert api.call("DELETE", path).status == 200
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
