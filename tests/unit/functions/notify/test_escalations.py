"""Along the steps of an escalation: each is told why, and the end is told to who was told."""

from __future__ import annotations

from dataclasses import replace

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.news import News
from tests.support.notify import a_channel, a_problem, its_recovery
from tests.unit.functions.notify.world import World


def mailing(to: str, *severities: str) -> Channel:
    return a_channel(ChannelKind.EMAIL, name=to, config={"to": [to]}, severities=severities)


def escalated(problem: News, channel: Channel, *, seq: int, note: str) -> News:
    return replace(problem, alert_seq=seq, channel_ids=(channel.id,), note=note)


def test_the_end_is_told_to_each_who_was_told_on_the_way_and_to_nobody_else() -> None:
    noc, first = mailing("noc@example.org", "critical"), mailing("first@example.org", "info")
    second, last = mailing("second@example.org", "info"), mailing("last@example.org", "info")
    world = World().with_channels(noc, first, second, last)
    problem = a_problem()
    world.tell(problem)
    world.work_off()
    for seq, channel in ((2, first), (3, second), (4, first)):
        world.tell(escalated(problem, channel, seq=seq, note=f"call, step {seq - 1}"))
        world.work_off()
    told = [each.recipient for each in world.sender.sent]
    assert told == [f"{each}@example.org" for each in ("noc", "first", "second", "first")]
    world.sender.sent.clear()
    world.tell(replace(its_recovery(problem), alert_seq=5))
    world.work_off()
    assert sorted(each.recipient for each in world.sender.sent) == [
        "first@example.org",
        "noc@example.org",
        "second@example.org",
    ]


def test_who_is_asked_next_is_told_why() -> None:
    boss = mailing("boss@example.org", "info")
    world = World().with_channels(boss)
    note = "Gold <24/7>: 50 % of 20 min to be taken on are gone"
    world.tell(escalated(a_problem(), boss, seq=2, note=note))
    world.work_off()
    (mail,) = world.sender.sent
    assert note in mail.body
    assert "Gold &lt;24/7&gt;: 50 % of 20 min" in mail.html
