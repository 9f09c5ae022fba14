"""Email through SendGrid's SDK."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from netpulse.clock import Clock

from functions.notify.channels.failures import refused, retry_after_of, unreachable
from functions.notify.channels.quiet import hush
from functions.notify.domain.message import Answer, DeliveryError, Message, Receipt
from functions.notify.domain.text import one_line

PROVIDER = "SendGrid"
TIMEOUT_S = 10
_ACCEPTED = 202
# 401 and 403 are about our key, which can be put right within a day; these are about the mail.
_PERMANENT = frozenset({400, 404, 405, 413, 415, 422})


class SendGridSender:
    """Hands mails to SendGrid; accepted means its 202."""

    def __init__(
        self, credentials: Callable[[], Mapping[str, Any]], base_url: str, clock: Clock
    ) -> None:
        self._credentials = credentials
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        hush()

    def send(self, message: Message, config: dict[str, Any]) -> Receipt:
        """Hand the message to the provider; raise DeliveryError when it is not accepted."""
        # imported late: only the process that mails pays for the SDK
        from python_http_client.exceptions import HTTPError  # noqa: PLC0415
        from sendgrid import SendGridAPIClient  # noqa: PLC0415

        credentials = self._credentials()
        key, sender = credentials.get("sendgrid_api_key"), credentials.get("email_from")
        if not key or not sender:
            raise DeliveryError("SendGrid is not configured: no API key or no sender address")
        sdk = SendGridAPIClient(api_key=key, host=self._base_url)
        # the SDK's constructor takes no time-out; its client does
        sdk.client.timeout = TIMEOUT_S
        try:
            response = sdk.send(_mail(message, sender))
        except HTTPError as error:
            answer = Answer(status=error.status_code, body=_text(error.body))
            raise refused(
                PROVIDER,
                answer,
                permanent_statuses=_PERMANENT,
                retry_after=retry_after_of(error.headers or {}, now=self._clock.now()),
            ) from None
        except (OSError, HTTPException) as error:
            raise unreachable(PROVIDER, error) from error
        answer = Answer(status=response.status_code, body=_text(response.body))
        if response.status_code != _ACCEPTED:
            raise refused(PROVIDER, answer, permanent_statuses=_PERMANENT)
        return Receipt(
            provider_message_id=response.headers.get("X-Message-Id") or "", answer=answer
        )


def _mail(message: Message, sender: str) -> Any:
    from sendgrid.helpers import mail as parts  # noqa: PLC0415

    mail = parts.Mail(
        from_email=parts.From(sender, "NetPulse"),
        to_emails=one_line(message.recipient),
        subject=one_line(message.subject),
        plain_text_content=message.body,
        html_content=message.html,
    )
    mail.add_custom_arg(parts.CustomArg("delivery_id", str(message.delivery_id)))
    mail.add_custom_arg(parts.CustomArg("organization_id", str(message.organization_id)))
    if message.thread:
        mail.add_header(parts.Header("References", f"<alert-{message.thread}@netpulse>"))
    for attached in message.attachments:
        mail.add_attachment(
            parts.Attachment(
                parts.FileContent(b64encode(attached.content).decode()),
                parts.FileName(attached.name),
                parts.FileType(attached.content_type),
                parts.Disposition("attachment"),
            )
        )
    # a link to the dashboard must not lead through somebody else's server
    mail.tracking_settings = parts.TrackingSettings(
        click_tracking=parts.ClickTracking(enable=False, enable_text=False)
    )
    return mail


def _text(body: bytes | str) -> str:
    return body.decode(errors="replace") if isinstance(body, bytes) else str(body)
