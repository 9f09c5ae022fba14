"""What Africa's Talking's SDK sends, and how every answer is understood."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from tests.contract.functions.notify.senders import (
    CREDENTIALS,
    TEXT,
    refusal,
    taken,
    texter,
)
from tests.support.recorder import Recorder


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
