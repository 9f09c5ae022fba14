"""What is read of a device each cycle, and how readings become samples."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import isfinite
from typing import Any

from pollers.domain.counters import Reading, Uptime, rate_per_s, rebooted, utilisation_percent
from pollers.domain.device import Identity, Interface, Sample
from pollers.domain.finding import Finding
from pollers.domain.measure import Block
from pollers.domain.point import MAX_RECORDED, Point, device_wide
from pollers.domain.profile import Profile
from pollers.snmp import mibs
from pollers.snmp.identify import identify
from pollers.snmp.message import Value
from pollers.snmp.neighbours import read_chassis_id, read_neighbours
from pollers.snmp.points import find_points, read_points
from pollers.snmp.ports_table import are_numbered_alike, read_interfaces
from pollers.snmp.session import Index, SnmpSession, Table

_PORT_COLUMNS = (
    mibs.IF_HC_IN_OCTETS,
    mibs.IF_HC_OUT_OCTETS,
    mibs.IF_IN_ERRORS,
    mibs.IF_OUT_ERRORS,
    mibs.IF_IN_DISCARDS,
    mibs.IF_OUT_DISCARDS,
    mibs.IF_ADMIN_STATUS,
    mibs.IF_OPER_STATUS,
)
_NARROW_COLUMNS = (mibs.IF_IN_OCTETS, mibs.IF_OUT_OCTETS)
_EVENT_RATES = (
    ("if_in_errors_per_s", mibs.IF_IN_ERRORS),
    ("if_out_errors_per_s", mibs.IF_OUT_ERRORS),
    ("if_in_discards_per_s", mibs.IF_IN_DISCARDS),
    ("if_out_discards_per_s", mibs.IF_OUT_DISCARDS),
)
_OCTETS = (
    ("if_in_bps", "if_in_utilization", mibs.IF_HC_IN_OCTETS, mibs.IF_IN_OCTETS),
    ("if_out_bps", "if_out_utilization", mibs.IF_HC_OUT_OCTETS, mibs.IF_OUT_OCTETS),
)
_STATUSES = (("ifAdminStatus", mibs.IF_ADMIN_STATUS), ("ifOperStatus", mibs.IF_OPER_STATUS))
_NO_LIMIT_BELOW_BPS = 1_000_000
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
    readings: dict[tuple[str, str], Reading] = field(default_factory=dict)


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
            memory.readings.clear()
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
        samples += await self._port_samples(session, memory)
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
        return memory.portrait

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

    async def _port_samples(self, session: SnmpSession, memory: SnmpMemory) -> list[Sample]:
        portrait = memory.portrait
        if portrait is None or not portrait.interfaces:
            return []
        table = await session.table(_PORT_COLUMNS)
        if any(not port.has_hc for port in portrait.interfaces):
            table.update(await session.table(_NARROW_COLUMNS))
        now = time.monotonic()
        samples: list[Sample] = []
        for port in portrait.interfaces:
            samples += _port_samples(port, table, memory.readings, now)
        return samples


def _port_samples(
    port: Interface, table: Table, readings: dict[tuple[str, str], Reading], now: float
) -> list[Sample]:
    index = (port.index,)
    entity = port.entity
    samples = [
        Sample(metric, float(value), "", entity, "status")
        for metric, column in _STATUSES
        if isinstance(value := table[column].get(index), int)
    ]
    for rated, utilised, wide, narrow in _OCTETS:
        octets = _reading(table, wide, index, now, bits=64) if port.has_hc else None
        octets = octets or _reading(table, narrow, index, now, bits=32)
        ceiling = _ceiling(port)
        rate = _rate(readings, _key(entity, rated), octets, ceiling)
        if rate is None:
            continue
        bps = round(rate * 8)
        samples.append(Sample(rated, bps, "bit/s", entity, "rate"))
        share = utilisation_percent(bps, port.speed_bps)
        if share is not None:
            samples.append(Sample(utilised, round(share, 3), "%", entity, "rate"))
    for metric, column in _EVENT_RATES:
        counted = _reading(table, column, index, now, bits=32)
        rate = _rate(readings, _key(entity, metric), counted, None)
        if rate is not None:
            samples.append(Sample(metric, round(rate, 4), "1/s", entity, "rate"))
    return samples


@lru_cache(maxsize=50_000)
def _key(entity: str, metric: str) -> tuple[str, str]:
    """Return the key of a reading; a fleet of switches has the same ones on every device."""
    return entity, metric


def _ceiling(port: Interface) -> float | None:
    """Return the octets a second a port can carry; tunnels and the like claim absurd speeds."""
    if port.speed_bps is None or port.speed_bps < _NO_LIMIT_BELOW_BPS:
        return None
    return port.speed_bps / 8


def _reading(
    table: Mapping[bytes, Mapping[Index, Value]],
    column: bytes,
    index: Index,
    now: float,
    *,
    bits: int,
) -> Reading | None:
    value = table[column].get(index) if column in table else None
    return Reading(value, now, bits) if isinstance(value, int) and value >= 0 else None


def _rate(
    readings: dict[tuple[str, str], Reading],
    key: tuple[str, str],
    now: Reading | None,
    ceiling: float | None,
) -> float | None:
    if now is None:
        readings.pop(key, None)
        return None
    before = readings.get(key)
    readings[key] = now
    return rate_per_s(before, now, reset=False, ceiling_per_s=ceiling)
