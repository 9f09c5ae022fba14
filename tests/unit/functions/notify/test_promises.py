"""What is promised of messages, whatever comes in whatever order and however often."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.grouping import Grouping
from functions.notify.domain.news import Event, News
from tests.support.notify import a_channel, a_problem, its_acknowledgement, its_recovery
from tests.unit.functions.notify.world import World

MINUTE = timedelta(minutes=1)
ALERTS = range(4)
LONG = Grouping(repeat_interval=timedelta(days=2))


def a_life(number: int, severity: str, steps: list[str]) -> list[News]:
    """Return what is said of an alert from its beginning to its end."""
    problem = a_problem(UUID(int=number), device_name=f"d{number}", severity=severity)
    said = [problem]
    for step in steps:
        before, seq = said[-1], len(said) + 1
        if step == "taken":
            said.append(its_acknowledgement(before, seq=seq))
            continue
        changes = {
            "muted": {"state": "suppressed"},
            "heard": {"state": "firing"},
            "worse": {"severity": "critical"},
        }[step]
        problem = replace(before, event=Event.PROBLEM, changed=True, alert_seq=seq, **changes)  # type: ignore[arg-type]
        said.append(problem)
    return [*said, its_recovery(replace(said[-1], event=Event.PROBLEM), seq=len(said) + 1)]


_STEPS = st.lists(st.sampled_from(["muted", "heard", "worse", "taken"]), max_size=4)
_LIVES = st.tuples(*(st.tuples(st.sampled_from(["warning", "critical"]), _STEPS) for _ in ALERTS))


@settings(max_examples=20, deadline=None)
@given(_LIVES, st.integers(1, 3), st.data())
def test_nobody_hears_of_an_end_they_heard_no_beginning_of_or_of_anything_twice(
    lives: tuple[tuple[str, list[str]], ...], most: int, data: st.DataObject
) -> None:
    phone = a_channel(ChannelKind.SMS, grouping=LONG)
    mail = a_channel(severities=("critical",), grouping=LONG)
    world = World().with_channels(phone, mail)
    world.work.settings.most = most
    said = [one for n, life in zip(ALERTS, lives, strict=True) for one in a_life(n, *life)]
    order = data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said)))))
    for one in order:
        world.tell(one)
        world.later(data.draw(st.sampled_from([timedelta(), MINUTE, 5 * MINUTE])))
    for _ in range(15):
        world.later(MINUTE)

    told: dict[tuple[str, UUID], Counter[Event]] = {}
    for row in world.work.deliveries.told_rows:
        if row.recipient and not row.dropped:
            delivery = world.work.deliveries.rows[row.delivery_id]
            if delivery.state == "sent":
                told.setdefault((row.recipient, row.news.alert_id), Counter())[row.news.event] += 1
    for events in told.values():
        knew = events[Event.PROBLEM] + events[Event.ONGOING]
        assert events[Event.RECOVERY] == (1 if knew else 0)
        # once as a warning, once as it grew worse
        assert events[Event.PROBLEM] <= 2
    assert world.work.groups.rows == {} or not any(
        each.group.members for each in world.work.groups.rows.values()
    )


@settings(max_examples=20, deadline=None)
@given(_LIVES, st.data())
def test_whatever_comes_late_or_twice_the_groups_end_alike(
    lives: tuple[tuple[str, list[str]], ...], data: st.DataObject
) -> None:
    said = [one for n, life in zip(ALERTS, lives, strict=True) for one in a_life(n, *life)[:-1]]
    newest = {one.alert_id: one for one in sorted(said, key=lambda one: one.alert_seq)}

    def after(order: list[News]) -> dict[str, tuple[bool, bool]]:
        world = World().with_channels(a_channel(ChannelKind.SMS))
        for one in order:
            world.tell(one)
        return {
            key: (member.is_muted, member.is_taken)
            for each in world.work.groups.rows.values()
            for key, member in each.group.members.items()
            # what is muted or taken on before anybody heard of it is in no group
            if newest[UUID(key)].state == "firing"
        }

    found = after(data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said))))))
    assert found == after(said)
