"""Channels over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.errors import InvalidError
from netpulse.http import Application, Page
from netpulse.http.fields import PageNumber, PerPage
from netpulse.ids import ChannelId
from netpulse.permissions import Permission

from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.grouping import Grouping
from functions.notify.models.channels import (
    ChannelInput,
    ChannelPatch,
    ChannelView,
    CreatedChannel,
    config_of,
)
from functions.notify.models.deliveries import TestedChannel, TrialView

if TYPE_CHECKING:
    from functions.notify.domain.channel import Channel
    from functions.notify.handlers.services import Services


def add_channel_routes(app: Application, services: Services) -> None:
    """Add the routes under /notification-channels."""
    _add_reading(app, services)
    _add_creation(app, services)
    _add_changes(app, services)


def _add_reading(app: Application, services: Services) -> None:
    @app.get("/notification-channels", permission=Permission.NOTIFICATION_READ)
    def list_notification_channels(
        page: PageNumber = 1, per_page: PerPage = 50, kind: ChannelKind | None = None
    ) -> Page[ChannelView]:
        """List the channels by name."""
        found, total = services.channels().page(
            app.principal.organization_id, page=page, per_page=per_page, kind=kind
        )
        views = [ChannelView.of(channel) for channel in found]
        return Page[ChannelView](items=views, page=page, per_page=per_page, total=total)

    @app.get(
        "/notification-channels/{channel_id}",
        permission=Permission.NOTIFICATION_READ,
        errors=(404,),
    )
    def get_notification_channel(channel_id: UUID) -> ChannelView:
        """Show a channel."""
        found = services.channels().get(app.principal.organization_id, ChannelId(channel_id))
        return ChannelView.of(found)


def _add_creation(app: Application, services: Services) -> None:
    @app.post(
        "/notification-channels",
        permission=Permission.NOTIFICATION_WRITE,
        status=201,
        errors=(409,),
    )
    def create_notification_channel(body: ChannelInput) -> CreatedChannel:
        """Create a channel. A webhook without a secret is given one, shown only in this answer."""
        config, secret = config_of(body.kind, body.config)
        channel, made = services.channels().create(
            app.principal.organization_id,
            name=body.name,
            kind=body.kind,
            config=config,
            secret=secret,
            severities=tuple(body.severities),
            enabled=body.enabled,
            grouping=_grouping_of(body),
            critical_at_once=body.critical_at_once,
            quiet_hours=body.quiet_hours.hours() if body.quiet_hours else None,
        )
        return CreatedChannel.made(channel, made)

    @app.post(
        "/notification-channels/{channel_id}/test",
        permission=Permission.NOTIFICATION_WRITE,
        errors=(404, 502),
    )
    def try_notification_channel(channel_id: UUID) -> TestedChannel:
        """Send a test message to each recipient now; show the provider's own words."""
        trials = services.trial().run(app.principal.organization_id, ChannelId(channel_id))
        results = [TrialView.model_validate(trial.shown()) for trial in trials]
        return TestedChannel(channel_id=channel_id, results=results)


def _add_changes(app: Application, services: Services) -> None:
    @app.put(
        "/notification-channels/{channel_id}",
        permission=Permission.NOTIFICATION_WRITE,
        errors=(404, 409),
    )
    def replace_notification_channel(channel_id: UUID, body: ChannelInput) -> ChannelView:
        """Replace a channel; its kind stays, and so does its secret unless another is given."""
        before = services.channels().get(app.principal.organization_id, ChannelId(channel_id))
        _require_kind(before, body.kind)
        config, secret = config_of(body.kind, body.config)
        changed = services.channels().change(
            app.principal.organization_id,
            ChannelId(channel_id),
            name=body.name,
            config=config,
            secret=secret,
            severities=tuple(body.severities),
            enabled=body.enabled,
            grouping=_grouping_of(body),
            critical_at_once=body.critical_at_once,
            quiet_hours=body.quiet_hours.hours() if body.quiet_hours else None,
        )
        return ChannelView.of(changed)

    @app.patch(
        "/notification-channels/{channel_id}",
        permission=Permission.NOTIFICATION_WRITE,
        errors=(404, 409),
    )
    def change_notification_channel(channel_id: UUID, body: ChannelPatch) -> ChannelView:
        """Change some of a channel's fields."""
        before = services.channels().get(app.principal.organization_id, ChannelId(channel_id))
        changes = body.model_dump(exclude_none=True)
        secret = None
        if body.config is not None:
            changes["config"], secret = config_of(before.kind, body.config)
        if body.severities is not None:
            changes["severities"] = tuple(body.severities)
        if body.grouping is not None:
            changes["grouping"] = body.grouping.grouping()
        if "quiet_hours" in body.model_fields_set:
            changes["quiet_hours"] = body.quiet_hours.hours() if body.quiet_hours else None
        changed = services.channels().change(
            app.principal.organization_id, ChannelId(channel_id), secret=secret, **changes
        )
        return ChannelView.of(changed)

    @app.delete(
        "/notification-channels/{channel_id}",
        permission=Permission.NOTIFICATION_WRITE,
        errors=(404,),
    )
    def delete_notification_channel(channel_id: UUID) -> None:
        """Delete a channel and drop what it has not sent yet."""
        services.channels().remove(app.principal.organization_id, ChannelId(channel_id))


def _grouping_of(body: ChannelInput) -> Grouping:
    return body.grouping.grouping() if body.grouping else Grouping()


def _require_kind(channel: Channel, kind: ChannelKind) -> None:
    if channel.kind is not kind:
        fault = {"field": "kind", "code": "INVALID_INPUT", "message": "A channel's kind is fixed"}
        raise InvalidError("Not accepted: kind", details={"fields": [fault]})
