"""What is read of a device each cycle, and how readings become samples."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from pollers.domain.counters import PackedCounts, Uptime, rebooted
from pollers.domain.device import Identity, Interface, Sample
from pollers.domain.finding import Finding
from pollers.domain.measure import Block
from pollers.domain.point import MAX_RECORDED, Point, device_wide
from pollers.domain.profile import Profile
from pollers.snmp import mibs
from pollers.snmp.identify import identify
from pollers.snmp.neighbours import read_chassis_id, read_neighbours
from pollers.snmp.points import find_points, read_points
from pollers.snmp.ports_table import are_numbered_alike, read_interfaces
from pollers.snmp.session import SnmpSession
from pollers.snmp.traffic import counted, read_traffic, traffic_samples

BlocksFor = Callable[[str], Sequence[Block]]
"""From a sysObjectID to what is worth asking such a device for."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """All that was found out of a device: who it is, its ports, and what can be read."""

    finding: Finding
    drawn_at: float

    def with_finding(self, **changes: Any) -> "Portrait":
        """Return the portrait with something found anew."""
        return replace(self, finding=replace(self.finding, **changes))

    @property
    def identity(self) -> Identity:
        """Return who the device is."""
        return self.finding.identity

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """Return its ports."""
        return self.finding.interfaces

    @property
    def points(self) -> tuple[Point, ...]:
        """Return what is measured on it."""
        return self.finding.points


Stage = Callable[[SnmpSession, "SnmpMemory"], Awaitable[None]]
"""Draws a part of a device's portrait."""


@dataclass(slots=True)
class SnmpMemory:
    """What must be remembered of a device from one cycle to the next."""

    portrait: Portrait | None = None
    uptime: Uptime | None = None
    # ifTableLastChange (RFC 2863), of agents that tell it
    ports_changed: int | None = None
    # what of the portrait is to be drawn anew, and the blocks its points are looked for in
    to_draw: list["Stage"] = field(default_factory=list)
    blocks: Sequence[Block] = ()
    counts: PackedCounts | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """The samples of one cycle, and the portrait when it was drawn anew."""

    samples: tuple[Sample, ...]
    portrait: Portrait | None = None


class SnmpCollector:
    """Reads one device after another; keeps nothing itself."""

    def __init__(
        self,
        profiles: Sequence[Profile],
        blocks: BlocksFor,
        *,
        redraw_after_s: float = 300.0,
        drawing_s: float = 3.0,
    ) -> None:
        self._profiles = profiles
        self._blocks = blocks
        self._redraw_after_s = redraw_after_s
        self._drawing_s = drawing_s

    async def collect(self, session: SnmpSession, memory: SnmpMemory) -> Collection:
        """Return a cycle's samples; raises SnmpTimeoutError when the device does not answer."""
        uptime, ports_changed = await self._clocks(session)
        restarted = rebooted(memory.uptime, uptime)
        changed = ports_changed != memory.ports_changed
        memory.uptime, memory.ports_changed = uptime, ports_changed
        if restarted:
            memory.counts = None
        drawn = None
        if (
            memory.portrait is None
            or restarted
            or self._is_old(memory.portrait)
            # A port that is numbered anew must not be counted by what was another's.
            or (changed and not await are_numbered_alike(session, memory.portrait.interfaces))
        ):
            memory.to_draw = [self._draw_ports, self._draw_points, self._draw_neighbours]
        if memory.to_draw:
            drawn = await self._draw(session, memory)
        portrait = memory.portrait
        if portrait is None:
            return Collection(())
        samples = [] if uptime is None else [Sample("uptime_seconds", uptime.ticks / 100, "s")]
        readings = await read_points(session, portrait.points[:MAX_RECORDED])
        samples += device_wide(readings)
        samples += (point.sample(reading) for point, reading in readings)
        table = await read_traffic(session, portrait.interfaces)
        now = counted(portrait.interfaces, table, time.monotonic())
        before = memory.counts.counted() if memory.counts else None
        samples += traffic_samples(portrait.interfaces, table, before, now)
        memory.counts = now.packed()
        return Collection(tuple(s for s in samples if isfinite(s.value)), drawn)

    def _is_old(self, portrait: Portrait) -> bool:
        return time.monotonic() - portrait.drawn_at >= self._redraw_after_s

    async def _clocks(self, session: SnmpSession) -> tuple[Uptime | None, int | None]:
        """Return how long the agent is up, and when ports came or went last, in its own ticks."""
        got = await session.get((mibs.SYS_UP_TIME, mibs.SYS_OBJECT_ID, mibs.IF_TABLE_LAST_CHANGE))
        ticks, changed = got.get(mibs.SYS_UP_TIME), got.get(mibs.IF_TABLE_LAST_CHANGE)
        uptime = Uptime(ticks, time.monotonic()) if isinstance(ticks, int) else None
        return uptime, changed if isinstance(changed, int) else None

    async def _draw(self, session: SnmpSession, memory: SnmpMemory) -> Portrait | None:
        """Draw what is to be drawn; of a slow device a part a cycle, that none takes too long."""
        began = time.monotonic()
        while memory.to_draw:
            await memory.to_draw[0](session, memory)
            memory.to_draw.pop(0)
            if time.monotonic() - began >= self._drawing_s:
                break
        drawn = memory.portrait
        if drawn is not None and not memory.to_draw:
            ports = tuple(port.lasting for port in drawn.interfaces)
            memory.portrait = drawn.with_finding(interfaces=ports)
        return drawn

    async def _draw_ports(self, session: SnmpSession, memory: SnmpMemory) -> None:
        before = memory.portrait
        identity, profile = await identify(session, self._profiles)
        specific = profile.blocks if profile else ()
        memory.blocks = (*specific, *self._blocks(identity.sys_object_id))
        finding = Finding(
            identity=replace(identity, chassis_id=await read_chassis_id(session)),
            interfaces=await read_interfaces(
                session,
                known={port.name for port in before.interfaces} if before else (),
                internal=profile.internal_ports if profile else (),
            ),
            points=before.finding.points if before else (),
            neighbours=before.finding.neighbours if before else (),
        )
        memory.portrait = Portrait(finding, drawn_at=time.monotonic())

    async def _draw_points(self, session: SnmpSession, memory: SnmpMemory) -> None:
        if memory.portrait is not None:
            points = await find_points(session, memory.blocks)
            memory.blocks = ()
            memory.portrait = memory.portrait.with_finding(points=points)

    async def _draw_neighbours(self, session: SnmpSession, memory: SnmpMemory) -> None:
        if memory.portrait is not None:
            neighbours = await read_neighbours(session, memory.portrait.interfaces)
            memory.portrait = memory.portrait.with_finding(neighbours=neighbours)
