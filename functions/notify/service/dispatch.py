"""Render a delivery and hand it to its channel's provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.notify.domain.channel import Channel, ChannelKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netpulse.ids import OrganizationId
    from netpulse.secrets import Vault

    from functions.notify.domain.delivery import Delivery
    from functions.notify.domain.message import Message, Receipt
    from functions.notify.domain.news import News
    from functions.notify.ports import Organization, Renderer, Sender


class Dispatcher:
    """The ways out, by kind of channel."""

    def __init__(
        self, senders: Mapping[ChannelKind, Sender], renderer: Renderer, vault: Vault
    ) -> None:
        self._senders = senders
        self._renderer = renderer
        self._vault = vault

    def render(
        self,
        organization_id: OrganizationId,
        delivery: Delivery,
        news: Sequence[News],
        organization: Organization,
    ) -> Message:
        """Return the message that a delivery sends."""
        return self._renderer.render(delivery, news, organization_id, organization)

    def send(
        self, organization_id: OrganizationId, message: Message, channel: Channel | None
    ) -> Receipt:
        """Hand a message to the channel's provider; raise DeliveryError when it is refused.

        Without a channel it is an email to its recipient's own address.
        """
        if channel is None:
            return self._senders[ChannelKind.EMAIL].send(message, {})
        config: dict[str, Any] = dict(channel.config)
        if channel.sealed_secret is not None:
            config |= self._vault.open(
                channel.sealed_secret, organization_id=organization_id, record_id=channel.id
            )
        return self._senders[channel.kind].send(message, config)
