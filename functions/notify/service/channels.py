"""Channels: create, change, delete."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from netpulse.errors import InvalidError
from netpulse.ids import ChannelId

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.networks import AddressPolicy
    from netpulse.secrets import Vault

    from functions.notify.domain.grouping import Grouping
    from functions.notify.domain.quiet_hours import QuietHours
    from functions.notify.ports import Work


class ChannelService:
    """An organisation's channels, their secrets sealed and their URLs checked."""

    def __init__(
        self,
        work: Work,
        vault: Vault,
        policy: AddressPolicy,
        clock: Clock,
        *,
        new_secret: Callable[[], str],
    ) -> None:
        self._work = work
        self._vault = vault
        self._policy = policy
        self._clock = clock
        self._new_secret = new_secret

    def page(
        self, organization_id: OrganizationId, *, page: int, per_page: int, kind: ChannelKind | None
    ) -> tuple[list[Channel], int]:
        """Return one page by name, and how many there are."""
        with self._work(organization_id) as work:
            return work.channels.page(page=page, per_page=per_page, kind=kind)

    def get(self, organization_id: OrganizationId, channel_id: ChannelId) -> Channel:
        """Return a channel; raise NotFoundError."""
        with self._work(organization_id) as work:
            return work.channels.get(channel_id)

    def create(
        self,
        organization_id: OrganizationId,
        *,
        name: str,
        kind: ChannelKind,
        config: dict[str, Any],
        secret: str | None,
        severities: tuple[str, ...],
        enabled: bool,
        grouping: Grouping,
        critical_at_once: bool,
        quiet_hours: QuietHours | None = None,
    ) -> tuple[Channel, str | None]:
        """Create a channel; return it, and the secret if one had to be made for its webhook."""
        self._check(config)
        now = self._clock.now()
        channel_id = ChannelId(uuid4())
        made = self._new_secret() if kind is ChannelKind.WEBHOOK and secret is None else None
        channel = Channel(
            id=channel_id,
            name=name,
            kind=kind,
            config=config,
            severities=severities,
            enabled=enabled,
            grouping=grouping,
            critical_at_once=critical_at_once,
            quiet_hours=quiet_hours,
            sealed_secret=self._sealed(organization_id, channel_id, secret or made),
            created_at=now,
            updated_at=now,
        )
        with self._work(organization_id) as work:
            work.channels.save(channel)
        return channel, made

    def change(
        self,
        organization_id: OrganizationId,
        channel_id: ChannelId,
        *,
        secret: str | None = None,
        **changes: Any,
    ) -> Channel:
        """Change a channel's fields; a webhook keeps its secret unless it is given another."""
        self._check(changes.get("config") or {})
        sealed = self._sealed(organization_id, channel_id, secret)
        if sealed is not None:
            changes["sealed_secret"] = sealed
        with self._work(organization_id) as work:
            before = work.channels.get(channel_id)
            channel = replace(before, **changes, updated_at=self._clock.now())
            work.channels.save(channel)
        return channel

    def remove(self, organization_id: OrganizationId, channel_id: ChannelId) -> None:
        """Delete a channel and drop what it has not sent yet."""
        with self._work(organization_id) as work:
            work.channels.get(channel_id)
            work.channels.remove(channel_id)
            work.deliveries.drop_open_of(
                channel_id, reason=Reason.CHANNEL_DELETED, now=self._clock.now()
            )

    def most_a_minute(self, organization_id: OrganizationId) -> int:
        """Return how many messages a minute a person may be sent."""
        with self._work(organization_id) as work:
            return work.settings.most_a_minute()

    def limit_to(self, organization_id: OrganizationId, most_a_minute: int) -> None:
        """Say how many messages a minute a person may be sent."""
        with self._work(organization_id) as work:
            work.settings.limit_to(most_a_minute, at=self._clock.now())

    def _check(self, config: dict[str, Any]) -> None:
        refusal = self._policy.refusal_of_url(config["url"]) if "url" in config else None
        if refusal:
            fault = {"field": "config.url", "code": "INVALID_INPUT", "message": f"It is {refusal}"}
            raise InvalidError("Not accepted: config.url", details={"fields": [fault]})

    def _sealed(
        self, organization_id: OrganizationId, channel_id: ChannelId, secret: str | None
    ) -> bytes | None:
        if secret is None:
            return None
        return self._vault.seal(
            {"secret": secret}, organization_id=organization_id, record_id=channel_id
        )
