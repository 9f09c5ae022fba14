"""Notify's requests and answers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from netpulse.http import failures
from netpulse.http.fields import Name
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from functions.notify.domain import sms
from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Delivery, DeliveryState, Purpose
from functions.notify.domain.grouping import Grouping

# What SendGrid takes, near enough: it refuses the rest itself, with its own words.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value) or ".." in value:
        raise PydanticCustomError("invalid_email", "This is not an email address")
    return value


def _number(value: str) -> str:
    number = re.sub(r"[ ()./-]", "", value)
    if not _E164.fullmatch(number):
        raise PydanticCustomError("invalid_number", "Write the number as +254700000000 (E.164)")
    return number


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


_Stripped = StringConstraints(strip_whitespace=True, max_length=320)
EmailAddress = Annotated[str, _Stripped, AfterValidator(_email)]
PhoneNumber = Annotated[str, _Stripped, AfterValidator(_number)]
Severity = Literal["info", "warning", "critical"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EmailConfig(_Strict):
    """Who gets mails."""

    to: Annotated[list[EmailAddress], AfterValidator(_distinct)] = Field(
        min_length=1, max_length=50
    )


class SmsConfig(_Strict):
    """Who gets SMS."""

    to: Annotated[list[PhoneNumber], AfterValidator(_distinct)] = Field(min_length=1, max_length=50)


class WebhookConfig(_Strict):
    """Where bodies are posted, and what signs them; the secret is never shown again."""

    url: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2048)]
    secret: Annotated[str, StringConstraints(min_length=8, max_length=255)] | None = None


_CONFIGS: dict[ChannelKind, type[_Strict]] = {
    ChannelKind.EMAIL: EmailConfig,
    ChannelKind.SMS: SmsConfig,
    ChannelKind.WEBHOOK: WebhookConfig,
}
_CONFIG_SCHEMA = {
    "description": (
        "email: {to: [address]}; sms: {to: [E.164 number]}; webhook: {url, secret (write-only)}"
    )
}
Config = Annotated[dict[str, Any], Field(json_schema_extra=_CONFIG_SCHEMA)]
Severities = Annotated[list[Severity], AfterValidator(_distinct), Field(min_length=1)]


LabelName = Annotated[str, StringConstraints(pattern=r"^([a-zA-Z_][a-zA-Z0-9_]*|\.\.\.)$")]
_DEFAULT = Grouping()


def _seconds(of: timedelta) -> int:
    return int(of.total_seconds())


class GroupingModel(_Strict):
    """Which alerts go in one message, and when: as in Alertmanager's routes.

    A new group waits `group_wait_seconds` for more; what changes in it is told at the next
    `group_interval_seconds`; what lasts is told again once `repeat_interval_seconds` have passed,
    at such a tick, unless somebody took it on.
    """

    group_by: Annotated[list[LabelName], AfterValidator(_distinct)] = Field(
        default=list(_DEFAULT.group_by),
        max_length=20,
        description="Labels; none: all alerts together; `...`: each by itself.",
    )
    group_wait_seconds: int = Field(default=_seconds(_DEFAULT.group_wait), ge=0, le=3600)
    group_interval_seconds: int = Field(
        default=_seconds(_DEFAULT.group_interval), ge=1, le=24 * 3600
    )
    repeat_interval_seconds: int = Field(
        default=_seconds(_DEFAULT.repeat_interval), ge=60, le=31 * 24 * 3600
    )

    def grouping(self) -> Grouping:
        """Return it as the domain's value."""
        return Grouping(
            group_by=tuple(self.group_by),
            group_wait=timedelta(seconds=self.group_wait_seconds),
            group_interval=timedelta(seconds=self.group_interval_seconds),
            repeat_interval=timedelta(seconds=self.repeat_interval_seconds),
        )

    @classmethod
    def of(cls, grouping: Grouping) -> GroupingModel:
        """Return it as it was taken."""
        return cls(
            group_by=list(grouping.group_by),
            group_wait_seconds=_seconds(grouping.group_wait),
            group_interval_seconds=_seconds(grouping.group_interval),
            repeat_interval_seconds=_seconds(grouping.repeat_interval),
        )


_CRITICAL = Field(description="Tell of each critical alert by itself, at once, and so of its end.")


class NotificationSettings(_Strict):
    """How an organisation wants to be told, whatever the channel."""

    most_a_minute: int = Field(
        ge=1,
        le=1000,
        description="What is more than so many messages to a person in a minute goes in a digest.",
    )


class ChannelInput(_Strict):
    """A channel as it is created or replaced."""

    name: Name
    kind: ChannelKind
    config: Config
    severities: Severities = ["warning", "critical"]
    enabled: bool = True
    grouping: GroupingModel | None = Field(default=None, description="Without it, the defaults.")
    critical_at_once: Annotated[bool, _CRITICAL] = True


class ChannelPatch(_Strict):
    """The fields of a channel that change."""

    name: Name | None = None
    config: Config | None = None
    severities: Severities | None = None
    enabled: bool | None = None
    grouping: GroupingModel | None = None
    critical_at_once: Annotated[bool | None, _CRITICAL] = None


def config_of(kind: ChannelKind, given: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Return a channel's configuration and apart from it its secret; raise InvalidError."""
    try:
        config = _CONFIGS[kind].model_validate(given).model_dump()
    except ValidationError as error:
        found = [{**one, "loc": ("config", *one["loc"])} for one in error.errors()]
        raise failures.invalid(found) from error
    return config, config.pop("secret", None)


class ChannelView(BaseModel):
    """A channel as it is shown; of a webhook's secret, only that it has one."""

    id: UUID
    name: str
    kind: ChannelKind
    config: dict[str, Any]
    severities: list[Severity]
    enabled: bool
    grouping: GroupingModel
    critical_at_once: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, channel: Channel) -> ChannelView:
        """Return the view of a channel."""
        return cls(**_shown(channel))


def _shown(channel: Channel) -> dict[str, Any]:
    has_secret = (
        {"has_secret": channel.sealed_secret is not None}
        if channel.kind is ChannelKind.WEBHOOK
        else {}
    )
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "config": {**channel.config, **has_secret},
        "severities": list(channel.severities),
        "enabled": channel.enabled,
        "grouping": GroupingModel.of(channel.grouping),
        "critical_at_once": channel.critical_at_once,
        "created_at": channel.created_at,
        "updated_at": channel.updated_at,
    }


class CreatedChannel(ChannelView):
    """A new channel; `generated_secret` is a webhook's, made for it and shown only here."""

    generated_secret: str | None = None

    @classmethod
    def made(cls, channel: Channel, secret: str | None) -> CreatedChannel:
        """Return the view of a new channel."""
        return cls(**_shown(channel), generated_secret=secret)


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
