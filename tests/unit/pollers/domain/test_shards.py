from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollers.domain.schedule import SHARDS, shard_of
from pollers.domain.shards import NOBODY, ShardMap, empty_map, rebalanced

NOW_S = 1_790_000_000
FLEETS = st.sets(st.sampled_from([f"poller-{number}" for number in range(12)]))


def moved(before: ShardMap, after: ShardMap) -> int:
    return sum(a != b for a, b in zip(before.owners, after.owners, strict=True))


@given(st.lists(FLEETS, min_size=1, max_size=8))
def test_whoever_comes_and_goes_the_living_share_evenly(fleets: list[set[str]]) -> None:
    shards = empty_map()
    for alive in fleets:
        shards = rebalanced(shards, alive, now_s=NOW_S)
        counts = Counter(shards.owners)
        if alive:
            assert set(counts) == alive
            assert max(counts.values()) - min(counts.values()) <= 1
        else:
            assert set(counts) == {NOBODY}


@given(FLEETS, FLEETS)
def test_an_epoch_grows_when_its_shard_moves_and_only_then(
    first: set[str], second: set[str]
) -> None:
    before = rebalanced(empty_map(), first, now_s=NOW_S)
    after = rebalanced(before, second, now_s=NOW_S)
    for shard in range(SHARDS):
        changed = before.owners[shard] != after.owners[shard]
        assert (after.epochs[shard] > before.epochs[shard]) is changed
    assert after.version == before.version + (before != after)


@given(FLEETS)
def test_nothing_moves_while_nobody_comes_or_goes(alive: set[str]) -> None:
    shards = rebalanced(empty_map(), alive, now_s=NOW_S)
    assert rebalanced(shards, alive, now_s=NOW_S + 60) is shards


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_who_joins_takes_a_fair_share_and_nothing_else_moves(count: int) -> None:
    fleet = {f"poller-{number}" for number in range(count)}
    before = rebalanced(empty_map(), fleet, now_s=NOW_S)
    after = rebalanced(before, fleet | {"new"}, now_s=NOW_S)
    assert moved(before, after) == len(after.held_by("new")) == SHARDS // (count + 1)


@pytest.mark.parametrize("count", [2, 3, 7])
def test_of_who_dies_only_the_own_shards_move(count: int) -> None:
    fleet = {f"poller-{number}" for number in range(count)}
    before = rebalanced(empty_map(), fleet, now_s=NOW_S)
    after = rebalanced(before, fleet - {"poller-0"}, now_s=NOW_S)
    assert moved(before, after) == len(before.held_by("poller-0"))


def test_epochs_grow_even_if_all_maps_were_lost() -> None:
    lost = rebalanced(empty_map(), {"a"}, now_s=NOW_S)
    fresh = rebalanced(empty_map(), {"a"}, now_s=NOW_S + 1)
    assert min(fresh.epochs) > max(lost.epochs)


def test_devices_are_spread_over_the_shards() -> None:
    counts = Counter(shard_of(UUID(int=number)) for number in range(25_600))
    assert len(counts) == SHARDS
    assert max(counts.values()) < 150


def test_a_map_has_an_owner_and_an_epoch_for_each_shard() -> None:
    with pytest.raises(ValueError, match=f"{SHARDS} shards"):
        ShardMap(1, (NOBODY,) * (SHARDS - 1), (0,) * SHARDS)
