"""Groups by the clock: each number is one that Alertmanager's documentation promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notify.domain.grouping import (
    ALL_LABELS,
    Group,
    Grouping,
    Logged,
    Member,
    Why,
    flushed,
    joined,
    key_of,
    left,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DEFAULT = Grouping()
FIRES, OVER = Member(key="a"), Member(key="a", is_resolved=True)


def with_a(
    group: Group | None = None,
    member: Member = FIRES,
    *,
    at: datetime = NOON,
    grouping: Grouping = DEFAULT,
) -> Group:
    return joined(group or Group(), member.key, member, grouping=grouping, now=at)


def after(group: Group, at: datetime, grouping: Grouping = DEFAULT) -> Group:
    return flushed(group, grouping=grouping, now=at).after


def test_a_new_group_waits_for_more_and_the_first_alert_sets_the_clock() -> None:
    group = with_a()
    assert group.due_at == NOON + 30 * SECOND
    more = joined(group, "b", Member(key="b"), grouping=DEFAULT, now=NOON + 20 * SECOND)
    assert more.due_at == NOON + 30 * SECOND


def test_an_alert_that_began_longer_ago_than_the_wait_waits_no_more() -> None:
    late = joined(Group(), "a", FIRES, grouping=DEFAULT, now=NOON, began_at=NOON - 31 * SECOND)
    assert late.due_at == NOON
    exact = joined(Group(), "a", FIRES, grouping=DEFAULT, now=NOON, began_at=NOON - 30 * SECOND)
    assert exact.due_at == NOON + 30 * SECOND


def test_an_alert_that_is_over_before_the_wait_is_never_told() -> None:
    done = flushed(with_a(with_a(), OVER), grouping=DEFAULT, now=NOON + 30 * SECOND)
    assert (done.why, done.after.members, done.after.due_at) == (None, {}, None)


@pytest.mark.parametrize(
    ("changed_s", "due_s"),
    [(1, 300), (299, 300), (300, 600), (301, 600), (4000, 4200)],
)
def test_what_changes_is_told_at_the_next_tick(changed_s: int, due_s: int) -> None:
    group = after(with_a(), NOON)
    changed = joined(group, "b", Member(key="b"), grouping=DEFAULT, now=NOON + changed_s * SECOND)
    assert changed.due_at == NOON + due_s * SECOND
    done = flushed(changed, grouping=DEFAULT, now=NOON + due_s * SECOND)
    assert (done.why, set(done.fresh), set(done.firing)) == (Why.CHANGED, {"b"}, {"a", "b"})


@pytest.mark.parametrize(
    ("interval_s", "repeat_s", "again_s"),
    [(300, 14400, 14400), (300, 14401, 14700), (300, 60, 300), (420, 600, 840)],
)
def test_a_repeat_is_rounded_up_to_a_tick(interval_s: int, repeat_s: int, again_s: int) -> None:
    grouping = replace(
        DEFAULT, group_interval=interval_s * SECOND, repeat_interval=repeat_s * SECOND
    )
    group = after(with_a(), NOON, grouping)
    assert group.due_at == NOON + again_s * SECOND
    early = flushed(group, grouping=grouping, now=NOON + (repeat_s - 1) * SECOND)
    assert early.why is None
    again = flushed(group, grouping=grouping, now=NOON + again_s * SECOND)
    assert (again.why, again.fresh) == (Why.REPEATED, frozenset())


@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25)])  # noqa: DTZ001 - walls' clocks
def test_the_clock_on_the_wall_does_not_shift_a_tick(day: datetime) -> None:
    began = (day + HOUR).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    group = after(with_a(at=began), began)
    assert group.due_at is not None
    assert group.due_at - began == 4 * HOUR


def test_what_somebody_is_on_is_not_repeated_until_they_give_it_back() -> None:
    taken = after(with_a(member=replace(FIRES, is_taken=True)), NOON)
    assert taken.due_at is None
    assert flushed(taken, grouping=DEFAULT, now=NOON + 9 * HOUR).why is None
    back = with_a(taken, FIRES, at=NOON + 9 * HOUR)
    assert back.due_at == NOON + 9 * HOUR + 5 * MINUTE
    assert flushed(back, grouping=DEFAULT, now=NOON + 9 * HOUR + 5 * MINUTE).why is Why.REPEATED


def test_what_is_muted_is_not_told_and_once_when_that_ends() -> None:
    muted = flushed(with_a(member=replace(FIRES, is_muted=True)), grouping=DEFAULT, now=NOON)
    assert (muted.why, muted.after.due_at, muted.after.logged) == (None, None, None)
    heard = with_a(muted.after, at=NOON + MINUTE)
    done = flushed(heard, grouping=DEFAULT, now=NOON + 5 * MINUTE)
    assert (done.why, set(done.fresh)) == (Why.CHANGED, {"a"})


def test_what_was_told_before_it_was_muted_is_not_told_again() -> None:
    told = after(with_a(), NOON)
    muted = after(with_a(told, replace(FIRES, is_muted=True), at=NOON + MINUTE), NOON + 5 * MINUTE)
    heard = with_a(muted, at=NOON + 6 * MINUTE)
    assert flushed(heard, grouping=DEFAULT, now=NOON + 10 * MINUTE).why is None


def test_the_end_is_told_once_and_leaves_the_group_empty() -> None:
    told = after(with_a(), NOON)
    done = flushed(with_a(told, OVER, at=NOON + MINUTE), grouping=DEFAULT, now=NOON + 5 * MINUTE)
    assert (done.why, done.firing, done.resolved) == (Why.CHANGED, (), ("a",))
    assert (done.after.members, done.after.due_at) == ({}, None)


def test_what_fires_and_ends_between_two_ticks_is_told_of_by_its_group_alone() -> None:
    told = after(with_a(), NOON)
    both = joined(told, "b", Member(key="b", is_resolved=True), grouping=DEFAULT, now=NOON + MINUTE)
    done = flushed(both, grouping=DEFAULT, now=NOON + 5 * MINUTE)
    assert (done.why, done.resolved) == (Why.CHANGED, ("b",))
    # alone, nobody would know what it is about
    silent = replace(told, members={}, logged=Logged(at=NOON, resolved=frozenset({"a"})))
    alone = joined(
        silent, "b", Member(key="b", is_resolved=True), grouping=DEFAULT, now=NOON + SECOND
    )
    assert flushed(alone, grouping=DEFAULT, now=NOON + 5 * MINUTE).why is None


def test_another_key_of_an_alert_is_news() -> None:
    told = after(with_a(), NOON)
    worse = joined(told, "a", Member(key="a/critical"), grouping=DEFAULT, now=NOON + MINUTE)
    assert flushed(worse, grouping=DEFAULT, now=NOON + 5 * MINUTE).fresh == {"a"}


def test_an_empty_group_keeps_its_rhythm_for_half_a_minute_and_begins_anew_then() -> None:
    empty = after(with_a(after(with_a(), NOON), OVER, at=NOON), NOON + 5 * MINUTE)
    ended = NOON + 5 * MINUTE
    assert with_a(empty, at=ended + 29 * SECOND).due_at == ended + 5 * MINUTE
    anew = with_a(empty, at=ended + 30 * SECOND)
    assert (anew.due_at, anew.flushed_at, anew.logged) == (ended + MINUTE, None, None)


def test_what_waits_for_nothing_speaks_whenever_it_changes() -> None:
    at_once = DEFAULT.at_once
    group = with_a(grouping=at_once)
    assert group.due_at == NOON
    told = after(group, NOON, at_once)
    assert told.due_at == NOON + 4 * HOUR
    assert with_a(told, OVER, at=NOON + SECOND, grouping=at_once).due_at == NOON + SECOND


def test_an_alert_may_leave_for_another_group() -> None:
    pair = joined(with_a(), "b", Member(key="b"), grouping=DEFAULT, now=NOON)
    assert left(pair, "a").due_at == pair.due_at
    assert left(left(pair, "a"), "b") == Group()


def test_a_group_has_the_labels_that_its_alerts_share() -> None:
    labels = {"alertname": "Down", "site": "x", "device": 'a "b"'}
    assert DEFAULT.labels(labels) == {"alertname": "Down"}
    assert replace(DEFAULT, group_by=("site", "rack")).labels(labels) == {"site": "x"}
    assert replace(DEFAULT, group_by=()).labels(labels) == {}
    everything = replace(DEFAULT, group_by=(ALL_LABELS,)).labels(labels)
    assert everything == labels
    assert key_of(everything) == '{alertname="Down", device="a \\"b\\"", site="x"}'


_MINUTES = st.integers(0, 600)
_MEMBERS = st.builds(
    Member, key=st.sampled_from("ab"), is_resolved=st.booleans(), is_taken=st.booleans()
)


@given(
    st.lists(st.tuples(_MINUTES, st.sampled_from("abc"), _MEMBERS), max_size=12),
    st.integers(1, 30),
    st.integers(1, 90),
)
def test_to_sleep_until_there_is_something_to_say_is_to_look_at_every_tick(
    events: list[tuple[int, str, Member]], interval: int, repeat: int
) -> None:
    """A timer that rings every interval and one that rings when it is due say the same."""
    grouping = Grouping(
        group_wait=30 * SECOND, group_interval=interval * MINUTE, repeat_interval=repeat * MINUTE
    )
    told = []
    for patient in (True, False):
        group, said = Group(), []
        by_minute: dict[int, list[tuple[str, Member]]] = {}
        for minute, name, member in events:
            by_minute.setdefault(minute, []).append((name, member))
        for minute in range(700):
            now = NOON + minute * MINUTE
            for name, member in by_minute.get(minute, []):
                group = joined(group, name, member, grouping=grouping, now=now)
            # between the events, as ticks are
            tick = now + 30 * SECOND
            if _rings(group, tick, grouping, patient=patient):
                done = flushed(group, grouping=grouping, now=tick)
                group = done.after
                if done.why:
                    said.append((minute, done.why, done.firing, done.resolved))
        told.append(said)
    assert told[0] == told[1]


def _rings(group: Group, now: datetime, grouping: Grouping, *, patient: bool) -> bool:
    if patient or group.flushed_at is None:
        return group.due_at is not None and group.due_at <= now
    return bool(group.members) and not (now - group.flushed_at) % grouping.group_interval
