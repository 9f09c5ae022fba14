"""What the real SDKs send over the wire, byte for byte, and how every answer is understood."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from netpulse.networks import AddressPolicy

from functions.notify.channels.email.sendgrid import SendGridSender
from functions.notify.channels.sms.africastalking import AfricasTalkingSender
from functions.notify.channels.webhook.sender import WebhookSender
from functions.notify.domain.message import DeliveryError, Message
from functions.notify.domain.signature import signature_of
from functions.notify.ports import Sender
from tests.support.clock import NOON, FakeClock
from tests.support.recorder import Recorder, recording

CREDENTIALS = {
    "sendgrid_api_key": "SG.very-secret",
    "email_from": "alerts@example.org",
    "africastalking_username": "netpulse",
    "africastalking_api_key": "atsk_very-secret",
    "africastalking_sender_id": "NETPULSE",
}
MAIL = Message(
    delivery_id=UUID(int=1),
    organization_id=UUID(int=2),
    recipient="amina@example.org",
    subject="[CRITICAL] core-sw1: down\r\nBcc: evil@example.org",
    body="It is down.",
    html="<p>It is down.</p>",
    thread=str(UUID(int=3)),
    event="problem",
)
TEXT = Message(
    delivery_id=UUID(int=1),
    organization_id=UUID(int=2),
    recipient="+254700000001",
    subject="",
    body="CRITICAL core-sw1: down & out",
)
POSTED = Message(
    delivery_id=UUID(int=1),
    organization_id=UUID(int=2),
    recipient="hooks.example.org",
    subject="",
    body='{"version":"4","name":"Zürich"}',
    event="problem",
)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recording() as found:
        yield found


def mailer(url: str, credentials: dict[str, str] | None = None) -> SendGridSender:
    return SendGridSender(
        lambda: CREDENTIALS if credentials is None else credentials, url, FakeClock()
    )


def texter(url: str, credentials: dict[str, str] | None = None) -> AfricasTalkingSender:
    return AfricasTalkingSender(
        lambda: CREDENTIALS if credentials is None else credentials, url, FakeClock()
    )


def poster(**policy: Any) -> WebhookSender:
    return WebhookSender(AddressPolicy(**policy), FakeClock())


def hook(recorder: Recorder, host: str = "127.0.0.1") -> dict[str, str]:
    return {"url": recorder.url.replace("127.0.0.1", host) + "/in?token=T0K3N", "secret": "hush"}


def refusal(sender: Sender, message: Message, config: dict[str, Any]) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        sender.send(message, config)
    return caught.value


def test_a_mail_as_sendgrid_gets_it(recorder: Recorder) -> None:
    recorder.will_answer(202, X_Message_Id="sg-1")
    receipt = mailer(recorder.url).send(MAIL, {})
    assert receipt.provider_message_id == "sg-1"
    sent = recorder.only
    assert sent.path == "/v3/mail/send"
    assert sent.headers["Authorization"] == "Bearer SG.very-secret"
    assert json.loads(sent.body) == {
        "from": {"email": "alerts@example.org", "name": "NetPulse"},
        "subject": "[CRITICAL] core-sw1: down Bcc: evil@example.org",
        "personalizations": [{"to": [{"email": "amina@example.org"}]}],
        "headers": {"References": "<alert-00000000-0000-0000-0000-000000000003@netpulse>"},
        "custom_args": {
            "delivery_id": "00000000-0000-0000-0000-000000000001",
            "organization_id": "00000000-0000-0000-0000-000000000002",
        },
        "content": [
            {"type": "text/plain", "value": "It is down."},
            {"type": "text/html", "value": "<p>It is down.</p>"},
        ],
        "tracking_settings": {"click_tracking": {"enable": False, "enable_text": False}},
    }


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (401, False),
        (403, False),
        (413, True),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_a_mail_that_sendgrid_refuses(recorder: Recorder, status: int, permanent: bool) -> None:
    recorder.will_answer(status, b'{"errors":[{"message":"no"}]}', Retry_After="7")
    error = refusal(mailer(recorder.url), MAIL, {})
    assert (error.permanent, error.retry_after) == (permanent, timedelta(seconds=7))
    assert str(error) == f'SendGrid answered {status}: {{"errors":[{{"message":"no"}}]}}'
    assert error.answer.status == status


def test_a_200_is_no_acceptance_of_a_mail(recorder: Recorder) -> None:
    recorder.will_answer(200, b"<html>a proxy's page</html>")
    assert not refusal(mailer(recorder.url), MAIL, {}).permanent


def taken(**changes: Any) -> bytes:
    recipient = {
        "statusCode": 101,
        "number": "+254700000001",
        "status": "Success",
        "cost": "KES 0.8000",
        "messageId": "ATXid_1",
        "messageParts": 1,
        **changes,
    }
    return json.dumps({"SMSMessageData": {"Message": "Sent", "Recipients": [recipient]}}).encode()


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_an_sms_as_africas_talking_gets_it(recorder: Recorder, content_type: str) -> None:
    recorder.will_answer(201, taken(), Content_Type=content_type)
    receipt = texter(recorder.url).send(TEXT, {})
    assert (receipt.provider_message_id, receipt.cost) == ("ATXid_1", "KES 0.8000")
    sent = recorder.only
    assert sent.path == "/version1/messaging"
    assert sent.headers["apiKey"] == "atsk_very-secret"
    assert parse_qs(sent.body.decode()) == {
        "username": ["netpulse"],
        "to": ["+254700000001"],
        "message": ["CRITICAL core-sw1: down & out"],
        "from": ["NETPULSE"],
        "bulkSMSMode": ["1"],
    }


def test_without_a_sender_id_none_is_sent(recorder: Recorder) -> None:
    recorder.will_answer(201, taken())
    texter(recorder.url, {**CREDENTIALS, "africastalking_sender_id": ""}).send(TEXT, {})
    assert "from" not in parse_qs(recorder.only.body.decode())


@pytest.mark.parametrize(
    ("code", "status", "permanent"),
    [
        (401, "RiskHold", False),
        (402, "InvalidSenderId", True),
        (403, "InvalidPhoneNumber", True),
        (404, "UnsupportedNumberType", True),
        (405, "InsufficientBalance", False),
        (406, "UserInBlacklist", True),
        (407, "CouldNotRoute", False),
        (409, "DoNotDisturbRejection", True),
        (500, "InternalServerError", False),
        (999, "InvalidPhoneNumber", True),
    ],
)
def test_a_recipient_that_africas_talking_refuses(
    recorder: Recorder,
    code: int,
    status: str,
    permanent: bool,
) -> None:
    recorder.will_answer(201, taken(statusCode=code, status=status))
    error = refusal(texter(recorder.url), TEXT, {})
    assert error.permanent is permanent
    assert status in str(error)


@pytest.mark.parametrize(
    ("status", "body", "permanent"),
    [
        (401, b"The supplied authentication is invalid", False),
        (400, b"Must have to", True),
        (500, b"oops", False),
        (200, b"<html></html>", False),
        (200, b'{"SMSMessageData":{"Message":"InvalidSenderId","Recipients":[]}}', True),
    ],
)
def test_an_sms_that_africas_talking_refuses_altogether(
    recorder: Recorder,
    status: int,
    body: bytes,
    permanent: bool,
) -> None:
    recorder.will_answer(status, body, Retry_After="9")
    error = refusal(texter(recorder.url), TEXT, {})
    assert error.permanent is permanent
    assert error.answer.status == status
    if status >= 400:
        assert error.retry_after == timedelta(seconds=9)


def test_an_answer_that_says_json_and_is_none_is_understood_as_a_refusal(
    recorder: Recorder,
) -> None:
    recorder.will_answer(200, b"<html>", Content_Type="application/json")
    assert refusal(texter(recorder.url), TEXT, {}).answer.status == 200


@pytest.mark.parametrize("make", [mailer, texter])
def test_without_a_key_nothing_is_sent_and_it_is_tried_again_later(
    recorder: Recorder, make: Callable[[str, dict[str, str]], Sender]
) -> None:
    error = refusal(make(recorder.url, {"unrelated": "x"}), TEXT, {})
    assert not error.permanent
    assert "not configured" in str(error)
    assert recorder.requests == []


def test_a_webhook_is_signed_and_keeps_its_id_in_every_attempt(recorder: Recorder) -> None:
    for _ in range(2):
        poster().send(POSTED, hook(recorder))
    first, second = recorder.requests
    assert first == second
    assert first.path == "/in?token=T0K3N"
    assert first.body == '{"version":"4","name":"Zürich"}'.encode()
    timestamp = int(NOON.timestamp())
    expected = {
        "Content-Type": "application/json",
        "X-NetPulse-Delivery": str(UUID(int=1)),
        "X-NetPulse-Event": "problem",
        "X-NetPulse-Timestamp": str(timestamp),
        "X-NetPulse-Signature": signature_of(first.body, secret="hush", timestamp=timestamp),
    }
    assert expected.items() <= first.headers.items()


def test_the_signature_of_a_known_body() -> None:
    # computed with: printf '1700000000.{}' | openssl dgst -sha256 -hmac hush
    assert signature_of(b"{}", secret="hush", timestamp=1700000000) == (
        "v1=763081ea12e3b1f903f958994c023cde07f1224b02a538ad6f959112a2f780ba"
    )


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(302, True), (400, True), (404, True), (408, False), (410, True), (429, False), (500, False)],
)
def test_a_webhook_that_is_refused(recorder: Recorder, status: int, permanent: bool) -> None:
    recorder.will_answer(status, b"no", Location="/elsewhere", Retry_After="30")
    error = refusal(poster(), POSTED, hook(recorder))
    assert (error.permanent, error.retry_after) == (permanent, timedelta(seconds=30))
    assert len(recorder.requests) == 1


def test_a_webhook_connects_to_the_address_that_was_checked(recorder: Recorder) -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    sender = WebhookSender(AddressPolicy(), FakeClock(), resolve)
    sender.send(POSTED, hook(recorder, "hooks.example.org"))
    assert asked == ["hooks.example.org"]
    port = recorder.url.rpartition(":")[2]
    assert recorder.only.headers["Host"] == f"hooks.example.org:{port}"


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["192.0.2.1", "10.0.0.1"], ["::ffff:169.254.169.254"], ["fe80::1%1"], []],
)
def test_a_name_that_leads_into_our_own_network_is_refused_before_any_connection(
    recorder: Recorder, addresses: list[str]
) -> None:
    sender = WebhookSender(
        AddressPolicy(public_only=True), FakeClock(), lambda _host, _port: addresses
    )
    error = refusal(sender, POSTED, hook(recorder, "hooks.example.org"))
    assert error.permanent
    assert recorder.requests == []


def test_an_answer_is_read_no_further_than_its_beginning(recorder: Recorder) -> None:
    recorder.will_answer(500, b"x" * 1_000_000)
    assert len(refusal(poster(), POSTED, hook(recorder)).answer.body) == 4096


@pytest.mark.parametrize(
    "make", [mailer, texter, lambda url: poster()], ids=["mail", "sms", "webhook"]
)
def test_a_provider_that_is_away_is_tried_again(make: Callable[[str], Sender]) -> None:
    with socket.socket() as taken_port:
        taken_port.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken_port.getsockname()[1]}"
        message = TEXT if make is texter else MAIL
        error = refusal(make(url), message, {"url": url, "secret": "hush"})
    assert not error.permanent
    assert "could not be reached" in str(error)
    assert error.answer.status is None


def test_no_secret_is_logged_even_at_debug(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recorder.will_answer(202)
    mailer(recorder.url).send(MAIL, {})
    recorder.will_answer(201, taken())
    texter(recorder.url).send(TEXT, {})
    poster().send(POSTED, hook(recorder))
    for secret in ("very-secret", "T0K3N", "hush", "+254700000001", "amina@"):
        assert secret not in caplog.text
