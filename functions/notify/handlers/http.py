"""Notify over HTTP: channels, and what was sent through them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.errors import InvalidError
from netpulse.http import Application, Page
from netpulse.http.fields import PageNumber, PerPage
from netpulse.ids import AlertId, ChannelId, DeliveryId
from netpulse.permissions import Permission

from functions.notify import wiring
from functions.notify.domain.channel import Kind
from functions.notify.domain.delivery import State
from functions.notify.models import (
    ChannelInput,
    ChannelPatch,
    ChannelView,
    CreatedChannel,
    DeliveryView,
    TestedChannel,
    TrialView,
    config_of,
)
from functions.notify.ports import DeliveryFilter

app = Application("notify", wiring.access)
handler = app


@app.get("/notification-channels", permission=Permission.NOTIFICATION_READ)
def list_notification_channels(
    page: PageNumber = 1, per_page: PerPage = 50, kind: Kind | None = None
) -> Page[ChannelView]:
    """List the channels by name."""
    found, total = wiring.channel_service().page(
        app.principal.organization_id, page=page, per_page=per_page, kind=kind
    )
    views = [ChannelView.of(channel) for channel in found]
    return Page[ChannelView](items=views, page=page, per_page=per_page, total=total)


@app.post(
    "/notification-channels",
    permission=Permission.NOTIFICATION_WRITE,
    status=201,
    errors=(409,),
)
def create_notification_channel(body: ChannelInput) -> CreatedChannel:
    """Create a channel. A webhook without a secret is given one, shown only in this answer."""
    config, secret = config_of(body.kind, body.config)
    channel, made = wiring.channel_service().create(
        app.principal.organization_id,
        name=body.name,
        kind=body.kind,
        config=config,
        secret=secret,
        severities=tuple(body.severities),
        enabled=body.enabled,
    )
    return CreatedChannel.made(channel, made)


@app.get(
    "/notification-channels/{channel_id}", permission=Permission.NOTIFICATION_READ, errors=(404,)
)
def get_notification_channel(channel_id: UUID) -> ChannelView:
    """Show a channel."""
    found = wiring.channel_service().get(app.principal.organization_id, ChannelId(channel_id))
    return ChannelView.of(found)


@app.put(
    "/notification-channels/{channel_id}",
    permission=Permission.NOTIFICATION_WRITE,
    errors=(404, 409),
)
def replace_notification_channel(channel_id: UUID, body: ChannelInput) -> ChannelView:
    """Replace a channel; its kind stays, and so does its secret unless another is given."""
    before = wiring.channel_service().get(app.principal.organization_id, ChannelId(channel_id))
    if before.kind is not body.kind:
        fault = {"field": "kind", "code": "INVALID_INPUT", "message": "A channel's kind is fixed"}
        raise InvalidError("Not accepted: kind", details={"fields": [fault]})
    config, secret = config_of(body.kind, body.config)
    changed = wiring.channel_service().change(
        app.principal.organization_id,
        ChannelId(channel_id),
        name=body.name,
        config=config,
        secret=secret,
        severities=tuple(body.severities),
        enabled=body.enabled,
    )
    return ChannelView.of(changed)


@app.patch(
    "/notification-channels/{channel_id}",
    permission=Permission.NOTIFICATION_WRITE,
    errors=(404, 409),
)
def change_notification_channel(channel_id: UUID, body: ChannelPatch) -> ChannelView:
    """Change some of a channel's fields."""
    before = wiring.channel_service().get(app.principal.organization_id, ChannelId(channel_id))
    changes = body.model_dump(exclude_none=True)
    secret = None
    if body.config is not None:
        changes["config"], secret = config_of(before.kind, body.config)
    if body.severities is not None:
        changes["severities"] = tuple(body.severities)
    changed = wiring.channel_service().change(
        app.principal.organization_id, ChannelId(channel_id), secret=secret, **changes
    )
    return ChannelView.of(changed)


@app.delete(
    "/notification-channels/{channel_id}",
    permission=Permission.NOTIFICATION_WRITE,
    status=204,
    errors=(404,),
)
def delete_notification_channel(channel_id: UUID) -> None:
    """Delete a channel and drop what it has not sent yet."""
    wiring.channel_service().remove(app.principal.organization_id, ChannelId(channel_id))


@app.post(
    "/notification-channels/{channel_id}/test",
    permission=Permission.NOTIFICATION_WRITE,
    errors=(404, 502),
)
def try_notification_channel(channel_id: UUID) -> TestedChannel:
    """Send a test message to each recipient now; show what the provider answers, word for word."""
    trials = wiring.channel_trial().run(app.principal.organization_id, ChannelId(channel_id))
    results = [TrialView.model_validate(trial.shown()) for trial in trials]
    return TestedChannel(channel_id=channel_id, results=results)


@app.get("/notifications", permission=Permission.NOTIFICATION_READ)
def list_notifications(
    page: PageNumber = 1,
    per_page: PerPage = 50,
    state: State | None = None,
    channel_id: Annotated[UUID | None, Query()] = None,
    alert_id: Annotated[UUID | None, Query()] = None,
) -> Page[DeliveryView]:
    """List what was, is being or was not sent, newest first; `state=dead` is the dead letter."""
    wanted = DeliveryFilter(
        state=state,
        channel_id=ChannelId(channel_id) if channel_id else None,
        alert_id=AlertId(alert_id) if alert_id else None,
    )
    found, total = wiring.delivery_service().page(
        app.principal.organization_id, wanted, page=page, per_page=per_page
    )
    views = [DeliveryView.of(delivery) for delivery in found]
    return Page[DeliveryView](items=views, page=page, per_page=per_page, total=total)


@app.get("/notifications/{notification_id}", permission=Permission.NOTIFICATION_READ, errors=(404,))
def get_notification(notification_id: UUID) -> DeliveryView:
    """Show one message to one recipient."""
    found = wiring.delivery_service().get(
        app.principal.organization_id, DeliveryId(notification_id)
    )
    return DeliveryView.of(found)


@app.post(
    "/notifications/{notification_id}/retry",
    permission=Permission.NOTIFICATION_WRITE,
    errors=(404, 409),
)
def retry_notification(notification_id: UUID) -> DeliveryView:
    """Send a failed or dead message again, for another day of attempts."""
    queued = wiring.delivery_service().retry(
        app.principal.organization_id, DeliveryId(notification_id)
    )
    return DeliveryView.of(queued)
