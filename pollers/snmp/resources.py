"""Memory and storage by HOST-RESOURCES-MIB and UCD-SNMP-MIB."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pollers.domain.device import Sample
from pollers.domain.text import text_of
from pollers.snmp import mibs
from pollers.snmp.ber import encode_subids
from pollers.snmp.session import Index, SnmpSession, Table

_DISK_TYPES = frozenset({mibs.HR_STORAGE_FIXED_DISK, mibs.HR_STORAGE_FLASH})
_PSEUDO = re.compile(
    r"^(?:devfs|procfs|tmpfs)\b|^/(?:dev|proc|sys|run|snap)(?:/|$)(?!.*mounted on)"
    r"|mounted on: /(?:dev|proc|packages|junos)\b"
)
_MAIN_MEMORY = re.compile(r"physical|main memory|^ram$|real memory|random access", re.IGNORECASE)
_BUFFERS = re.compile(r"buffer|cache", re.IGNORECASE)
_UCD = (mibs.UCD_MEM_TOTAL, mibs.UCD_MEM_AVAILABLE, mibs.UCD_MEM_BUFFER, mibs.UCD_MEM_CACHED)


@dataclass(frozen=True, slots=True)
class StorageArea:
    """A row of hrStorageTable worth watching."""

    index: Index
    descr: str


@dataclass(frozen=True, slots=True)
class Resources:
    """Which rows tell of memory and disks."""

    disks: tuple[StorageArea, ...] = ()
    memory: StorageArea | None = None
    buffers: tuple[StorageArea, ...] = ()
    has_ucd: bool = False


async def read_resources(session: SnmpSession) -> Resources:
    """Return what the device offers of memory and storage."""
    table = await session.table((mibs.HR_STORAGE_TYPE, mibs.HR_STORAGE_DESCR))
    types, names = table[mibs.HR_STORAGE_TYPE], table[mibs.HR_STORAGE_DESCR]
    areas = {index: StorageArea(index, text_of(name, 120)) for index, name in sorted(names.items())}
    ram = [
        area
        for index, area in areas.items()
        if types.get(index) == mibs.HR_STORAGE_RAM or _MAIN_MEMORY.search(area.descr)
    ]
    memory = next(
        (area for area in ram if _MAIN_MEMORY.search(area.descr)), ram[0] if ram else None
    )
    return Resources(
        disks=tuple(
            area
            for index, area in areas.items()
            if types.get(index) in _DISK_TYPES and not _PSEUDO.search(area.descr)
        ),
        memory=memory,
        buffers=tuple(
            area for area in areas.values() if _BUFFERS.search(area.descr) and area is not memory
        ),
        has_ucd=mibs.UCD_MEM_AVAILABLE in await session.get(_UCD),
    )


async def resource_samples(
    session: SnmpSession, resources: Resources, known: Iterable[Sample]
) -> list[Sample]:
    """Return disk and memory use; memory only where no vendor's own figure is known."""
    has_memory = any(sample.metric == "memory_usage" and not sample.entity for sample in known)
    samples: list[Sample] = []
    if not has_memory and resources.has_ucd:
        samples += await _ucd_memory(session)
        has_memory = bool(samples)
    if not resources.disks and (has_memory or resources.memory is None):
        return samples
    table = await _storage(session, resources)
    samples += [
        Sample("disk_usage", share, "%", f"storage:{area.descr}")
        for area in resources.disks
        if (share := _share(table, area)) is not None
    ]
    if resources.disks:
        fullest = max((s.value for s in samples if s.metric == "disk_usage"), default=None)
        if fullest is not None:
            samples.append(Sample("disk_usage", fullest, "%"))
    if not has_memory and resources.memory is not None:
        spare = sum(_bytes(table, area, mibs.HR_STORAGE_USED) or 0.0 for area in resources.buffers)
        share = _share(table, resources.memory, spare=spare)
        if share is not None:
            samples.append(Sample("memory_usage", share, "%"))
    return samples


async def _storage(session: SnmpSession, resources: Resources) -> Table:
    areas = [*resources.disks, *resources.buffers]
    if resources.memory is not None:
        areas.append(resources.memory)
    columns = (mibs.HR_STORAGE_UNITS, mibs.HR_STORAGE_SIZE, mibs.HR_STORAGE_USED)
    names = {
        column + encode_subids(area.index): (column, area.index)
        for column in columns
        for area in areas
    }
    table: Table = {column: {} for column in columns}
    for oid, value in (await session.get(names)).items():
        column, index = names[oid]
        table[column][index] = value
    return table


def _bytes(table: Table, area: StorageArea, column: bytes) -> float | None:
    count, unit = table[column].get(area.index), table[mibs.HR_STORAGE_UNITS].get(area.index)
    if not isinstance(count, int) or not isinstance(unit, int):
        return None
    if count < 0:
        count += 2**32  # a signed 32-bit field that overflowed on a large disk
    return float(count * unit)


def _share(table: Table, area: StorageArea, *, spare: float = 0.0) -> float | None:
    size = _bytes(table, area, mibs.HR_STORAGE_SIZE)
    used = _bytes(table, area, mibs.HR_STORAGE_USED)
    if not size or used is None:
        return None
    if spare < used:
        used -= spare
    return round(min(100.0, 100.0 * used / size), 3)


async def _ucd_memory(session: SnmpSession) -> list[Sample]:
    got = await session.get(_UCD)
    total, available, buffers, cached = (got.get(oid) for oid in _UCD)
    if not isinstance(total, int) or not isinstance(available, int) or not total:
        return []
    spare = sum(value for value in (buffers, cached) if isinstance(value, int))
    used = max(0, total - available - spare)
    return [Sample("memory_usage", round(100.0 * used / total, 3), "%")]
