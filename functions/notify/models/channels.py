"""Channels and settings as they are asked for and shown."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from netpulse.http import failures
from netpulse.http.fields import Name
from pydantic import BaseModel, Field, StringConstraints, ValidationError
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.models.timing import GroupingModel, QuietHoursModel, Strict, distinct

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


_Stripped = StringConstraints(strip_whitespace=True, max_length=320)
EmailAddress = Annotated[str, _Stripped, AfterValidator(_email)]
PhoneNumber = Annotated[str, _Stripped, AfterValidator(_number)]
Severity = Literal["info", "warning", "critical"]


class EmailConfig(Strict):
    """Who gets mails."""

    to: Annotated[list[EmailAddress], AfterValidator(distinct)] = Field(min_length=1, max_length=50)


class SmsConfig(Strict):
    """Who gets SMS."""

    to: Annotated[list[PhoneNumber], AfterValidator(distinct)] = Field(min_length=1, max_length=50)


class WebhookConfig(Strict):
    """Where bodies are posted, and what signs them; the secret is never shown again."""

    url: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2048)]
    secret: Annotated[str, StringConstraints(min_length=8, max_length=255)] | None = None


_CONFIGS: dict[ChannelKind, type[Strict]] = {
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
Severities = Annotated[list[Severity], AfterValidator(distinct), Field(min_length=1)]


_CRITICAL = Field(description="Tell of each critical alert by itself, at once, and so of its end.")


class NotificationSettings(Strict):
    """How an organisation wants to be told, whatever the channel."""

    most_a_minute: int = Field(
        ge=1,
        le=1000,
        description="What is more than so many messages to a person in a minute goes in a digest.",
    )


class ChannelInput(Strict):
    """A channel as it is created or replaced."""

    name: Name
    kind: ChannelKind
    config: Config
    severities: Severities = Field(default=["warning", "critical"])
    enabled: bool = True
    grouping: GroupingModel | None = Field(default=None, description="Without it, the defaults.")
    critical_at_once: Annotated[bool, _CRITICAL] = True
    quiet_hours: QuietHoursModel | None = None


class ChannelPatch(Strict):
    """The fields of a channel that change."""

    name: Name | None = None
    config: Config | None = None
    severities: Severities | None = None
    enabled: bool | None = None
    grouping: GroupingModel | None = None
    critical_at_once: Annotated[bool | None, _CRITICAL] = None
    quiet_hours: Annotated[QuietHoursModel | None, Field(description="null: none.")] = None


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
    quiet_hours: QuietHoursModel | None
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
        "quiet_hours": QuietHoursModel.of(channel.quiet_hours) if channel.quiet_hours else None,
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
