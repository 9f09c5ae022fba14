"""From news to sent messages, in memory and on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import uuid4

import pytest
from netpulse.events import NotificationFailed, NotificationSent
from netpulse.ids import OrganizationId

from functions.notify.domain.channel import Channel, Kind
from functions.notify.domain.delivery import Delivery, Purpose, Reason, State
from functions.notify.domain.message import DeliveryError
from functions.notify.domain.news import News
from functions.notify.service import DeliveryService, Dispatcher, Notifier
from functions.notify.service.deliveries import NotRetryableError
from functions.notify.service.sweep import Sweep
from functions.notify.templates.renderer import TemplateRenderer
from tests.support.clock import NOON, FakeClock
from tests.support.notify import (
    FakeSender,
    MemoryQueue,
    MemoryWork,
    PlainVault,
    a_channel,
    a_delivery,
    a_problem,
    its_acknowledgement,
    its_recovery,
)

ORGANIZATION = OrganizationId(uuid4())
GROUP_WAIT = timedelta(seconds=30)


@dataclass
class World:
    clock: FakeClock = field(default_factory=FakeClock)
    work: MemoryWork = field(default_factory=MemoryWork)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    sender: FakeSender = field(default_factory=FakeSender)

    def __post_init__(self) -> None:
        self.notifier = Notifier(self.work, self.queue, self.clock, group_wait=GROUP_WAIT)
        dispatcher = Dispatcher(
            dict.fromkeys(Kind, self.sender),
            TemplateRenderer("https://netpulse.example.org"),
            PlainVault(),
        )
        self.deliveries = DeliveryService(
            self.work, dispatcher, self.queue, self.clock, jitter=lambda: 0.5
        )

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
        waiting = self.queue.sent
        self.queue.sent = [(one, at) for one, at in waiting if at > self.clock.now()]
        for delivery_id, at in waiting:
            if at <= self.clock.now():
                self.deliveries.attempt(ORGANIZATION, delivery_id)

    @property
    def texts(self) -> list[str]:
        return [message.body for message in self.sender.sent]

    def only(self) -> Delivery:
        return self.work.only()


@pytest.fixture
def world() -> World:
    return World().with_channels(a_channel(Kind.SMS))


def test_a_critical_problem_is_queued_for_now_and_sent(world: World) -> None:
    problem = a_problem()
    world.tell(problem)
    assert world.queue.sent == [(world.only().id, NOON)]
    world.work_off()
    sent = world.only()
    assert (sent.state, sent.attempts, sent.provider_message_id) == (State.SENT, 1, "id-1")
    assert sent.body == world.texts[0]
    [fact] = world.work.outbox.facts
    assert isinstance(fact, NotificationSent)
    assert fact.alert_id == problem.alert_id


def test_a_wake_up_that_comes_twice_sends_once(world: World) -> None:
    world.tell(a_problem())
    world.queue.sent *= 2
    world.work_off()
    assert len(world.texts) == 1


def test_warnings_of_half_a_minute_go_as_one_message(world: World) -> None:
    for name in ("edge-1", "edge-2"):
        world.tell(a_problem(severity="warning", device_name=name))
        world.later(timedelta(seconds=10))
    assert world.texts == []
    world.later(GROUP_WAIT)
    assert world.texts == ["2 warnings: edge-1, edge-2. NetPulse"]
    world.tell(a_problem(severity="warning", device_name="edge-3"))
    world.later(GROUP_WAIT)
    assert world.texts[1].startswith("WARNING edge-3 (192.0.2.10)")


def test_a_warning_that_is_over_before_its_batch_went_is_never_told(world: World) -> None:
    problem = a_problem(severity="warning")
    world.tell(problem)
    world.tell(its_recovery(problem))
    world.later(GROUP_WAIT)
    assert world.texts == []
    dropped = world.only()
    assert (dropped.state, dropped.reason) == (State.DROPPED, Reason.OVER_BEFORE_TOLD)


def test_the_rest_of_a_batch_is_told_without_what_is_over(world: World) -> None:
    first, second = a_problem(severity="warning"), a_problem(severity="warning", device_name="b")
    world.tell(first)
    world.tell(second)
    world.tell(its_recovery(first))
    world.later(GROUP_WAIT)
    assert len(world.texts) == 1
    assert world.texts[0].startswith("WARNING b")


def test_a_problem_that_could_not_be_sent_before_it_was_over_is_told_as_over_only(
    world: World,
) -> None:
    problem = a_problem()
    world.sender.refusals = [DeliveryError("away")]
    world.tell(problem)
    world.work_off()
    world.tell(its_recovery(problem))
    world.later(timedelta(minutes=1))
    assert [text.partition(" ")[0] for text in world.texts] == ["RESOLVED"]
    assert world.work.states() == ["dropped", "sent"]


def test_facts_heard_twice_or_late_tell_nothing(world: World) -> None:
    problem = a_problem()
    over = its_recovery(problem)
    for news in (problem, problem, over, over, problem, its_acknowledgement(problem, seq=2)):
        world.tell(news)
        world.work_off()
    assert [text.partition(" ")[0] for text in world.texts] == ["CRITICAL", "RESOLVED"]


def test_a_problem_that_grows_worse_leaves_its_batch_and_goes_at_once(world: World) -> None:
    problem = a_problem(severity="warning")
    world.tell(problem)
    world.tell(replace(problem, alert_seq=2, severity="critical", changed=True))
    world.later(GROUP_WAIT)
    assert [text.partition(" ")[0] for text in world.texts] == ["CRITICAL"]
    assert world.work.states() == ["dropped", "sent"]


def test_a_storm_of_critical_alerts_is_one_message(world: World) -> None:
    world.tell(*(a_problem(device_name=f"sw-{number}") for number in range(40)))
    world.work_off()
    assert world.texts == ["40 critical: sw-0, sw-1, sw-10, sw-11, sw-12 and 35 more. NetPulse"]


def test_a_handful_of_critical_alerts_are_a_message_each(world: World) -> None:
    world.tell(*(a_problem() for _ in range(3)))
    world.work_off()
    assert len(world.texts) == 3


@pytest.mark.parametrize(
    ("channels", "severity", "state", "reason"),
    [
        ([a_channel(Kind.SMS)], "info", State.LOGGED, Reason.SEVERITY_INFO),
        ([], "critical", State.DROPPED, Reason.NO_CHANNEL),
    ],
)
def test_what_is_told_to_nobody_is_written_down_with_its_reason(
    channels: list[Channel], severity: str, state: State, reason: Reason
) -> None:
    world = World().with_channels(*channels)
    world.tell(a_problem(severity=severity))
    written = world.only()
    assert (written.state, written.reason, written.channel_id) == (state, reason, None)
    assert world.queue.sent == []


def test_retries_double_their_delay_and_end_in_the_dead_letter_after_a_day(world: World) -> None:
    world.sender.refusals = [DeliveryError(f"busy {number}") for number in range(99)]
    world.tell(a_problem())
    world.work_off()
    delays = []
    while world.only().state is State.FAILED:
        delay = world.only().due_at - world.clock.now()
        delays.append(delay.total_seconds())
        world.later(delay)
    assert delays[:4] == [15, 30, 60, 120]
    assert max(delays) == 3600
    dead = world.only()
    assert dead.state is State.DEAD
    assert world.clock.now() - NOON <= timedelta(hours=24)
    [fact] = world.work.outbox.facts
    assert isinstance(fact, NotificationFailed)
    assert (fact.attempts, fact.error) == (len(delays) + 1, dead.last_error)


def test_a_permanent_refusal_is_a_dead_letter_at_once(world: World) -> None:
    world.sender.refusals = [DeliveryError("InvalidPhoneNumber", permanent=True)]
    world.tell(a_problem())
    world.work_off()
    assert (world.only().state, world.only().last_error) == (State.DEAD, "InvalidPhoneNumber")
    assert world.queue.sent == []


def test_those_whose_message_is_a_dead_letter_do_not_hear_of_the_end(world: World) -> None:
    problem = a_problem()
    world.sender.refusals = [DeliveryError("InvalidPhoneNumber", permanent=True)]
    world.tell(problem)
    world.work_off()
    world.tell(its_recovery(problem))
    world.work_off()
    assert world.texts == []


def test_a_dead_letter_sent_again_goes_out_even_if_the_alert_is_over(world: World) -> None:
    problem = a_problem()
    world.sender.refusals = [DeliveryError("no credit", permanent=True)]
    world.tell(problem)
    world.work_off()
    world.tell(its_recovery(problem))
    world.deliveries.retry(ORGANIZATION, world.only().id)
    world.work_off()
    assert (world.only().state, len(world.texts)) == (State.SENT, 1)
    with pytest.raises(NotRetryableError):
        world.deliveries.retry(ORGANIZATION, world.only().id)


def test_an_attempt_lost_with_its_process_is_made_again_after_two_minutes(world: World) -> None:
    world.tell(a_problem())
    delivery_id = world.only().id
    assert world.work.deliveries.claim(delivery_id, now=world.clock.now())
    world.later(timedelta(seconds=100))
    world.deliveries.attempt(ORGANIZATION, delivery_id)
    assert world.only().state is State.SENDING
    world.later(timedelta(seconds=30))
    world.deliveries.attempt(ORGANIZATION, delivery_id)
    assert (world.only().state, world.only().attempts) == (State.SENT, 2)


def test_the_sweep_wakes_what_no_message_woke(world: World) -> None:
    world.tell(a_problem())
    world.queue.take()
    sweep = Sweep(
        lambda now, limit: world.work.deliveries.due(now=now, limit=limit),
        world.queue,
        world.clock,
    )
    assert sweep.run() == 0
    world.clock.advance(timedelta(minutes=1))
    assert sweep.run() == 1
    world.work_off()
    assert world.only().state is State.SENT


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda work, c: work.channels.remove(c.id), Reason.CHANNEL_DELETED),
        (lambda work, c: work.channels.save(replace(c, enabled=False)), Reason.CHANNEL_DISABLED),
    ],
)
def test_a_channel_that_is_gone_or_off_sends_nothing_more(
    spoil: Callable[[MemoryWork, Channel], None], reason: Reason
) -> None:
    channel = a_channel(Kind.SMS)
    world = World().with_channels(channel)
    world.tell(a_problem())
    spoil(world.work, channel)
    world.work_off()
    assert (world.only().state, world.only().reason) == (State.DROPPED, reason)


def test_a_webhooks_secret_is_opened_for_its_sender_alone() -> None:
    channel = a_channel(Kind.WEBHOOK)
    sealed = PlainVault().seal(
        {"secret": "hush"}, organization_id=ORGANIZATION, record_id=channel.id
    )
    world = World().with_channels(replace(channel, sealed_secret=sealed))
    world.tell(a_problem())
    world.work_off()
    assert world.sender.configs == [{"url": channel.config["url"], "secret": "hush"}]


def test_a_late_ending_does_not_overwrite_the_attempt_after_it() -> None:
    world = World()
    delivery = a_delivery(a_channel(Kind.SMS), state=State.SENDING, attempts=2)
    world.work.deliveries.add(delivery, [])
    assert not world.work.deliveries.save(replace(delivery, state=State.SENT), attempt=1)
    assert world.only().purpose == Purpose.PROBLEM
