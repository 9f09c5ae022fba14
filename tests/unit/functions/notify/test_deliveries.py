"""Attempts, retries, dead letters and the sweep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from netpulse.events import NotificationFailed

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import DeliveryState, Purpose, Reason
from functions.notify.domain.message import DeliveryError
from functions.notify.service.deliveries import NotRetryableError
from functions.notify.service.sweep import Sweep
from tests.support.clock import NOON
from tests.support.notify import (
    PlainVault,
    a_channel,
    a_delivery,
    a_problem,
    its_recovery,
)
from tests.support.notify_memory import MemoryWork
from tests.unit.functions.notify.world import ORGANIZATION, World


def test_retries_double_their_delay_and_end_in_the_dead_letter_after_a_day(world: World) -> None:
    world.sender.refusals = [DeliveryError(f"busy {number}") for number in range(99)]
    world.tell(a_problem())
    world.work_off()
    delays = []
    while world.only().state is DeliveryState.FAILED:
        delay = world.only().due_at - world.clock.now()
        delays.append(delay.total_seconds())
        world.later(delay)
    assert delays[:4] == [15, 30, 60, 120]
    assert max(delays) == 3600
    dead = world.only()
    assert dead.state is DeliveryState.DEAD
    assert world.clock.now() - NOON <= timedelta(hours=24)
    [fact] = world.work.outbox.facts
    assert isinstance(fact, NotificationFailed)
    assert (fact.attempts, fact.error) == (len(delays) + 1, dead.last_error)


def test_a_permanent_refusal_is_a_dead_letter_at_once(world: World) -> None:
    world.sender.refusals = [DeliveryError("InvalidPhoneNumber", permanent=True)]
    world.tell(a_problem())
    world.work_off()
    assert (world.only().state, world.only().last_error) == (
        DeliveryState.DEAD,
        "InvalidPhoneNumber",
    )
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
    assert (world.only().state, len(world.texts)) == (DeliveryState.SENT, 1)
    with pytest.raises(NotRetryableError):
        world.deliveries.retry(ORGANIZATION, world.only().id)


def test_an_attempt_lost_with_its_process_is_made_again_after_two_minutes(world: World) -> None:
    world.tell(a_problem())
    delivery_id = world.only().id
    assert world.work.deliveries.claim(delivery_id, now=world.clock.now())
    world.later(timedelta(seconds=100))
    world.deliveries.attempt(ORGANIZATION, delivery_id)
    assert world.only().state is DeliveryState.SENDING
    world.later(timedelta(seconds=30))
    world.deliveries.attempt(ORGANIZATION, delivery_id)
    assert (world.only().state, world.only().attempts) == (DeliveryState.SENT, 2)


def test_the_sweep_wakes_what_no_message_woke(world: World) -> None:
    world.tell(a_problem())
    world.queue.take()
    sweep = Sweep(
        lambda now, limit: world.work.deliveries.due(now=now, limit=limit),
        lambda now: world.work.groups.waiting(now=now),
        lambda before, limit: world.work.deliveries.forget_before(before, limit=limit),
        world.queue,
        world.clock,
    )
    assert sweep.run() == 0
    world.clock.advance(timedelta(minutes=1))
    assert sweep.run() == 1
    world.work_off()
    assert world.only().state is DeliveryState.SENT
    [told] = world.work.deliveries.told_rows
    world.tell(its_recovery(told.news))
    world.work_off()
    world.clock.advance(timedelta(days=101))
    assert sweep.run() == 0
    assert world.work.states() == []


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
    channel = a_channel(ChannelKind.SMS)
    world = World().with_channels(channel)
    world.tell(a_problem())
    spoil(world.work, channel)
    world.work_off()
    assert (world.only().state, world.only().reason) == (DeliveryState.DROPPED, reason)


def test_a_webhooks_secret_is_opened_for_its_sender_alone() -> None:
    channel = a_channel(ChannelKind.WEBHOOK)
    sealed = PlainVault().seal(
        {"secret": "hush"}, organization_id=ORGANIZATION, record_id=channel.id
    )
    world = World().with_channels(replace(channel, sealed_secret=sealed))
    world.tell(a_problem())
    world.work_off()
    assert world.sender.configs == [{"url": channel.config["url"], "secret": "hush"}]


def test_a_late_ending_does_not_overwrite_the_attempt_after_it() -> None:
    world = World()
    delivery = a_delivery(a_channel(ChannelKind.SMS), state=DeliveryState.SENDING, attempts=2)
    world.work.deliveries.add(delivery, [])
    assert not world.work.deliveries.save(replace(delivery, state=DeliveryState.SENT), attempt=1)
    assert world.only().purpose == Purpose.PROBLEM
