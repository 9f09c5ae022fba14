"""A message ready to go out, what a provider answers, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

_SHOWN_ANSWER = 2000


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes along with an email."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Message:
    """A rendered message to one recipient."""

    delivery_id: UUID
    organization_id: UUID
    recipient: str
    subject: str
    # an email's plain text, an SMS's text, a webhook's JSON
    body: str
    html: str = ""
    # messages about the same alert share it, so that mail programs show them together
    thread: str = ""
    event: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a provider said, word for word but for its length; `status` None: it said nothing."""

    status: int | None
    body: str

    def shown(self) -> dict[str, Any]:
        """Return it as it may be shown to an administrator."""
        return {"status": self.status, "body": self.body[:_SHOWN_ANSWER]}


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A provider took the message."""

    provider_message_id: str
    answer: Answer
    cost: str = ""


class DeliveryError(Exception):
    """A provider refused the message or could not be reached.

    `permanent`: trying again will not help. `retry_after`: not before that, says the provider.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        answer: Answer | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.answer = answer or Answer(status=None, body=message)
