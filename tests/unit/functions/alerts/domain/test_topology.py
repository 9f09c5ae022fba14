from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from netpulse.ids import DeviceId

from functions.alerts.domain.device import Standing, Status, Verdict
from functions.alerts.domain.topology import Way, ancestors, parents_first, root_of, way_to
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import seconds

LEAF, LEFT, RIGHT, ROOT = (DeviceId(UUID(int=number)) for number in range(4))
SUSPECT = Standing(
    status=Status.ONLINE,
    verdict=Verdict.DOWN,
    is_hard=True,
    failing_since=NOON,
    slot_at=NOON + seconds(60),
)
FRESH = Standing(status=Status.ONLINE, verdict=Verdict.UP, is_hard=True, slot_at=NOON + seconds(30))
STALE = replace(FRESH, slot_at=NOON - seconds(30))
SOFT = replace(FRESH, verdict=Verdict.DOWN, is_hard=False, failing_since=NOON)
DEAD = replace(SUSPECT, status=Status.OFFLINE)
RING = {LEAF: [LEFT, RIGHT], LEFT: [ROOT], RIGHT: [ROOT]}


def way(parents: dict[DeviceId, list[DeviceId]], **standings: Standing) -> Way:
    named = {"leaf": LEAF, "left": LEFT, "right": RIGHT, "root": ROOT}
    known = {named[name]: standing for name, standing in standings.items()}
    return way_to(LEAF, parents, {LEAF: SUSPECT, **known}.get)


def test_without_parents_the_way_is_open() -> None:
    assert way({}) is Way.OPEN


def test_one_way_of_two_is_enough() -> None:
    assert way(RING, left=DEAD, right=FRESH, root=FRESH) is Way.OPEN


def test_the_way_is_cut_when_every_path_crosses_a_dead_device() -> None:
    assert way(RING, left=DEAD, right=DEAD, root=FRESH) is Way.CUT
    assert way(RING, left=FRESH, right=FRESH, root=DEAD) is Way.CUT


def test_a_parent_that_was_not_heard_since_leaves_it_unsure() -> None:
    assert way(RING, left=STALE, right=STALE, root=STALE) is Way.UNSURE


def test_a_parent_whose_last_probe_failed_makes_a_cut_likely() -> None:
    assert way(RING, left=SOFT, right=DEAD, root=FRESH) is Way.LIKELY_CUT


def test_a_parent_that_has_just_returned_proves_nothing_yet() -> None:
    back = replace(FRESH, since=NOON + seconds(50))
    assert way({LEAF: [LEFT]}, left=back) is Way.UNSURE


def test_a_parent_that_is_not_polled_bars_no_way() -> None:
    assert way({LEAF: [LEFT], LEFT: [ROOT]}, root=FRESH) is Way.OPEN
    assert way({LEAF: [LEFT], LEFT: [ROOT]}, root=DEAD) is Way.CUT


def test_parents_in_a_circle_hide_nobody() -> None:
    circle = {LEAF: [LEFT], LEFT: [RIGHT], RIGHT: [LEFT]}
    assert way(circle, left=FRESH, right=FRESH) is Way.OPEN
    assert way(circle, left=DEAD, right=DEAD) is Way.OPEN


@given(
    st.dictionaries(
        st.integers(0, 30), st.lists(st.integers(0, 30), max_size=3, unique=True), max_size=31
    )
)
def test_ancestors_come_before_what_hangs_on_them(links: dict[int, list[int]]) -> None:
    parents = {
        DeviceId(UUID(int=child)): [DeviceId(UUID(int=each)) for each in above if each < child]
        for child, above in links.items()
    }
    order = parents_first([DeviceId(UUID(int=number)) for number in range(31)], parents)
    place = {device_id: index for index, device_id in enumerate(order)}
    assert len(place) == 31
    for child, above in parents.items():
        assert all(place[each] < place[child] for each in above)


def test_circles_and_long_chains_are_ordered_all_the_same() -> None:
    chain = {DeviceId(UUID(int=n)): [DeviceId(UUID(int=n - 1))] for n in range(1, 5000)}
    order = parents_first([DeviceId(UUID(int=n)) for n in range(4999, -1, -1)], chain)
    assert order == [DeviceId(UUID(int=n)) for n in range(5000)]
    assert set(parents_first([LEFT, RIGHT], {LEFT: [RIGHT], RIGHT: [LEFT]})) == {LEFT, RIGHT}


def test_the_root_is_what_failed_first_of_those_that_bar_all_ways() -> None:
    later = replace(DEAD, failing_since=NOON + seconds(5))
    standings = {LEFT: later, RIGHT: DEAD, ROOT: FRESH}
    assert root_of(LEAF, RING, standings.get) == RIGHT
    assert root_of(LEAF, RING, {LEFT: DEAD}.get) == LEAF


def test_what_is_above_a_dead_device_that_cannot_be_reached_is_looked_at() -> None:
    chain = {LEAF: [LEFT, RIGHT], LEFT: [RIGHT], RIGHT: [ROOT], ROOT: [LEFT]}
    standings = {LEFT: DEAD, RIGHT: DEAD, ROOT: DEAD}
    # a circle without a way out has no root: the device stands for itself
    assert root_of(LEAF, chain, standings.get) == LEAF
    straight = {LEAF: [LEFT], LEFT: [RIGHT], RIGHT: [ROOT]}
    assert root_of(LEAF, straight, {LEFT: FRESH, RIGHT: DEAD, ROOT: FRESH}.get) == RIGHT
    unknown = {LEFT: Standing(status=Status.OFFLINE), RIGHT: Standing(status=Status.OFFLINE)}
    assert root_of(LEAF, {LEAF: [LEFT, RIGHT]}, unknown.get) == LEFT


def test_what_hangs_on_two_that_hang_on_one_has_three_above_it() -> None:
    assert ancestors(LEAF, RING) == [LEFT, RIGHT, ROOT]
