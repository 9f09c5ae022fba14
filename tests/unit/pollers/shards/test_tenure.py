"""Pollers that meet at a made-up store, on a made-up watch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from pollers.domain.schedule import SHARDS
from pollers.domain.shards import ShardMap, empty_map
from pollers.metrics import Metrics
from pollers.shards.ports import Member, Snapshot
from pollers.shards.tenure import BEAT_S, LEASE_S, Tenure


class Store:
    """The table, in memory; it may be away."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.map = empty_map()
        self.is_away = False
        self.writes = 0

    def beat(self, poller: str, member: Member) -> None:
        self._there()
        self.members[poller] = member

    def read(self) -> Snapshot:
        self._there()
        return Snapshot(dict(self.members), self.map)

    def replace(self, shards: ShardMap) -> bool:
        self._there()
        if shards.version != self.map.version + 1:
            return False
        self.map = shards
        self.writes += 1
        return True

    def forget(self, poller: str, *, beat: int | None = None) -> None:
        self._there()
        member = self.members.get(poller)
        if member and (beat is None or member.beat <= beat):
            del self.members[poller]

    def _there(self) -> None:
        if self.is_away:
            raise ConnectionError


class Fleet:
    """Pollers whose turns are taken by hand."""

    def __init__(self) -> None:
        self.store = Store()
        self.now = 1000.0
        self.pollers: dict[str, Tenure] = {}

    def join(self, name: str) -> Tenure:
        made = Tenure(
            name, self.store, Metrics(), monotonic=lambda: self.now, wall=lambda: 1_790_000_000
        )
        self.pollers[name] = made
        return made

    async def run(self, seconds: float, *names: str) -> None:
        """Let time pass, in which these take their turns, all if none is named."""
        for _ in range(round(seconds / BEAT_S)):
            self.now += BEAT_S
            for name in names or tuple(self.pollers):
                await self.pollers[name].turn()

    def held(self) -> dict[str, int]:
        return {name: len(tenure.held) for name, tenure in self.pollers.items()}


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    made = Fleet()
    yield made
    for tenure in made.pollers.values():
        tenure.close()


async def test_who_is_alone_has_everything_from_the_first_turn(fleet: Fleet) -> None:
    alone = fleet.join("a")
    await alone.turn()
    assert len(alone.held) == SHARDS
    assert alone.is_certain


async def test_two_share_within_a_few_turns_and_then_nothing_is_written(fleet: Fleet) -> None:
    fleet.join("a")
    await fleet.run(4)
    fleet.join("b")
    await fleet.run(4)
    assert fleet.held() == {"a": 128, "b": 128}
    written = fleet.store.writes
    await fleet.run(60)
    assert fleet.store.writes == written


async def test_what_a_dead_poller_held_is_polled_by_others_within_twenty_seconds(
    fleet: Fleet,
) -> None:
    fleet.join("a")
    fleet.join("b")
    await fleet.run(10)
    epochs = dict(fleet.pollers["b"].held)
    await fleet.run(14, "a")
    held = fleet.pollers["a"].held
    assert len(held) == SHARDS
    assert all(held[shard] > epoch for shard, epoch in epochs.items())
    assert set(fleet.store.members) == {"a"}


async def test_who_comes_back_from_a_stop_learns_what_it_lost_and_is_let_in_again(
    fleet: Fleet,
) -> None:
    fleet.join("a")
    fleet.join("b")
    await fleet.run(10)
    before = dict(fleet.pollers["b"].held)
    await fleet.run(60, "a")
    assert not fleet.pollers["b"].is_certain
    await fleet.run(6)
    assert fleet.held() == {"a": 128, "b": 128}
    # none of the old epochs is any good: what was said under them is fenced
    assert not set(before.items()) & set(fleet.pollers["b"].held.items())


async def test_who_leaves_hands_over_at_once(fleet: Fleet) -> None:
    fleet.join("a")
    fleet.join("b")
    await fleet.run(10)
    await fleet.pollers["b"].leave()
    await fleet.run(BEAT_S, "a")
    assert fleet.held()["a"] == SHARDS
    await fleet.pollers["b"].turn()
    assert set(fleet.store.members) == {"a"}


async def test_the_last_one_to_leave_leaves_nothing_behind(fleet: Fleet) -> None:
    alone = fleet.join("a")
    await alone.turn()
    await alone.leave()
    assert fleet.store.members == {}
    assert set(fleet.store.map.owners) == {""}


async def test_a_store_that_is_away_moves_nothing_whoever_returns_first(fleet: Fleet) -> None:
    fleet.join("a")
    fleet.join("b")
    await fleet.run(10)
    version = fleet.store.map.version
    fleet.store.is_away = True
    await fleet.run(30)
    assert fleet.held() == {"a": 128, "b": 128}
    assert not fleet.pollers["a"].is_certain
    fleet.store.is_away = False
    await fleet.run(LEASE_S / 2, "a")
    await fleet.run(10)
    assert fleet.store.map.version == version
    assert fleet.pollers["a"].is_certain


async def test_who_waits_for_shards_is_told_of_every_change(fleet: Fleet) -> None:
    first = fleet.join("a")
    waiting = asyncio.create_task(first.changed(None))
    await first.turn()
    held = await waiting
    assert len(held) == SHARDS
    waiting = asyncio.create_task(first.changed(held))
    fleet.join("b")
    await fleet.run(4)
    assert len(await waiting) == SHARDS // 2
