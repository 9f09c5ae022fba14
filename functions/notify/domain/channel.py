"""A channel: where an organisation wants to be told of what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from netpulse.ids import ChannelId


class ChannelKind(StrEnum):
    """The ways to tell someone."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """Where an organisation wants to be told, and of which severities."""

    id: ChannelId
    name: str
    kind: ChannelKind
    config: dict[str, Any]
    severities: tuple[str, ...]
    enabled: bool
    created_at: datetime
    updated_at: datetime
    sealed_secret: bytes | None = None

    @property
    def recipients(self) -> tuple[str, ...]:
        """Who gets a message each. A webhook's is its host: the rest of its URL may be secret."""
        if self.kind is ChannelKind.WEBHOOK:
            return (urlsplit(self.config["url"]).hostname or "",)
        return tuple(self.config["to"])

    def still_tells(self, recipient: str) -> bool:
        """Whether someone who was told of a problem is still to be told of its end."""
        # a webhook that moved to another host is still the one that was told
        return self.enabled and (self.kind is ChannelKind.WEBHOOK or recipient in self.recipients)
