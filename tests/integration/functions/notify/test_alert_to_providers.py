"""An alert's facts become real HTTP from the real SDKs, through PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import pytest
from netpulse.errors import ExternalServiceError, NotFoundError
from netpulse.events import Recorded
from netpulse.ids import AlertId, OrganizationId
from netpulse.networks import AddressPolicy
from netpulse.outgoing import Outgoing
from netpulse.work import Relay, UnitOfWork

from functions.notify.channels.email.sendgrid import SendGridSender
from functions.notify.channels.sms.africastalking import AfricasTalkingSender
from functions.notify.channels.webhook import WebhookSender
from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import DeliveryState
from functions.notify.domain.grouping import Grouping
from functions.notify.domain.news import News
from functions.notify.domain.signature import signature_of
from functions.notify.ports import DeliveryFilter
from functions.notify.repository import PostgresNotifyWork
from functions.notify.service import (
    ChannelService,
    ChannelTrial,
    DeliveryService,
    Dispatcher,
    Notifier,
)
from functions.notify.templates.renderer import TemplateRenderer
from tests.support.clock import FakeClock
from tests.support.database import TestDatabase
from tests.support.notify import PlainVault, a_problem, its_recovery
from tests.support.notify_memory import MemoryFiles, MemoryQueue
from tests.support.organizations import new_organization
from tests.support.recorder import Recorder, recording

CREDENTIALS = {
    "sendgrid_api_key": "SG.key",
    "email_from": "alerts@example.org",
    "africastalking_username": "netpulse",
    "africastalking_api_key": "atsk_key",
    "africastalking_sender_id": "NETPULSE",
}


class ListBus:
    def __init__(self) -> None:
        self.published: list[Recorded] = []

    def publish(self, records: Any) -> None:
        self.published += records


@dataclass
class World:
    organization_id: OrganizationId
    clock: FakeClock
    bus: ListBus
    queue: MemoryQueue
    notifier: Notifier
    deliveries: DeliveryService
    channels: ChannelService
    trial: ChannelTrial
    sendgrid: Recorder
    africastalking: Recorder
    webhook: Recorder

    def work_off(self) -> None:
        for delivery_id in self.queue.take():
            self.deliveries.attempt(self.organization_id, delivery_id)

    def tell(self, *news: News) -> None:
        self.notifier.tell(self.organization_id, news)
        self.work_off()

    def states(self) -> list[str]:
        found, _ = self.deliveries.page(self.organization_id, DeliveryFilter(), page=1, per_page=50)
        return sorted(f"{d.channel_kind} {d.purpose} {d.state}" for d in found)


def taken(number: str) -> bytes:
    recipient = {
        "statusCode": 101,
        "number": number,
        "status": "Success",
        "cost": "KES 0.8000",
        "messageId": "ATXid_1",
        "messageParts": 1,
    }
    return json.dumps({"SMSMessageData": {"Message": "Sent", "Recipients": [recipient]}}).encode()


@pytest.fixture
def world(postgres: TestDatabase) -> Iterator[World]:
    with recording() as sendgrid, recording() as africastalking, recording() as webhook:
        sendgrid.will_answer(202, X_Message_Id="sg-1")
        africastalking.will_answer(
            201, taken("+254700000001"), Content_Type="application/json; charset=utf-8"
        )
        organization_id = new_organization(postgres)
        database, clock, bus, queue = postgres.database(), FakeClock(), ListBus(), MemoryQueue()
        work = UnitOfWork(database, Relay(database, bus, clock), clock, PostgresNotifyWork)
        policy = AddressPolicy()
        dispatcher = Dispatcher(
            {
                ChannelKind.EMAIL: SendGridSender(lambda: CREDENTIALS, sendgrid.url, clock),
                ChannelKind.SMS: AfricasTalkingSender(
                    lambda: CREDENTIALS, africastalking.url, clock
                ),
                ChannelKind.WEBHOOK: WebhookSender(Outgoing(policy), clock),
            },
            TemplateRenderer("https://netpulse.example.org"),
            PlainVault(),
        )
        yield World(
            organization_id,
            clock,
            bus,
            queue,
            Notifier(work, queue, clock),
            DeliveryService(
                work, dispatcher, queue, clock, files=MemoryFiles(), jitter=lambda: 0.5
            ),
            ChannelService(work, PlainVault(), policy, clock, new_secret=lambda: "made-for-you"),
            ChannelTrial(work, dispatcher, clock),
            sendgrid,
            africastalking,
            webhook,
        )
        database.close()


def with_all_channels(world: World) -> None:
    for kind, config in (
        (ChannelKind.EMAIL, {"to": ["amina@example.org"]}),
        (ChannelKind.SMS, {"to": ["+254700000001"]}),
        (ChannelKind.WEBHOOK, {"url": f"{world.webhook.url}/in?token=t"}),
    ):
        world.channels.create(
            world.organization_id,
            name=kind.value,
            kind=kind,
            config=config,
            secret="hush-hush" if kind is ChannelKind.WEBHOOK else None,
            severities=("warning", "critical"),
            enabled=True,
            grouping=Grouping(),
            critical_at_once=True,
        )


def test_a_critical_alert_reaches_mail_phone_and_webhook_at_once_and_so_does_its_end(
    world: World,
) -> None:
    with_all_channels(world)
    problem = a_problem()
    world.tell(problem)

    mail = json.loads(world.sendgrid.only.body)
    assert mail["personalizations"][0]["to"] == [{"email": "amina@example.org"}]
    assert mail["subject"] == "[CRITICAL] core-sw1: The device does not answer"
    form = parse_qs(world.africastalking.only.body.decode())
    assert form["to"] == ["+254700000001"]
    assert form["message"][0].startswith("CRITICAL core-sw1 (192.0.2.10): The device does not")
    posted = world.webhook.only
    assert json.loads(posted.body)["alerts"][0]["labels"]["device"] == "core-sw1"
    assert posted.headers["X-NetPulse-Signature"] == signature_of(
        posted.body, secret="hush-hush", timestamp=int(posted.headers["X-NetPulse-Timestamp"])
    )

    world.clock.advance(timedelta(minutes=5))
    world.tell(its_recovery(problem))
    assert "RESOLVED" in json.loads(world.sendgrid.requests[-1].body)["subject"]
    assert "RESOLVED" in parse_qs(world.africastalking.requests[-1].body.decode())["message"][0]
    assert json.loads(world.webhook.requests[-1].body)["status"] == "resolved"
    assert [r.type for r in world.bus.published] == ["NotificationSent.v1"] * 6
    assert {r.data["alert_id"] for r in world.bus.published} == {str(problem.alert_id)}


def test_warnings_wait_for_each_other_and_go_as_one_message(world: World) -> None:
    with_all_channels(world)
    for name in ("edge-1", "edge-2", "edge-3"):
        world.tell(a_problem(severity="warning", device_name=name))
    assert world.sendgrid.requests == []
    world.clock.advance(timedelta(seconds=31))
    world.notifier.ring(world.organization_id)
    found, _ = world.deliveries.page(world.organization_id, DeliveryFilter(), page=1, per_page=50)
    for delivery in found:
        world.deliveries.attempt(world.organization_id, delivery.id)
    assert json.loads(world.sendgrid.only.body)["subject"] == "[3 warnings] edge-1, edge-2, edge-3"
    assert len(json.loads(world.webhook.only.body)["alerts"]) == 3
    assert world.states() == ["email batch sent", "sms batch sent", "webhook batch sent"]


def test_the_same_facts_twice_or_reversed_tell_nobody_twice(world: World) -> None:
    with_all_channels(world)
    problem = a_problem()
    world.tell(problem)
    world.tell(problem)
    world.tell(its_recovery(problem))
    world.tell(problem)
    world.tell(its_recovery(problem))
    late = a_problem()
    world.tell(its_recovery(late))
    world.tell(late)
    assert len(world.sendgrid.requests) == 2
    assert len(world.africastalking.requests) == 2


def test_a_provider_that_fails_is_tried_again_and_a_refusal_is_a_dead_letter(
    world: World,
) -> None:
    with_all_channels(world)
    world.sendgrid.will_answer(503, b"try later", Retry_After="120")
    world.webhook.will_answer(410, b"gone")
    world.tell(a_problem())
    assert world.states() == [
        "email problem failed",
        "sms problem sent",
        "webhook problem dead",
    ]
    [(waiting, due_at)] = world.queue.sent
    assert due_at == world.clock.now() + timedelta(seconds=120)
    world.sendgrid.will_answer(202, X_Message_Id="sg-2")
    world.work_off()
    assert world.deliveries.get(world.organization_id, waiting).state is DeliveryState.FAILED
    world.clock.advance(timedelta(seconds=120))
    world.deliveries.attempt(world.organization_id, waiting)
    sent = world.deliveries.get(world.organization_id, waiting)
    assert (sent.state, sent.attempts, sent.provider_message_id) == (DeliveryState.SENT, 2, "sg-2")

    [dead], _ = world.deliveries.page(
        world.organization_id, DeliveryFilter(state="dead"), page=1, per_page=50
    )
    assert dead.last_error == "The webhook answered 410: gone"
    world.webhook.will_answer(204)
    world.deliveries.retry(world.organization_id, dead.id)
    world.work_off()
    assert world.deliveries.get(world.organization_id, dead.id).state is DeliveryState.SENT
    failed = [r for r in world.bus.published if r.type == "NotificationFailed.v1"]
    assert failed[0].data["error"] == "The webhook answered 410: gone"


def test_deliveries_are_found_by_alert_and_by_no_other_organisation(
    world: World, postgres: TestDatabase
) -> None:
    with_all_channels(world)
    problem = a_problem()
    world.tell(problem)
    wanted = DeliveryFilter(alert_id=AlertId(problem.alert_id))
    found, total = world.deliveries.page(world.organization_id, wanted, page=1, per_page=2)
    assert (len(found), total) == (2, 3)
    assert found[0].alert_ids == (problem.alert_id,)
    other = new_organization(postgres)
    assert world.deliveries.page(other, wanted, page=1, per_page=2) == ([], 0)
    with pytest.raises(NotFoundError):
        world.deliveries.get(other, found[0].id)
    stranger = postgres.database()
    with stranger.transaction(None) as transaction:
        for table in ("deliveries", "delivery_items", "alert_fences", "notification_channels"):
            assert transaction.value(f"SELECT count(*) FROM netpulse.{table}") == 0
    stranger.close()


def test_a_trial_shows_the_providers_own_words(world: World) -> None:
    with_all_channels(world)
    channels, _ = world.channels.page(
        world.organization_id, page=1, per_page=9, kind=ChannelKind.SMS
    )
    [trial] = world.trial.run(world.organization_id, channels[0].id)
    assert trial.delivery.provider_message_id == "ATXid_1"
    world.africastalking.will_answer(401, b"The supplied authentication is invalid")
    with pytest.raises(ExternalServiceError) as caught:
        world.trial.run(world.organization_id, channels[0].id)
    [result] = caught.value.details["results"]
    assert result["answer"] == {"status": 401, "body": "The supplied authentication is invalid"}
    assert UUID(result["notification_id"]) != uuid4()
