"""Which of two neighbours is above the other: what is proposed, for a person to decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from functions.devices.domain.device import DeviceType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

# From the core outwards; what is not named hangs on what is.
_RANKS: tuple[frozenset[DeviceType], ...] = (
    frozenset({DeviceType.ROUTER, DeviceType.FIREWALL, DeviceType.LOAD_BALANCER}),
    frozenset({DeviceType.OLT, DeviceType.WIRELESS_CONTROLLER}),
    frozenset({DeviceType.SWITCH}),
    frozenset({DeviceType.RADIO, DeviceType.ONU, DeviceType.ACCESS_POINT, DeviceType.MODEM}),
)


@dataclass(frozen=True)
class Node:
    """A device as the network sees it: `links` counts the neighbours that are devices."""

    id: UUID
    number: int
    device_type: DeviceType
    links: int = 0

    @property
    def standing(self) -> tuple[int, int, int]:
        """Who is above: the kind first, then the number of neighbours, then who was there first."""
        rank = next(
            (place for place, kinds in enumerate(_RANKS) if self.device_type in kinds), len(_RANKS)
        )
        return (rank, -self.links, self.number)


@dataclass(frozen=True)
class Sight:
    """One device's word that another is at the end of one of its links."""

    device_id: UUID
    remote_id: UUID
    local_if_name: str
    remote_port: str
    protocol: str
    matched_by: str


@dataclass(frozen=True)
class Proposal:
    """A parent link that neighbours suggest, and who saw what."""

    device_id: UUID
    parent_id: UUID
    sights: tuple[Sight, ...]

    @property
    def seen_from_both(self) -> bool:
        """Whether each of the two tells of the other."""
        return len({sight.device_id for sight in self.sights}) > 1


Pair = frozenset[UUID]


def proposals(
    sights: Iterable[Sight],
    nodes: Mapping[UUID, Node],
    parents: Mapping[UUID, Collection[UUID]],
    dismissed: Collection[Pair],
) -> list[Proposal]:
    """Return the links nobody has confirmed or refused, each in the direction that makes sense.

    One that would put a device above itself is turned round, or left out if that helps nothing.
    """
    linked = {frozenset((child, parent)) for child, above in parents.items() for parent in above}
    pairs: dict[Pair, list[Sight]] = {}
    for sight in sights:
        pair = frozenset((sight.device_id, sight.remote_id))
        if len(pair) > 1 and pair not in linked and pair not in dismissed and pair <= nodes.keys():
            pairs.setdefault(pair, []).append(sight)
    found = []
    for pair, seen in pairs.items():
        parent, child = sorted((nodes[each] for each in pair), key=lambda node: node.standing)
        if is_above(child.id, parent.id, parents):
            parent, child = child, parent
            if is_above(child.id, parent.id, parents):
                continue
        found.append(Proposal(child.id, parent.id, tuple(seen)))
    return sorted(
        found, key=lambda each: (nodes[each.parent_id].number, nodes[each.device_id].number)
    )


def is_above(upper: UUID, lower: UUID, parents: Mapping[UUID, Collection[UUID]]) -> bool:
    """Return whether a device is among another's parents, their parents, and so on."""
    waiting: list[UUID] = list(parents.get(lower, ()))
    seen: set[UUID] = set()
    while waiting:
        each = waiting.pop()
        if each == upper:
            return True
        if each not in seen:
            seen.add(each)
            waiting += parents.get(each, ())
    return False


def counted(sights: Sequence[Sight]) -> dict[UUID, int]:
    """Return how many neighbours that are devices each device has."""
    pairs = {frozenset((sight.device_id, sight.remote_id)) for sight in sights}
    counts: dict[UUID, int] = {}
    for pair in pairs:
        for each in pair:
            counts[each] = counts.get(each, 0) + 1
    return counts
