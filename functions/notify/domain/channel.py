"""A channel: where an organisation wants to be told of what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from netpulse.ids import ChannelId

from functions.notify.domain.grouping import Grouping
from functions.notify.domain.quiet_hours import QuietHours


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
    grouping: Grouping = field(default_factory=Grouping)
    # each critical alert by itself, and nothing of it waits
    critical_at_once: bool = True
    quiet_hours: QuietHours | None = None
    sealed_secret: bytes | None = None

    def grouping_of(self, severity: str) -> Grouping:
        """Return how alerts of a severity are grouped."""
        at_once = self.critical_at_once and severity == "critical"
        return self.grouping.at_once if at_once else self.grouping

    def quiet_until(self, now: datetime, *, is_critical: bool) -> datetime | None:
        """Return until when it is told nothing of an alert; None: it is told now."""
        hours = self.quiet_hours
        if hours is None or (is_critical and not hours.even_critical):
            return None
        return hours.end(now)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Who gets a message each. A webhook's is its host: the rest of its URL may be secret."""
        if self.kind is ChannelKind.WEBHOOK:
            return (urlsplit(self.config["url"]).hostname or "",)
        return tuple(self.config["to"])

    def person(self, recipient: str) -> str:
        """Return who a recipient is, whatever the channel: a phone or a mailbox in several is one.

        Of webhooks only the host is known, and many share one: each is somebody of its own.
        """
        return str(self.id) if self.kind is ChannelKind.WEBHOOK else recipient.lower()

    def still_tells(self, recipient: str) -> bool:
        """Whether someone who was told of a problem is still to be told of its end."""
        # a webhook that moved to another host is still the one that was told
        return self.enabled and (self.kind is ChannelKind.WEBHOOK or recipient in self.recipients)
