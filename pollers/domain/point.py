"""A measuring point of a device: what is read, and what the numbers make."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite, log10

from pollers.domain.device import Sample
from pollers.domain.measure import CLASSES, NO_NUMBER, RESOURCES, Scaling

MAX_RECORDED = 256
"""Beyond so many points a device's values are listed, but no longer recorded each cycle."""
_PREFIXES = {"processor": "cpu", "memory": "memory", "disk": "storage"}
_ORDER = {kind: place for place, kind in enumerate(CLASSES)}
_DIGITS = 4
_SPARE = frozenset({"buffers", "cache"})
_PARTS = _SPARE | {"shared"}


def _dbm(milliwatts: float) -> float | None:
    return 10 * log10(milliwatts) if milliwatts > 0 else None


CONVERSIONS: Mapping[str, Callable[[float], float | None]] = {
    "": lambda value: value,
    "fahrenheit": lambda value: (value - 32) / 1.8,
    "kelvin": lambda value: value - 273.15,
    "invert": lambda value: 100 - value,
    "mw_to_dbm": _dbm,
    "w_to_dbm": lambda value: _dbm(value * 1000),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a point's numbers make: its value, and bytes where it is a store."""

    value: float
    size_bytes: int | None = None
    used_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """Where a point's numbers are read (instances, in dots) and what is made of them."""

    value: str = ""
    total: str = ""
    used: str = ""
    free: str = ""
    scaling: Scaling = field(default_factory=Scaling)
    unit_bytes: float = 1.0
    wraps: bool = False
    spare: "tuple[Formula, ...]" = ()
    whole: "Formula | None" = None

    @property
    def oids(self) -> tuple[str, ...]:
        """Return the instances that are read each cycle."""
        return tuple(oid for oid in (self.value, self.total, self.used, self.free) if oid)

    @property
    def needs(self) -> tuple[str, ...]:
        """Return its own instances and those of other points that it is reckoned with."""
        others = (*self.spare, self.whole) if self.whole else self.spare
        return (*self.oids, *(oid for other in others for oid in other.oids))

    def compute(self, read: Mapping[str, float | None]) -> Reading | None:
        """Return what the numbers make, None when they make nothing believable."""
        total, used, free = (self._bytes(read, oid) for oid in (self.total, self.used, self.free))
        if self.whole is not None:
            total = self.whole._bytes(read, self.whole.total)
        if total is None and used is not None and free is not None:
            total = used + free
        if used is None and total is not None and free is not None:
            used = total - free
        spare = sum(other._bytes(read, other.used) or 0.0 for other in self.spare)
        if used is not None and spare < used:
            used -= spare
        value = read.get(self.value) if self.value else _percent(total, used)
        if value is not None:
            value = self._scaled(value)
        if value is None:
            return None
        if used is None and total is not None and self.value:
            used = total * value / 100
        return Reading(value, _whole(total), _whole(used))

    def _scaled(self, number: float) -> float | None:
        how = self.scaling
        if number in how.skip or number in NO_NUMBER:
            return None
        value = CONVERSIONS[how.convert](number * how.scale + how.offset)
        if value is None or not isfinite(value):
            return None
        if how.minimum is not None and value < how.minimum:
            return None
        return None if how.maximum is not None and value > how.maximum else value

    def _bytes(self, read: Mapping[str, float | None], oid: str) -> float | None:
        number = read.get(oid) if oid else None
        if number is None:
            return None
        if number < 0 and self.wraps:
            number += 2**32  # a signed 32-bit field that overflowed on a large disk
        return number * self.unit_bytes if number >= 0 else None


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is measured on a device."""

    kind: str
    descr: str
    formula: Formula
    entity: str = ""
    type: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    reading: Reading | None = None

    @property
    def metric(self) -> str:
        """Return the name of its series."""
        return CLASSES[self.kind][0]

    @property
    def unit(self) -> str:
        """Return the unit of its values."""
        return CLASSES[self.kind][1]

    @property
    def is_resource(self) -> bool:
        """Return whether it is a processor, a memory pool or a disk."""
        return self.kind in RESOURCES

    def sample(self, reading: Reading) -> Sample:
        """Return a reading as a value of the point's series."""
        kind = "status" if self.kind == "state" else "gauge"
        return Sample(self.metric, _rounded(reading.value), self.unit, self.entity, kind)


def named(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return the points, most telling first, each with an entity that no other of its metric has.

    History hangs on the entity: of several with one name each bears what its objects end in.
    """
    ordered = sorted(points, key=lambda point: _ORDER[point.kind])
    count: dict[tuple[str, str], int] = {}
    for point in ordered:
        key = (_entity(point), point.metric)
        count[key] = count.get(key, 0) + 1
    taken: set[tuple[str, str]] = set()
    made = []
    for point in ordered:
        entity = _entity(point)
        if count[entity, point.metric] > 1:
            entity = f"{entity} #{_tail(point)}"
        if (entity, point.metric) not in taken:
            taken.add((entity, point.metric))
            made.append(replace(point, entity=entity))
    return tuple(made)


def _entity(point: Point) -> str:
    prefix = _PREFIXES.get(point.kind, "sensor")
    return f"{prefix}:{point.descr or point.formula.oids[0].rsplit('.', 1)[-1]}"


def _tail(point: Point) -> str:
    return ".".join(point.formula.oids[0].split(".")[-2:]).removesuffix(".0")


def device_wide(readings: Iterable[tuple[Point, Reading]]) -> list[Sample]:
    """Return what the parts say of the whole: mean processor load, main memory, fullest disk."""
    by_kind: dict[str, list[tuple[Point, Reading]]] = {}
    for point, reading in readings:
        by_kind.setdefault(point.kind, []).append((point, reading))
    samples = []
    if processors := by_kind.get("processor"):
        mean = sum(reading.value for _, reading in processors) / len(processors)
        samples.append(Sample("cpu_usage", _rounded(mean), "%"))
    if pools := by_kind.get("memory"):
        samples.append(Sample("memory_usage", _rounded(_memory(pools)), "%"))
    if disks := by_kind.get("disk"):
        fullest = max(reading.value for _, reading in disks)
        samples.append(Sample("disk_usage", _rounded(fullest), "%"))
    return samples


def _memory(pools: list[tuple[Point, Reading]]) -> float:
    """Return the share of main memory in use, of several main memories their mean."""
    main = [reading.value for point, reading in pools if point.type == "ram"]
    main = main or [reading.value for point, reading in pools if not point.type]
    main = main or [reading.value for _, reading in pools]
    return sum(main) / len(main)


def with_spare_memory(points: Iterable[Point], numbers: Mapping[str, float | None]) -> list[Point]:
    """Return the points, main memory's use without the buffers and caches it gives up when needed.

    What is buffered, cached or shared is told as a share of main memory, of which it is a part.
    """
    made = list(points)
    main = next((p for p in made if p.type == "ram" and p.kind == "memory"), None)
    if main is None or not (main.formula.total and (main.formula.used or main.formula.free)):
        return made
    spare = tuple(point.formula for point in made if point.type in _SPARE)
    settled = []
    for point in made:
        formula = point.formula
        if point is main:
            formula = replace(formula, spare=spare)
        elif point.type in _PARTS:
            formula = replace(formula, whole=main.formula)
        settled.append(replace(point, formula=formula, reading=formula.compute(numbers)))
    return [point for point in settled if point.reading is not None]


def _percent(total: float | None, used: float | None) -> float | None:
    return min(100.0, 100.0 * used / total) if total and used is not None else None


def _whole(number: float | None) -> int | None:
    return int(number) if number is not None and 0 <= number < 2**63 else None


def _rounded(value: float) -> float:
    # Bias currents are microamperes: small values keep their significant digits.
    return round(value, _DIGITS) if abs(value) >= 1 else float(f"{value:.{_DIGITS}g}")
