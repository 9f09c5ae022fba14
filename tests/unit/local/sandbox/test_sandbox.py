from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from local.sandbox.__main__ import application
from local.sandbox.inbox import Inbox

Client = TestClient[Request, Application]
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MAIL = {
    "from": {"email": "alerts@netpulse.example"},
    "subject": "core-switch is down",
    "personalizations": [{"to": [{"email": "noc@isp.example"}, {"email": "boss@isp.example"}]}],
    "content": [
        {"type": "text/html", "value": "<b>down</b>"},
        {"type": "text/plain", "value": "down"},
    ],
}
SMS = {"username": "sandbox", "to": "+254700000001,12345", "message": "core-switch is down"}
BEARER = {"Authorization": "Bearer SG.key"}
API_KEY = {"apiKey": "key"}


@pytest.fixture
async def sandbox() -> AsyncIterator[Client]:
    async with TestClient(TestServer(application(Inbox(now=lambda: NOON)))) as client:
        yield client


async def messages(sandbox: Client, query: str = "") -> list[dict[str, object]]:
    found: list[dict[str, object]] = await (await sandbox.get(f"/messages{query}")).json()
    return found


async def test_a_mail_is_kept_once_for_each_recipient(sandbox: Client) -> None:
    answer = await sandbox.post("/v3/mail/send", json=MAIL, headers=BEARER)
    assert answer.status == 202
    assert answer.headers["X-Message-Id"]
    kept = await messages(sandbox, "?channel=email")
    assert [message["to"] for message in kept] == ["noc@isp.example", "boss@isp.example"]
    assert (kept[0]["subject"], kept[0]["body"]) == ("core-switch is down", "down")
    assert kept[0]["at"] == "2026-05-04T12:00:00+00:00"


async def test_a_mail_without_a_key_is_refused(sandbox: Client) -> None:
    assert (await sandbox.post("/v3/mail/send", json=MAIL)).status == 401
    assert await messages(sandbox) == []


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"from": 1}', '{"personalizations": []}'])
async def test_a_mail_that_makes_no_sense_is_refused(sandbox: Client, body: str) -> None:
    answer = await sandbox.post("/v3/mail/send", data=body, headers=BEARER)
    assert answer.status == 400


async def test_an_sms_is_answered_for_each_number(sandbox: Client) -> None:
    answer = await sandbox.post("/version1/messaging", data=SMS, headers=API_KEY)
    assert answer.status == 201
    recipients = (await answer.json())["SMSMessageData"]["Recipients"]
    assert [each["statusCode"] for each in recipients] == [101, 403]
    assert [each["to"] for each in await messages(sandbox)] == ["+254700000001"]


async def test_an_sms_without_a_key_is_refused(sandbox: Client) -> None:
    assert (await sandbox.post("/version1/messaging", data=SMS)).status == 401


async def test_a_webhook_is_kept_with_its_headers(sandbox: Client) -> None:
    await sandbox.post("/webhook/noc", json={"alert": 1}, headers={"X-Signature": "abc"})
    (kept,) = await messages(sandbox, "?channel=webhook&to=noc")
    assert kept["raw"]["headers"]["X-Signature"] == "abc"  # type: ignore[index]


async def test_a_provider_fails_as_often_as_it_was_told(sandbox: Client) -> None:
    fault = {"provider": "sendgrid", "status": 503, "count": 2, "retry_after": 7}
    await sandbox.post("/faults", json=fault)
    answers = [await sandbox.post("/v3/mail/send", json=MAIL, headers=BEARER) for _ in range(3)]
    assert [answer.status for answer in answers] == [503, 503, 202]
    assert answers[0].headers["Retry-After"] == "7"


async def test_a_fault_can_be_taken_back(sandbox: Client) -> None:
    await sandbox.post("/faults", json={"provider": "webhook"})
    assert len(await (await sandbox.get("/faults")).json()) == 1
    await sandbox.delete("/faults")
    assert (await sandbox.post("/webhook/noc", json={})).status == 200


async def test_a_number_can_be_told_to_fail(sandbox: Client) -> None:
    fault = {"provider": "africastalking", "mode": "recipient", "status": 405}
    await sandbox.post("/faults", json={**fault, "reason": "InsufficientBalance"})
    answer = await sandbox.post("/version1/messaging", data=SMS, headers=API_KEY)
    recipient = (await answer.json())["SMSMessageData"]["Recipients"][0]
    assert recipient["status"] == "InsufficientBalance"
    assert await messages(sandbox) == []


@pytest.mark.parametrize("body", ["{", "[]", '{"provider": "pigeon"}', '{"provider": "x", "y": 1}'])
async def test_a_fault_that_nobody_has_is_refused(sandbox: Client, body: str) -> None:
    assert (await sandbox.post("/faults", data=body)).status == 422


async def test_messages_can_be_forgotten(sandbox: Client) -> None:
    await sandbox.post("/webhook/noc", json={})
    await sandbox.delete("/messages")
    assert await messages(sandbox) == []


async def test_messages_are_found_by_their_instant(sandbox: Client) -> None:
    await sandbox.post("/webhook/noc", json={})
    assert len(await messages(sandbox, "?since=2026-05-04T12:00:00Z")) == 1
    assert await messages(sandbox, "?since=2026-05-04T12:00:01Z") == []
    assert (await sandbox.get("/messages?since=noon")).status == 422
