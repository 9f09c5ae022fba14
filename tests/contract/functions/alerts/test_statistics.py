"""What the ports of statistics, memories and escalations promise, fakes and PostgreSQL keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import AlertId

from functions.alerts.domain import handwork as hand
from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Actor, Alert
from functions.alerts.domain.escalation import Policy, Progress, Step
from functions.alerts.domain.external import External
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.listing import Part, StatisticsFilter
from functions.alerts.domain.matchers import read_matcher
from functions.alerts.domain.memory import NOTHING, Memory
from functions.alerts.domain.on_call import Layer, Member, Schedule, StandIn
from functions.alerts.domain.rule import fingerprint
from functions.alerts.domain.service_level import BusinessHours, ServiceLevel
from functions.alerts.ports import NameTakenError
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import a_threshold, an_alert

if TYPE_CHECKING:
    from tests.contract.functions.alerts.stores import Store

MINUTE = timedelta(minutes=1)
AMINA = Actor(user_id=None, name="Amina")


def a_told_alert(store: Store, *, began: float, ended: float | None, taken: float | None) -> Alert:
    """Keep an alert that began, was taken on and ended so many minutes after noon."""
    begin = NOON + began * MINUTE
    fresh = an_alert(began_at=begin, fingerprint="one", last_slot_at=begin)
    ledger = Ledger()
    ledger.note(life.opened(fresh, hold=life.NO_HOLD, now=begin))
    if taken is not None:
        alert = ledger.find("one")
        assert alert
        at = NOON + taken * MINUTE
        ledger.note(hand.acknowledged(alert, by=AMINA, note="", now=at))
    if ended is not None:
        alert = ledger.find("one")
        assert alert
        ledger.note(life.cleared(alert, now=NOON + ended * MINUTE))
    with store.open() as work:
        work.alerts.write(ledger)
    return fresh


def test_times_to_acknowledge_to_restore_and_between_failures_are_averaged(store: Store) -> None:
    whole = StatisticsFilter(since=NOON - MINUTE, until=NOON + 100 * MINUTE)
    with store.open() as work:
        nothing = work.alerts.statistics(whole)
    assert (nothing.alerts, nothing.mean_seconds_to_restore) == (0, None)
    a_told_alert(store, began=0, taken=2, ended=10)
    a_told_alert(store, began=40, taken=None, ended=60)
    a_told_alert(store, began=90, taken=94, ended=None)
    with store.open() as work:
        found = work.alerts.statistics(whole)
        early = work.alerts.statistics(replace(whole, until=NOON + 5 * MINUTE))
        other = work.alerts.statistics(replace(whole, alert_type="device_down"))
    assert (found.alerts, found.acknowledged, found.resolved) == (3, 2, 2)
    assert found.mean_seconds_to_acknowledge == 180.0
    assert found.mean_seconds_to_restore == 900.0
    assert found.mean_seconds_between_failures == 1800.0
    assert (early.alerts, early.mean_seconds_between_failures) == (1, None)
    assert other.alerts == 0


def test_figures_are_told_apart_by_type_and_by_days_of_a_zone(store: Store) -> None:
    whole = StatisticsFilter(since=NOON - MINUTE, until=NOON + 2000 * MINUTE)
    a_told_alert(store, began=0, taken=2, ended=10)
    # a quarter past nine in the evening, in Nairobi that is the day after
    a_told_alert(store, began=555, taken=None, ended=565)
    with store.open() as work:
        (kind,) = work.alerts.part_statistics(whole, Part.TYPE, zone="UTC", limit=9)
        (day,) = work.alerts.part_statistics(whole, Part.DAY, zone="UTC", limit=9)
        days = work.alerts.part_statistics(whole, Part.DAY, zone="Africa/Nairobi", limit=9)
        (first,) = work.alerts.part_statistics(whole, Part.DAY, zone="Africa/Nairobi", limit=1)
    assert (kind.figures.alerts, kind.figures.mean_seconds_to_restore) == (2, 600.0)
    assert (day.key, day.figures.mean_seconds_to_acknowledge) == ("2026-03-02", 120.0)
    assert [(each.key, each.figures.alerts) for each in days] == [
        ("2026-03-02", 1),
        ("2026-03-03", 1),
    ]
    assert first == days[0]


def test_what_another_system_said_of_an_alert_is_kept_with_it(store: Store) -> None:
    external = External(
        labels={"alertname": "A"},
        annotations={"summary": "s"},
        generator_url="http://x",
        ends_at=NOON + MINUTE,
        timed_out=True,
    )
    fresh = an_alert(external=external, last_slot_at=NOON)
    with store.open() as work:
        ledger = Ledger()
        ledger.note(life.opened(fresh, hold=life.NO_HOLD, now=NOON))
        work.alerts.write(ledger)
        (found,) = work.alerts.some([fresh.id]).values()
    assert found.external == external


def test_memories_are_kept_while_they_hold_something(store: Store) -> None:
    device, rule = store.device("core"), a_threshold(name="Busy")
    key = fingerprint(rule.id, device.id, "if:ge-0/0/1:0")
    memory = Memory(points=((1.0, 2.5),), ring="101", base=1.0, changes="1", flaps=True)
    with store.open() as work:
        work.rules.save(rule, at=NOON)
        work.memories.write({key: memory})
        assert work.memories.of_devices([device.id]) == {key: memory}
        work.memories.write({key: replace(memory, ring="")})
        assert work.memories.of_devices([device.id]) == {key: replace(memory, ring="")}
        work.memories.write({key: NOTHING})
        assert work.memories.of_devices([device.id]) == {}
        work.memories.write({key: memory})
        work.memories.forget_rule(rule.id)
        assert work.memories.of_devices([device.id]) == {}


def test_schedules_and_policies_are_kept_by_name(store: Store) -> None:
    member = Member(name="Amina", channel_ids=(uuid4(),), user_id=uuid4())
    schedule = Schedule(
        id=uuid4(),
        name="NOC",
        time_zone="Africa/Nairobi",
        layers=(
            Layer(
                members=(member, replace(member, user_id=None)),
                starts_local=datetime(2026, 1, 5, 9),  # noqa: DTZ001
                turn_days=1,
                weekdays=frozenset({0, 4}),
                from_time=time(22),
                to_time=time(6, 30),
            ),
        ),
        overrides=(StandIn(member=member, starts_at=NOON, ends_at=NOON + MINUTE),),
    )
    policy = Policy(
        id=uuid4(),
        name="call",
        matchers=(read_matcher("severity=critical"),),
        priority=5,
        steps=(Step(after=MINUTE, channel_ids=(uuid4(),), schedule_ids=(schedule.id,)),),
        repeats=2,
    )
    with store.open() as work:
        work.schedules.save(schedule, at=NOON)
        work.policies.save(policy, at=NOON)
        assert work.schedules.get(schedule.id) == schedule
        assert work.policies.all() == [policy]
        with pytest.raises(NameTakenError):
            work.schedules.save(replace(schedule, id=uuid4()), at=NOON)
        with pytest.raises(NameTakenError):
            work.policies.save(replace(policy, id=uuid4()), at=NOON)
        assert len(work.schedules.unknown_channels([UUID(int=7)])) == 1
        assert len(work.schedules.strangers([UUID(int=7)])) == 1
        fresh = an_alert(last_slot_at=NOON)
        ledger = Ledger()
        ledger.note(life.opened(fresh, hold=life.NO_HOLD, now=NOON))
        work.alerts.write(ledger)
        progress = Progress(policy_id=policy.id, step=0, round=1)
        work.policies.keep({fresh.id: progress})
        assert work.policies.progress([fresh.id, AlertId(uuid4())]) == {fresh.id: progress}
        work.policies.keep({fresh.id: None})
        assert work.policies.progress([fresh.id]) == {}
        work.policies.keep({fresh.id: progress})
        work.policies.remove(policy.id)
        assert work.policies.progress([fresh.id]) == {}
        work.schedules.remove(schedule.id)
        with pytest.raises(NotFoundError):
            work.schedules.get(schedule.id)
        with pytest.raises(NotFoundError):
            work.policies.get(policy.id)


def test_service_levels_are_kept_by_name(store: Store) -> None:
    level = ServiceLevel(
        id=uuid4(),
        name="Gold",
        matchers=(read_matcher("severity=critical"),),
        priority=3,
        respond_within=MINUTE,
        hours=BusinessHours(
            time_zone="Africa/Nairobi",
            weekdays=frozenset({0, 1}),
            from_time=time(8),
            to_time=time(17, 30),
        ),
        channel_ids=(uuid4(),),
    )
    always = replace(level, id=uuid4(), name="a", hours=None, restore_within=MINUTE, priority=9)
    with store.open() as work:
        work.service_levels.save(level, at=NOON)
        work.service_levels.save(always, at=NOON)
        assert work.service_levels.all() == [level, always]
        assert work.service_levels.get(level.id) == level
        with pytest.raises(NameTakenError):
            work.service_levels.save(replace(level, id=uuid4()), at=NOON)
        work.service_levels.remove(level.id)
        with pytest.raises(NotFoundError):
            work.service_levels.get(level.id)
