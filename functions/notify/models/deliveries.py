"""Messages and trials as they are shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from functions.notify.domain import sms
from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import Delivery, DeliveryState, Purpose


class ProviderAnswer(BaseModel):
    """What a provider said, word for word; `status` null: it could not be reached."""

    status: int | None
    body: str


class TrialView(BaseModel):
    """What became of a test message to one recipient."""

    notification_id: UUID
    recipient: str
    accepted: bool
    provider_message_id: str
    error: str
    answer: ProviderAnswer


class TestedChannel(BaseModel):
    """A channel whose provider took every test message."""

    channel_id: UUID
    results: list[TrialView]


class DeliveryView(BaseModel):
    """One message to one recipient."""

    id: UUID
    channel_id: UUID | None
    channel_kind: str
    channel_name: str
    recipient: str
    purpose: Purpose
    state: DeliveryState
    reason: str
    attempts: int
    due_at: datetime
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None
    last_error: str
    provider_message_id: str
    subject: str
    body: str
    alert_ids: list[UUID]
    report_id: UUID | None
    sms_segments: int | None
    cost: str

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryView:
        """Return the view of a delivery."""
        same = {
            name: getattr(delivery, name) for name in cls.model_fields if name != "sms_segments"
        }
        is_text = delivery.channel_kind == ChannelKind.SMS and delivery.body
        segments = sms.segments_of(delivery.body) if is_text else None
        return cls(**same, sms_segments=segments)
