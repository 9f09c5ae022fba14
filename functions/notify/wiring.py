"""Notify in the real world."""

from __future__ import annotations

import random
import secrets
from functools import cache, partial
from typing import TYPE_CHECKING

from netpulse import aws
from netpulse.clock import SYSTEM_CLOCK
from netpulse.networks import AddressPolicy, outside_policy
from netpulse.outgoing import Outgoing
from netpulse.secrets import vault
from netpulse.settings import Settings, load
from netpulse.wiring import access, database, relay, system_database
from netpulse.work import UnitOfWork

from functions.notify.channels.email.sendgrid import SendGridSender
from functions.notify.channels.files import S3Files
from functions.notify.channels.queue import SqsQueue
from functions.notify.channels.sms.africastalking import AfricasTalkingSender
from functions.notify.channels.webhook import MAX_ANSWER_BYTES, WebhookSender
from functions.notify.domain.channel import ChannelKind
from functions.notify.repository import PostgresDeliveries, PostgresGroups, PostgresNotifyWork
from functions.notify.service import (
    ChannelService,
    ChannelTrial,
    DeliveryService,
    Dispatcher,
    Notifier,
    ReportPost,
)
from functions.notify.service.sweep import Sweep
from functions.notify.templates.renderer import TemplateRenderer

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.ids import DeliveryId, OrganizationId

__all__ = [
    "access",
    "channel_service",
    "channel_trial",
    "delivery_service",
    "notifier",
    "queue",
    "report_post",
    "sweep",
]


class QueueSettings(Settings):
    """Where attempts are queued."""

    deliveries_queue_url: str


class ProviderSettings(Settings):
    """Where the providers are, what we log in with, and where webhooks may not go."""

    public_url: str
    providers_secret: str
    sendgrid_url: str
    africastalking_url: str
    forbidden_networks: str = ""


class FilesSettings(Settings):
    """Where reports' files are kept."""

    reports_bucket: str


@cache
def work() -> UnitOfWork[PostgresNotifyWork]:
    """Return what opens notify's transactions."""
    return UnitOfWork(database(), relay(), SYSTEM_CLOCK, PostgresNotifyWork)


@cache
def queue() -> SqsQueue:
    """Return the deliveries queue."""
    return SqsQueue(load(QueueSettings).deliveries_queue_url)


@cache
def policy() -> AddressPolicy:
    """Return where webhooks may go: public addresses only."""
    return outside_policy(load(ProviderSettings).forbidden_networks)


@cache
def dispatcher() -> Dispatcher:
    """Return the ways out."""
    settings = load(ProviderSettings)
    credentials = partial(aws.secret, settings.providers_secret)
    return Dispatcher(
        {
            ChannelKind.EMAIL: SendGridSender(credentials, settings.sendgrid_url, SYSTEM_CLOCK),
            ChannelKind.SMS: AfricasTalkingSender(
                credentials, settings.africastalking_url, SYSTEM_CLOCK
            ),
            ChannelKind.WEBHOOK: WebhookSender(
                Outgoing(policy(), max_bytes=MAX_ANSWER_BYTES), SYSTEM_CLOCK
            ),
        },
        TemplateRenderer(settings.public_url),
        vault(),
    )


@cache
def notifier() -> Notifier:
    """Return what decides who is told."""
    return Notifier(work(), queue(), SYSTEM_CLOCK)


@cache
def report_post() -> ReportPost:
    """Return what mails reports."""
    return ReportPost(work(), queue(), SYSTEM_CLOCK)


@cache
def delivery_service() -> DeliveryService:
    """Return what attempts deliveries."""
    return DeliveryService(
        work(),
        dispatcher(),
        queue(),
        SYSTEM_CLOCK,
        files=S3Files(load(FilesSettings).reports_bucket),
        jitter=random.random,
    )


@cache
def channel_service() -> ChannelService:
    """Return what keeps channels."""
    return ChannelService(
        work(), vault(), policy(), SYSTEM_CLOCK, new_secret=lambda: secrets.token_urlsafe(32)
    )


@cache
def channel_trial() -> ChannelTrial:
    """Return what sends test messages."""
    return ChannelTrial(work(), dispatcher(), SYSTEM_CLOCK)


def _due(now: datetime, limit: int) -> list[tuple[OrganizationId, DeliveryId]]:
    with system_database().transaction(None) as transaction:
        return PostgresDeliveries(transaction).due(now=now, limit=limit)


def _waiting(now: datetime) -> list[OrganizationId]:
    with system_database().transaction(None) as transaction:
        return PostgresGroups(transaction).waiting(now=now)


def _forget(before: datetime, limit: int) -> int:
    with system_database().transaction(None) as transaction:
        gone = PostgresGroups(transaction).forget_idle(before, limit=limit)
        return gone + PostgresDeliveries(transaction).forget_before(before, limit=limit)


@cache
def sweep() -> Sweep:
    """Return the safety net."""
    return Sweep(_due, _waiting, _forget, queue(), SYSTEM_CLOCK)
