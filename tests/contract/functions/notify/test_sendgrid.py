"""What SendGrid's SDK sends, and how every answer is understood."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.notify.domain.message import Attachment
from tests.contract.functions.notify.senders import (
    MAIL,
    mailer,
    refusal,
)
from tests.support.recorder import Recorder


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


def test_a_mail_brings_its_attachments(recorder: Recorder) -> None:
    recorder.will_answer(202, X_Message_Id="sg-1")
    file = Attachment(name="weekly.pdf", content_type="application/pdf", content=b"%PDF-\xff")
    mailer(recorder.url).send(replace(MAIL, attachments=(file,)), {})
    assert json.loads(recorder.only.body)["attachments"] == [
        {
            "content": "JVBERi3/",
            "filename": "weekly.pdf",
            "type": "application/pdf",
            "disposition": "attachment",
        }
    ]
