"""Notify in memory, on a clock that the test moves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from netpulse.ids import OrganizationId

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Delivery
from functions.notify.domain.news import News
from functions.notify.service import DeliveryService, Dispatcher, Notifier, ReportPost
from functions.notify.templates.renderer import TemplateRenderer
from tests.support.clock import FakeClock
from tests.support.notify import (
    FakeSender,
    PlainVault,
)
from tests.support.notify_memory import MemoryFiles, MemoryQueue, MemoryWork

ORGANIZATION = OrganizationId(uuid4())
_LINK = re.compile(r" Ack: \S+$")
GROUP_WAIT = timedelta(seconds=30)


@dataclass
class World:
    clock: FakeClock = field(default_factory=FakeClock)
    work: MemoryWork = field(default_factory=MemoryWork)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    sender: FakeSender = field(default_factory=FakeSender)
    files: MemoryFiles = field(default_factory=MemoryFiles)

    def __post_init__(self) -> None:
        self.notifier = Notifier(self.work, self.queue, self.clock)
        dispatcher = Dispatcher(
            dict.fromkeys(ChannelKind, self.sender),
            TemplateRenderer("https://netpulse.example.org"),
            PlainVault(),
        )
        self.deliveries = DeliveryService(
            self.work,
            dispatcher,
            self.queue,
            self.clock,
            files=self.files,
            jitter=lambda: 0.5,
        )
        self.post = ReportPost(self.work, self.queue, self.clock)

    def with_channels(self, *channels: Channel) -> World:
        for channel in channels:
            self.work.channels.save(channel)
        return self

    def tell(self, *news: News) -> None:
        self.notifier.tell(ORGANIZATION, news)

    def work_off(self) -> None:
        for delivery_id in self.queue.take():
            self.deliveries.attempt(ORGANIZATION, delivery_id)

    def later(self, by: timedelta) -> None:
        self.clock.advance(by)
        instants, self.queue.woken = self.queue.woken, []
        self.queue.woken = [at for at in instants if at > self.clock.now()]
        if any(at <= self.clock.now() for at in instants):
            self.notifier.ring(ORGANIZATION)
        waiting = self.queue.sent
        self.queue.sent = [(one, at) for one, at in waiting if at > self.clock.now()]
        for delivery_id, at in waiting:
            if at <= self.clock.now():
                self.deliveries.attempt(ORGANIZATION, delivery_id)

    @property
    def texts(self) -> list[str]:
        """What was sent, without the links, which are never twice the same."""
        return [_LINK.sub("", message.body) for message in self.sender.sent]

    def only(self) -> Delivery:
        return self.work.only()
