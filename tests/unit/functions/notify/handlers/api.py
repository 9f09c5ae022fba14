"""Notify's HTTP interface over memory."""

from __future__ import annotations

from typing import Any

from netpulse.networks import AddressPolicy, parse_networks
from netpulse.permissions import Role

from functions.notify.domain.channel import ChannelKind
from functions.notify.handlers.http import application
from functions.notify.handlers.services import Services
from functions.notify.service import ChannelService, ChannelTrial, DeliveryService, Dispatcher
from functions.notify.templates.renderer import TemplateRenderer
from tests.support.clock import FakeClock
from tests.support.http import Answer as HttpAnswer
from tests.support.http import Client, FakeAccess, a_principal
from tests.support.notify import (
    FakeSender,
    PlainVault,
)
from tests.support.notify_memory import MemoryFiles, MemoryQueue, MemoryWork

EMAIL = {"name": "NOC", "kind": "email", "config": {"to": ["amina@example.org"]}}
SMS = {"name": "Phones", "kind": "sms", "config": {"to": ["+254700000001"]}}
WEBHOOK = {
    "name": "Hook",
    "kind": "webhook",
    "config": {"url": "https://hooks.example.org/in", "secret": "hush-hush"},
}


class Api:
    """The interface over memory."""

    def __init__(self) -> None:
        self.work, self.queue, self.sender = MemoryWork(), MemoryQueue(), FakeSender()
        clock = FakeClock()
        dispatcher = Dispatcher(
            dict.fromkeys(ChannelKind, self.sender),
            TemplateRenderer("https://netpulse.example.org"),
            PlainVault(),
        )
        policy = AddressPolicy(forbidden=parse_networks("10.0.0.0/8"), public_only=True)
        channels = ChannelService(
            self.work, PlainVault(), policy, clock, new_secret=lambda: "made-for-you"
        )
        trial = ChannelTrial(self.work, dispatcher, clock)
        deliveries = DeliveryService(
            self.work, dispatcher, self.queue, clock, files=MemoryFiles(), jitter=lambda: 0.5
        )
        self.services = Services(
            channels=lambda: channels, trial=lambda: trial, deliveries=lambda: deliveries
        )
        self.clock = clock

    def call(
        self, method: str, path: str, *, role: Role = Role.ADMIN, **options: Any
    ) -> HttpAnswer:
        access = FakeAccess(a_principal(role))
        app = application(lambda: access, self.services, clock=self.clock)
        return Client(app).call(method, path, **options)

    def create(self, body: dict[str, Any]) -> Any:
        answer = self.call("POST", "/notification-channels", body=body)
        assert answer.status == 201, answer.text
        return answer.data


def fields(answer: HttpAnswer) -> dict[str, str]:
    found = answer.json["error"]["details"]["fields"]
    return {field["field"]: field["code"] for field in found}
