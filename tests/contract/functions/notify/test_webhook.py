"""What a webhook's receiver gets, and where webhooks may go."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from netpulse.networks import AddressPolicy
from netpulse.outgoing import Outgoing

from functions.notify.channels.webhook import WebhookSender
from functions.notify.domain.signature import signature_of
from tests.contract.functions.notify.senders import (
    POSTED,
    hook,
    poster,
    refusal,
)
from tests.support.clock import NOON, FakeClock
from tests.support.recorder import Recorder


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

    sender = WebhookSender(Outgoing(AddressPolicy(), resolve=resolve), FakeClock())
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
    policy = AddressPolicy(public_only=True)
    outgoing = Outgoing(policy, resolve=lambda _host, _port: addresses)
    sender = WebhookSender(outgoing, FakeClock())
    error = refusal(sender, POSTED, hook(recorder, "hooks.example.org"))
    assert error.permanent
    assert recorder.requests == []


def test_an_answer_is_read_no_further_than_its_beginning(recorder: Recorder) -> None:
    recorder.will_answer(500, b"x" * 1_000_000)
    assert len(refusal(poster(), POSTED, hook(recorder)).answer.body) == 4096
