"""Mails to people about their login: asked for over a queue, sent through SendGrid's v3 API.

Not through notify, which belongs to organisations: whoever forgot a password is in none yet.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from botocore.exceptions import BotoCoreError, ClientError
from netpulse import aws
from netpulse.errors import ExternalServiceError
from netpulse.observability import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netpulse.ids import OrganizationId, UserId

    from functions.auth.domain.mails import Mail, Notice

TIMEOUT_S = 10
_ACCEPTED = 202
_opener = build_opener(ProxyHandler({}))


class MailQueue:
    """Asks for mails over SQS: whoever asks is answered as fast for an unknown address."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def ask_for_reset(self, email: str) -> None:
        """Ask that a person is sent a link; no secret travels in the message."""
        self._ask(kind="password_reset", email=email)

    def ask_for_notice(self, user_id: UserId, notice: Notice) -> None:
        """Ask that a person is told what was just done; it is done, whether they can be told."""
        self._ask_after(kind="notice", user_id=str(user_id), notice=notice.value)

    def ask_for_invitation(
        self, organization_id: OrganizationId, user_id: UserId, *, by: UserId | None
    ) -> None:
        """Ask that a new member is told how to come in; they are one, whether they can be told."""
        self._ask_after(
            kind="invitation",
            organization_id=str(organization_id),
            user_id=str(user_id),
            invited_by=str(by) if by else None,
        )

    def _ask_after(self, **body: str | None) -> None:
        try:
            self._ask(**body)
        except (ClientError, BotoCoreError):
            logger.exception("a mail could not be asked for", extra={"kind": body["kind"]})

    def _ask(self, **body: str | None) -> None:
        aws.client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(body))


class SendGridMailer:
    """Hands mails to SendGrid; accepted means its 202."""

    def __init__(self, credentials: Callable[[], Mapping[str, Any]], base_url: str) -> None:
        self._credentials = credentials
        self._url = f"{base_url.rstrip('/')}/v3/mail/send"

    def send(self, mail: Mail) -> None:
        """Send a mail; raise ExternalServiceError when it is not accepted."""
        credentials = self._credentials()
        key, sender = credentials.get("sendgrid_api_key"), credentials.get("email_from")
        if not key or not sender:
            raise ExternalServiceError("SendGrid is not configured: no API key or no sender")
        request = Request(  # noqa: S310 - an operator-configured address
            self._url,
            data=json.dumps(_body(mail, sender)).encode(),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            method="POST",
        )
        try:
            with _opener.open(request, timeout=TIMEOUT_S) as response:
                status = response.status
        except HTTPError as error:
            status = error.code
        except (URLError, OSError) as error:
            raise ExternalServiceError("SendGrid could not be reached") from error
        if status != _ACCEPTED:
            raise ExternalServiceError(f"SendGrid answered {status}")


def _body(mail: Mail, sender: str) -> dict[str, Any]:
    return {
        "personalizations": [{"to": [{"email": mail.to}]}],
        "from": {"email": sender, "name": "NetPulse"},
        "subject": mail.subject,
        "content": [
            {"type": "text/plain", "value": mail.text},
            {"type": "text/html", "value": mail.html},
        ],
        # a link to a login must not lead through somebody else's server
        "tracking_settings": {"click_tracking": {"enable": False, "enable_text": False}},
    }
