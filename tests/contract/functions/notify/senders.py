"""The real senders, pointed at a recorder, and messages to send."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from netpulse.networks import AddressPolicy
from netpulse.outgoing import Outgoing

from functions.notify.channels.email.sendgrid import SendGridSender
from functions.notify.channels.sms.africastalking import AfricasTalkingSender
from functions.notify.channels.webhook import MAX_ANSWER_BYTES, WebhookSender
from functions.notify.domain.message import DeliveryError, Message
from functions.notify.ports import Sender
from tests.support.clock import FakeClock
from tests.support.recorder import Recorder

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


def mailer(url: str, credentials: dict[str, str] | None = None) -> SendGridSender:
    return SendGridSender(
        lambda: CREDENTIALS if credentials is None else credentials, url, FakeClock()
    )


def texter(url: str, credentials: dict[str, str] | None = None) -> AfricasTalkingSender:
    return AfricasTalkingSender(
        lambda: CREDENTIALS if credentials is None else credentials, url, FakeClock()
    )


def poster(**policy: Any) -> WebhookSender:
    return WebhookSender(Outgoing(AddressPolicy(**policy), max_bytes=MAX_ANSWER_BYTES), FakeClock())


def hook(recorder: Recorder, host: str = "127.0.0.1") -> dict[str, str]:
    return {"url": recorder.url.replace("127.0.0.1", host) + "/in?token=T0K3N", "secret": "hush"}


def refusal(sender: Sender, message: Message, config: dict[str, Any]) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        sender.send(message, config)
    return caught.value


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
