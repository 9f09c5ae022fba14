"""What the ports of silences, inhibitions and windows promise, fakes and PostgreSQL keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import SilenceId

from functions.alerts.domain.listing import Cut
from functions.alerts.domain.maintenance import Frequency, Recurrence, Window
from functions.alerts.domain.matchers import read_matcher
from functions.alerts.domain.muting import Inhibition, Silence
from functions.alerts.domain.rule import Scope
from functions.alerts.ports import NameTakenError
from tests.support.clock import NOON

if TYPE_CHECKING:
    from tests.contract.functions.alerts.stores import Store

HOUR = timedelta(hours=1)
MATCHERS = (read_matcher("severity=critical"), read_matcher('device!~"a|b"'))


def a_silence(begin: float, end: float) -> Silence:
    return Silence(
        id=SilenceId(uuid4()),
        matchers=MATCHERS,
        starts_at=NOON + begin * HOUR,
        ends_at=NOON + end * HOUR,
        until_resolved=True,
        comment="why",
        created_by=uuid4(),
        created_by_name="Amina",
    )


def test_silences_are_kept_and_found_by_their_time(store: Store) -> None:
    past, present, future = a_silence(-2, -1), a_silence(-1, 1), a_silence(1, 2)
    with store.open() as work:
        for each in (past, present, future):
            work.silences.save(each, at=NOON)
        assert work.silences.get(present.id) == present
        assert work.silences.active(NOON) == [present]
        assert {each.id for each in work.silences.upcoming(NOON)} == {present.id, future.id}
        cut = Cut(sort="-ends_at", page=1, per_page=2)
        found, total = work.silences.page(state=None, now=NOON, cut=cut)
        assert ([each.id for each in found], total) == ([future.id, present.id], 3)
        for state, silence in (("pending", future), ("active", present), ("expired", past)):
            assert work.silences.page(state=state, now=NOON, cut=cut) == ([silence], 1)
        work.silences.save(replace(present, ends_at=NOON), at=NOON)
        assert work.silences.active(NOON) == []
        with pytest.raises(NotFoundError):
            work.silences.get(SilenceId(uuid4()))


def test_inhibition_rules_are_kept_by_name(store: Store) -> None:
    rule = Inhibition(
        id=uuid4(), name="beta", source=MATCHERS, target=MATCHERS[:1], equal=("device", "site")
    )
    other = replace(rule, id=uuid4(), name="Alpha", is_enabled=False)
    with store.open() as work:
        work.inhibitions.save(rule, at=NOON)
        work.inhibitions.save(other, at=NOON)
        assert work.inhibitions.all() == [other, rule]
        assert work.inhibitions.get(rule.id) == rule
        with pytest.raises(NameTakenError):
            work.inhibitions.save(replace(rule, id=uuid4()), at=NOON)
        work.inhibitions.save(replace(rule, equal=()), at=NOON)
        work.inhibitions.remove(other.id)
        assert work.inhibitions.all() == [replace(rule, equal=())]
        with pytest.raises(NotFoundError):
            work.inhibitions.get(other.id)


def test_windows_are_kept_with_when_they_come_again(store: Store) -> None:
    window = Window(
        id=uuid4(),
        name="Works",
        scope=Scope(tags=frozenset({"kigali"})),
        time_zone="Africa/Kigali",
        starts_local=datetime(2026, 3, 2, 1, 30),  # noqa: DTZ001 - a clock on a wall
        duration=4 * HOUR,
        recurrence=Recurrence(
            frequency=Frequency.WEEKLY,
            interval=2,
            weekdays=frozenset({1, 3}),
            until=date(2027, 1, 1),
        ),
        with_children=False,
        comment="fibre",
        created_by_name="Amina",
    )
    once = replace(window, id=uuid4(), name="a cut", recurrence=None, is_enabled=False)
    with store.open() as work:
        work.windows.save(window, at=NOON)
        work.windows.save(once, at=NOON)
        assert work.windows.all() == [once, window]
        assert work.windows.get(window.id) == window
        work.windows.save(replace(window, duration=HOUR), at=NOON)
        work.windows.remove(once.id)
        assert work.windows.all() == [replace(window, duration=HOUR)]
        with pytest.raises(NotFoundError):
            work.windows.get(once.id)
