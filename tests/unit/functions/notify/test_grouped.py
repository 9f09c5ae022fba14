"""Groups and the storm brake as people live with them, on a clock that the test moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import DeliveryState, Purpose, Reason
from functions.notify.domain.grouping import Grouping
from functions.notify.domain.message import DeliveryError
from functions.notify.domain.news import News
from tests.support.clock import NOON
from tests.support.notify import a_channel, a_problem, its_acknowledgement, its_recovery
from tests.unit.functions.notify.world import GROUP_WAIT, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def a_warning(name: str = "edge-1", **changes: Any) -> News:
    return a_problem(**{"severity": "warning", "device_name": name, **changes})


def test_recovery_waits_for_the_tick_and_goes_to_whoever_was_told(world: World) -> None:
    warning = a_warning()
    world.tell(warning)
    world.later(GROUP_WAIT)
    world.tell(its_recovery(warning))
    world.later(4 * MINUTE)
    assert len(world.texts) == 1
    world.later(MINUTE)
    assert world.texts[1].startswith("RESOLVED edge-1")


def test_who_came_later_hears_of_what_goes_on_and_of_its_end_but_of_no_end_alone() -> None:
    channel = a_channel(ChannelKind.SMS)
    world = World().with_channels(channel)
    first, second = a_warning(), a_warning("edge-2")
    world.tell(first)
    world.later(GROUP_WAIT)
    both = {"to": ["+254700000001", "+254700000002"]}
    world.with_channels(replace(channel, config=both))
    world.tell(its_recovery(first))
    world.later(5 * MINUTE)
    assert [m.recipient for m in world.sender.sent[1:]] == ["+254700000001"]
    world.tell(second)
    world.later(5 * MINUTE)
    assert [m.recipient for m in world.sender.sent[2:]] == both["to"]


def test_what_lasts_is_repeated_until_somebody_takes_it_on(world: World) -> None:
    problem = a_problem()
    world.tell(problem)
    world.work_off()
    world.later(4 * HOUR)
    world.work_off()
    assert world.texts[1].startswith("STILL CRITICAL core-sw1")
    world.tell(its_acknowledgement(problem))
    world.later(4 * HOUR)
    world.work_off()
    assert len(world.texts) == 2
    world.tell(replace(its_recovery(problem), alert_seq=3))
    world.work_off()
    assert world.texts[2].startswith("RESOLVED")


def test_nothing_is_repeated_to_whom_the_first_message_has_not_reached(world: World) -> None:
    world.sender.refusals = [DeliveryError("away")] * 99
    world.tell(a_problem())
    world.work_off()
    world.later(4 * HOUR)
    assert world.work.states() == ["failed"]


def test_what_is_silenced_while_its_group_waits_is_told_when_that_ends(world: World) -> None:
    warning = a_warning()
    world.tell(warning)
    world.tell(replace(warning, alert_seq=2, state="suppressed", changed=True))
    world.later(GROUP_WAIT)
    assert world.texts == []
    world.tell(replace(warning, alert_seq=3, changed=True))
    world.later(5 * MINUTE)
    assert len(world.texts) == 1


def test_groups_are_told_apart_by_their_labels() -> None:
    by_site = Grouping(group_by=("site",))
    world = World().with_channels(a_channel(ChannelKind.SMS, grouping=by_site))
    for name, site in (("a", "x"), ("b", "x"), ("c", "y")):
        world.tell(a_warning(name, labels={"site": site}))
    world.later(GROUP_WAIT)
    assert sorted(world.texts)[0] == "2 warnings (Device down): a, b. NetPulse Kilimo Net"
    assert len(world.texts) == 2


def test_critical_alerts_may_be_grouped_as_others_are() -> None:
    channel = a_channel(ChannelKind.SMS, critical_at_once=False)
    world = World().with_channels(channel)
    world.tell(a_problem(device_name="a"))
    world.tell(a_problem(device_name="b"))
    assert world.queue.sent == []
    world.later(GROUP_WAIT)
    assert world.texts == ["2 critical (Device down): a, b. NetPulse Kilimo Net"]


def test_a_warning_that_grows_worse_leaves_its_group_and_its_end_is_told_once(
    world: World,
) -> None:
    warning = a_warning()
    world.tell(warning)
    world.later(GROUP_WAIT)
    worse = replace(warning, alert_seq=2, severity="critical", changed=True)
    world.tell(worse)
    world.work_off()
    world.tell(replace(its_recovery(worse), alert_seq=3))
    world.work_off()
    world.later(HOUR)
    assert [text.partition(" ")[0] for text in world.texts] == ["WARNING", "CRITICAL", "RESOLVED"]


def test_an_opening_that_comes_together_with_its_escalation_is_told_to_all() -> None:
    mail, phone = a_channel(ChannelKind.EMAIL), a_channel(ChannelKind.SMS, severities=("info",))
    world = World().with_channels(mail, phone)
    problem = a_problem()
    escalated = replace(problem, alert_seq=2, channel_ids=(phone.id,))
    world.tell(problem, escalated)
    world.work_off()
    assert sorted(m.recipient for m in world.sender.sent) == ["+254700000001", "amina@example.org"]


def test_a_channel_that_is_off_when_its_group_is_due_says_nothing() -> None:
    channel = a_channel(ChannelKind.SMS)
    world = World().with_channels(channel)
    world.tell(a_warning())
    world.with_channels(replace(channel, enabled=False))
    world.later(GROUP_WAIT)
    assert world.work.states() == []


def test_a_long_group_lists_the_first_and_counts_the_rest() -> None:
    world = World().with_channels(a_channel(ChannelKind.SMS))
    world.tell(*(a_warning(f"edge-{n}") for n in range(150)))
    world.later(GROUP_WAIT)
    world.tell(a_warning("new"))
    world.later(5 * MINUTE)
    assert world.texts[1].startswith("1 warning, 100 ongoing (Device down): new, edge-0")
    assert world.texts[1].endswith("and 146 more. NetPulse Kilimo Net")


def test_beyond_so_many_a_minute_one_digest_counts_the_rest_and_names_the_roots() -> None:
    world = World().with_channels(a_channel(ChannelKind.SMS))
    world.work.settings.most = 3
    problems = [
        a_problem(device_name=f"core-{n}", began_at=NOON + n * timedelta(seconds=1))
        for n in range(8)
    ]
    for problem in problems:
        world.tell(problem)
    world.later(timedelta())
    assert len(world.texts) == 3
    world.tell(its_recovery(problems[7]))
    world.later(MINUTE)
    assert world.texts[3] == (
        "STORM 4 more alerts came within a minute: 4 critical. "
        "Down: core-3, core-4, core-5 and 1 more. NetPulse Kilimo Net"
    )
    digest = next(
        each for each in world.work.deliveries.rows.values() if each.purpose is Purpose.DIGEST
    )
    shown = world.work.deliveries.get(digest.id)
    assert set(shown.alert_ids) == {problem.alert_id for problem in problems[3:]}
    for problem in problems[3:7]:
        world.tell(its_recovery(problem))
        world.later(MINUTE)
    assert len(world.texts) == 8


def test_a_person_in_two_channels_is_one_person_and_webhooks_of_a_host_are_not() -> None:
    phones = [a_channel(ChannelKind.SMS, name=name) for name in ("ops", "boss")]
    hooks = [a_channel(ChannelKind.WEBHOOK, name=name) for name in ("one", "other")]
    world = World().with_channels(*phones, *hooks)
    world.work.settings.most = 1
    world.tell(a_problem())
    states = [(d.channel_kind, d.purpose) for d in world.work.deliveries.rows.values()]
    assert sorted(states) == [
        ("sms", "digest"),
        ("sms", "problem"),
        ("webhook", "problem"),
        ("webhook", "problem"),
    ]


def test_what_is_over_before_its_digest_went_is_not_told(world: World) -> None:
    world.work.settings.most = 1
    first, second = a_problem(device_name="a"), a_problem(device_name="b")
    world.tell(first)
    world.tell(second)
    world.tell(its_recovery(second))
    world.later(MINUTE)
    assert len(world.texts) == 1
    dropped = [d for d in world.work.deliveries.rows.values() if d.state is DeliveryState.DROPPED]
    assert {d.reason for d in dropped} == {Reason.OVER_BEFORE_TOLD}


def test_the_end_of_what_was_silenced_is_told_although_all_else_was_over_before(
    world: World,
) -> None:
    told, other = a_warning("told"), a_warning("other")
    world.tell(told)
    world.later(GROUP_WAIT)
    world.tell(replace(told, alert_seq=2, state="suppressed", changed=True))
    world.tell(other)
    world.tell(its_recovery(other))
    world.later(5 * MINUTE)
    assert len(world.texts) == 1
    world.tell(its_recovery(told, seq=3))
    world.later(5 * MINUTE)
    assert [text.partition(" (")[0] for text in world.texts[1:]] == ["RESOLVED told"]
