"""Where each series' values stand in the rows of samples."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from sys import intern
from time import monotonic
from uuid import UUID
from weakref import WeakValueDictionary

from pollers.database import Connection
from pollers.ports import Cycle, Series

BLOCK_SIZE = 64
REACHABILITY = frozenset(
    {
        "availability",
        "response_time_ms",
        "icmp_loss_ratio",
        "icmp_rtt_min_ms",
        "icmp_rtt_avg_ms",
        "icmp_rtt_max_ms",
        "icmp_jitter_ms",
        "poll_lag_ms",
        "poll_duration_ms",
    }
)
Key = tuple[str, str]
Place = tuple[int, int]

_LOAD = """
    SELECT device_id, entity, metric, block, position FROM netpulse.series
    WHERE device_id = ANY(%s)
"""
# Takes series of living devices, as many as the quota allows.
_REGISTER = """
    SELECT netpulse.register_series(%s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::text[],
        %s::text[], %s::text[], %s::smallint[], %s::smallint[])
"""
# A series over the organisation's quota is asked for again after this time.
REFUSED_FOR_S = 600.0


@dataclass(slots=True, weakref_slot=True)
class _Layout:
    """A device's series and how many places each block has given away.

    Devices of a kind have the same ones: they share a layout, which is never changed then.
    """

    places: dict[Key, Place]
    used: dict[int, int]
    # the block that each group of series fills now
    newest: dict[str, int] = field(default_factory=dict)

    def allot(self, series: Series) -> Place:
        if not series.entity and series.metric in REACHABILITY:
            block = 0
        else:
            block = self.newest.get(_group(series.entity), 0)
            if not block or self.used[block] >= BLOCK_SIZE:
                block = max(self.used, default=0) + 1
        position = self.used.get(block, 0) + 1
        place = (block, position)
        self.take((series.entity, series.metric), place)
        return place

    def copy(self) -> "_Layout":
        return _Layout(dict(self.places), dict(self.used), dict(self.newest))

    def take(self, key: Key, place: Place) -> None:
        self.places[key] = place
        block, position = place
        self.used[block] = max(self.used.get(block, 0), position)
        group = _group(key[0])
        self.newest[group] = max(self.newest.get(group, 0), block)


def _group(entity: str) -> str:
    """Return what a block's series have in common: a check has slots, and so rows, of its own."""
    return entity if entity.startswith("check:") else ""


class SeriesRegistry:
    """Knows the places of all series of the devices seen, and registers new ones."""

    def __init__(self) -> None:
        self._layouts: dict[UUID, _Layout] = {}
        self._refused: dict[tuple[UUID, Key], float] = {}
        self._places: dict[Place, Place] = {}
        self._shared: WeakValueDictionary[int, _Layout] = WeakValueDictionary()

    def places(self, device_id: UUID) -> dict[Key, Place]:
        """Return the places of a device's series."""
        return self._layouts[device_id].places

    def width(self, device_id: UUID, block: int) -> int:
        """Return how many places of a block are given away."""
        return self._layouts[device_id].used.get(block, 0)

    def knows(self, device_id: UUID) -> bool:
        """Return whether the device's series are registered."""
        return device_id in self._layouts

    def forget(self, device_ids: Iterable[UUID]) -> None:
        """Drop what is known of devices, so that it is read again."""
        for device_id in device_ids:
            self._layouts.pop(device_id, None)

    async def register(self, connection: Connection, cycles: Iterable[Cycle]) -> None:
        """Give every sample's series its place, in the database and here."""
        cycles = list(cycles)
        unknown = {c.device_id for c in cycles if c.device_id not in self._layouts}
        await self._load(connection, unknown)
        new = [
            (cycle, series)
            for cycle in cycles
            for series in cycle.series
            if (series.entity, series.metric) not in self._layouts[cycle.device_id].places
            and not self._is_refused(cycle.device_id, (series.entity, series.metric))
        ]
        if not new:
            return
        touched = {cycle.device_id for cycle, _ in new}
        rows = self._allot(new)
        try:
            answer = await connection.execute(
                _REGISTER, [list(column) for column in zip(*rows, strict=True)]
            )
            (refused,) = await answer.fetchone() or (0,)
        finally:
            # What another poller registered first stands; the database has the last word.
            self.forget(touched)
        await self._load(connection, touched)
        if not refused:
            return
        until = monotonic() + REFUSED_FOR_S
        for cycle, series in new:
            key = (series.entity, series.metric)
            if key not in self._layouts[cycle.device_id].places:
                self._refused[cycle.device_id, key] = until

    def _is_refused(self, device_id: UUID, key: Key) -> bool:
        until = self._refused.get((device_id, key))
        if until is not None and until <= monotonic():
            del self._refused[device_id, key]
            return False
        return until is not None

    def _allot(self, new: list[tuple[Cycle, Series]]) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        own: dict[UUID, _Layout] = {}
        for cycle, series in new:
            layout = own.get(cycle.device_id)
            if layout is None:
                layout = own[cycle.device_id] = self._layouts[cycle.device_id].copy()
            if (series.entity, series.metric) in layout.places:
                continue
            rows.append(
                (
                    cycle.organization_id,
                    cycle.device_id,
                    cycle.device_number,
                    series.entity,
                    series.metric,
                    series.unit,
                    series.kind,
                    *layout.allot(series),
                )
            )
        return rows

    async def _load(self, connection: Connection, device_ids: set[UUID]) -> None:
        if not device_ids:
            return
        layouts = {device_id: _Layout({}, {}) for device_id in device_ids}
        cursor = await connection.execute(_LOAD, (list(device_ids),))
        async for device_id, entity, metric, block, position in cursor:
            # Names and places repeat a thousandfold: each is kept once.
            key = (intern(entity), intern(metric))
            layouts[device_id].take(
                key, self._places.setdefault((block, position), (block, position))
            )
        for device_id, layout in layouts.items():
            self._layouts[device_id] = self._one_of_a_kind(layout)

    def _one_of_a_kind(self, layout: _Layout) -> _Layout:
        mark = hash(frozenset(layout.places.items()))
        shared = self._shared.get(mark)
        if shared is not None and shared.places == layout.places:
            return shared
        self._shared[mark] = layout
        return layout
