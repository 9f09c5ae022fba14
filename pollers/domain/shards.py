"""Which poller owns which shard: fixed virtual shards, moved as little as possible."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pollers.domain.schedule import SHARDS

NOBODY = ""


@dataclass(frozen=True, slots=True)
class ShardMap:
    """Every shard's owner and fencing epoch; `version` orders the maps."""

    version: int
    owners: tuple[str, ...]
    epochs: tuple[int, ...]

    def __post_init__(self) -> None:
        if not len(self.owners) == len(self.epochs) == SHARDS:
            raise ValueError(f"a shard map has {SHARDS} shards")

    def held_by(self, poller: str) -> dict[int, int]:
        """Return a poller's shards, each with its epoch."""
        return {
            shard: self.epochs[shard] for shard, owner in enumerate(self.owners) if owner == poller
        }


def empty_map() -> ShardMap:
    """Return the map before there was any poller."""
    return ShardMap(0, (NOBODY,) * SHARDS, (0,) * SHARDS)


def rebalanced(current: ShardMap, alive: Collection[str], *, now_s: int) -> ShardMap:
    """Return the map in which the living share all shards evenly; the same one if they do.

    Only what the dead held and what is beyond a fair share moves, each with a new epoch. An epoch
    is at least the present second, so that it grows even if all maps were lost.
    """
    quotas = _quotas(current, alive)
    room = dict(quotas)
    owners = list(current.owners)
    homeless = []
    for shard, owner in enumerate(owners):
        if room.get(owner, 0) > 0:
            room[owner] -= 1
        else:
            homeless.append(shard)
    takers = [name for name in sorted(room) for _ in range(room[name])]
    for shard, taker in zip(homeless, takers or [NOBODY] * len(homeless), strict=True):
        owners[shard] = taker
    return _moved(current, owners, now_s)


def _quotas(current: ShardMap, alive: Collection[str]) -> dict[str, int]:
    """Return how many shards each has; those who hold most now keep one more."""
    if not alive:
        return {}
    fair, extra = divmod(SHARDS, len(alive))
    held = Counter(current.owners)
    ordered = sorted(alive, key=lambda name: (-held[name], name))
    return {name: fair + (place < extra) for place, name in enumerate(ordered)}


def _moved(current: ShardMap, owners: Sequence[str], now_s: int) -> ShardMap:
    if tuple(owners) == current.owners:
        return current
    epochs = tuple(
        epoch if owner == before else max(epoch + 1, now_s)
        for owner, before, epoch in zip(owners, current.owners, current.epochs, strict=True)
    )
    return ShardMap(current.version + 1, tuple(owners), epochs)
