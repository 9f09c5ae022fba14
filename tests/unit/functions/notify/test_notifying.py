"""From news to sent messages: who is told of what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from netpulse.events import NotificationSent

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import DeliveryState, Reason
from functions.notify.domain.message import DeliveryError
from tests.support.clock import NOON
from tests.support.notify import (
    a_channel,
    a_problem,
    its_acknowledgement,
    its_recovery,
)
from tests.unit.functions.notify.world import GROUP_WAIT, World


def test_a_critical_problem_is_queued_for_now_and_sent(world: World) -> None:
    problem = a_problem()
    world.tell(problem)
    assert world.queue.sent == [(world.only().id, NOON)]
    world.work_off()
    sent = world.only()
    assert (sent.state, sent.attempts, sent.provider_message_id) == (DeliveryState.SENT, 1, "id-1")
    assert sent.body.startswith(world.texts[0])
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
    assert world.texts == ["2 warnings (Device down): edge-1, edge-2. NetPulse Kilimo Net"]
    world.tell(a_problem(severity="warning", device_name="edge-3"))
    world.later(GROUP_WAIT)
    assert len(world.texts) == 1
    world.later(timedelta(minutes=5))
    assert (
        world.texts[1]
        == "1 warning, 2 ongoing (Device down): edge-3, edge-1, edge-2. NetPulse Kilimo Net"
    )


def test_a_warning_that_is_over_before_its_batch_went_is_never_told(world: World) -> None:
    problem = a_problem(severity="warning")
    world.tell(problem)
    world.tell(its_recovery(problem))
    world.later(GROUP_WAIT)
    assert world.texts == []
    dropped = world.only()
    assert (dropped.state, dropped.reason) == (DeliveryState.DROPPED, Reason.OVER_BEFORE_TOLD)


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
    assert world.work.states() == ["sent"]


def test_a_storm_of_critical_alerts_is_one_message(world: World) -> None:
    world.tell(*(a_problem(device_name=f"sw-{number}") for number in range(40)))
    world.work_off()
    assert world.texts == [
        "40 critical (Device down): sw-0, sw-1, sw-10, sw-11, sw-12 and 35 more. "
        "NetPulse Kilimo Net"
    ]


def test_a_handful_of_critical_alerts_are_a_message_each(world: World) -> None:
    world.tell(*(a_problem(device_name=f"sw-{number}") for number in range(3)))
    world.work_off()
    assert len(world.texts) == 3


@pytest.mark.parametrize(
    ("channels", "severity", "state", "reason"),
    [
        ([a_channel(ChannelKind.SMS)], "info", DeliveryState.LOGGED, Reason.SEVERITY_INFO),
        ([], "critical", DeliveryState.DROPPED, Reason.NO_CHANNEL),
    ],
)
def test_what_is_told_to_nobody_is_written_down_with_its_reason(
    channels: list[Channel], severity: str, state: DeliveryState, reason: Reason
) -> None:
    world = World().with_channels(*channels)
    world.tell(a_problem(severity=severity))
    written = world.only()
    assert (written.state, written.reason, written.channel_id) == (state, reason, None)
    assert world.queue.sent == []
