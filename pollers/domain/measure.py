"""What a MIB lets one measure, as data: where each number stands and how it is to be read.

A file under `mibs/` holds blocks; a block is a table's entry or a group of scalars, and names the
columns worth reading by their numbers in the MIB.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Index = tuple[int, ...]
CLASSES: Mapping[str, tuple[str, str]] = {
    "processor": ("cpu_usage", "%"),
    "memory": ("memory_usage", "%"),
    "disk": ("disk_usage", "%"),
    "temperature": ("temperature_celsius", "°C"),
    "fan": ("fan_rpm", "rpm"),
    "fan_load": ("fan_percent", "%"),
    "voltage": ("voltage_volts", "V"),
    "current": ("current_amperes", "A"),
    "power": ("power_watts", "W"),
    "apparent_power": ("apparent_power_va", "VA"),
    "energy": ("energy_kwh", "kWh"),
    "frequency": ("frequency_hertz", "Hz"),
    "load": ("load_percent", "%"),
    "charge": ("charge_percent", "%"),
    "runtime": ("runtime_seconds", "s"),
    "humidity": ("humidity_percent", "%"),
    "airflow": ("airflow_m3_per_min", "m³/min"),
    "pressure": ("pressure_pascal", "Pa"),
    "signal": ("signal_dbm", "dBm"),
    "snr": ("snr_db", "dB"),
    "quality": ("quality_percent", "%"),
    "rate": ("rate_bps", "bit/s"),
    "distance": ("distance_metres", "m"),
    "supply": ("supply_percent", "%"),
    "count": ("count", ""),
    "state": ("state", ""),
}
"""Class of a sensor -> its metric and unit, in the order in which series are given away."""
RESOURCES = frozenset({"processor", "memory", "disk"})
PLAUSIBLE: Mapping[str, tuple[float, float]] = {
    "temperature": (-150.0, 1500.0),
    "humidity": (0.0, 100.0),
    "charge": (0.0, 1000.0),
    "load": (0.0, 1000.0),
    "frequency": (0.0, 1e12),
    "fan": (0.0, 1e6),
    "signal": (-200.0, 100.0),
    "supply": (0.0, 1000.0),
}
"""Class -> its lowest and highest believable value, in its unit.

Beyond stand what agents say for "I do not know": 65535 of tenths of a degree, -1 percent.
"""
NO_NUMBER = frozenset({-(2.0**31), 2.0**31 - 1, 2.0**32 - 1})
"""Ends of 32-bit ranges: no sensor measures them, and agents put them where they have nothing."""

NAMED: Mapping[str, str] = {
    "ifDescr": "1.3.6.1.2.1.2.2.1.2",
    "ifName": "1.3.6.1.2.1.31.1.1.1.1",
    "ifAlias": "1.3.6.1.2.1.31.1.1.1.18",
    "hrDeviceDescr": "1.3.6.1.2.1.25.3.2.1.3",
    "entPhysicalDescr": "1.3.6.1.2.1.47.1.1.1.1.2",
    "entPhysicalContainedIn": "1.3.6.1.2.1.47.1.1.1.1.4",
    "entPhysicalClass": "1.3.6.1.2.1.47.1.1.1.1.5",
    "entPhysicalName": "1.3.6.1.2.1.47.1.1.1.1.7",
}
_TOKEN = re.compile(r"\{([^{}]+)\}")
_ABSOLUTE = re.compile(r"1(?:\.\d+){5,}$")


@dataclass(frozen=True, slots=True)
class Cell:
    """An object a block names: a column, read in the row at hand, or a single instance."""

    oid: str
    single: bool = False
    first: int | None = None
    last: int | None = None

    def at(self, index: Index) -> str:
        """Return the instance in the row of this index, or of the part of it that counts."""
        if self.single:
            return self.oid
        return ".".join((self.oid, *map(str, index[self.first : self.last])))


def cell_of(text: str | int, base: str = "") -> Cell:
    """Return the cell that a block's text names.

    `5` is the base's column, `5@0` in the row of the index's first part, `5@1:` without it; `.5.0`
    an instance below the base; `ifName` a column of the standard MIBs; a long number an object.
    """
    name, _, part = str(text).partition("@")
    first, last = _part(part)
    if name in NAMED:
        return Cell(NAMED[name], first=first, last=last)
    if name.startswith("."):
        return Cell(base + name, single=True)
    if not re.fullmatch(r"[0-9.]+", name):
        raise ValueError(f"no such object: {name}")
    oid = name if _ABSOLUTE.match(name) else f"{base}.{name}"
    return Cell(oid, oid.endswith(".0"), first, last)


def _part(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    first, colon, last = text.partition(":")
    begin = int(first) if first else None
    if colon:
        return begin, int(last) if last else None
    start = int(first)
    return start, start + 1 or None


@dataclass(frozen=True, slots=True)
class Condition:
    """A cell that must (or must not) hold one of some values for its row to count."""

    cell: Cell
    values: frozenset[str]
    pattern: re.Pattern[str] | None = None
    negated: bool = False

    def holds(self, text: str) -> bool:
        """Return whether a row counts by what stands in the cell."""
        found = text in self.values or bool(self.pattern and self.pattern.search(text))
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class Scaling:
    """From the number on the wire to the one in the sensor's unit."""

    scale: float = 1.0
    offset: float = 0.0
    convert: str = ""
    skip: frozenset[float] = frozenset()
    minimum: float | None = None
    maximum: float | None = None

    def bounded(self, kind: str) -> "Scaling":
        """Return it with the bounds of a class where it has none of its own."""
        if kind not in PLAUSIBLE:
            return self
        low, high = PLAUSIBLE[kind]
        return replace(
            self,
            minimum=low if self.minimum is None else self.minimum,
            maximum=high if self.maximum is None else self.maximum,
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of thing that a block lets one measure."""

    kind: str
    label: str
    value: Cell | None = None
    total: Cell | None = None
    used: Cell | None = None
    free: Cell | None = None
    scaling: Scaling = field(default_factory=Scaling)
    digits: Cell | None = None
    prefix: Cell | None = None
    times: Cell | None = None
    kinds: tuple[Cell, Mapping[str, str]] | None = None
    types: tuple[Cell, Mapping[str, str]] | None = None
    conditions: tuple[Condition, ...] = ()
    limits: Mapping[str, Cell] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    unit_bytes: float = 1.0
    unit_cell: Cell | None = None
    base: str = ""
    wraps: bool = False

    def type_of(self, text: str) -> str:
        """Return the device's word for a store in ours, empty when there is none."""
        if self.types is None:
            return ""
        names = self.types[1]
        patterns = (name for name in names if name.startswith("~"))
        matching = (p for p in patterns if re.search(p[1:], text, re.IGNORECASE))
        return names.get(text) or next((names[p] for p in matching), "")

    @property
    def numbers(self) -> tuple[Cell, ...]:
        """Return the cells that are read each cycle."""
        return tuple(c for c in (self.value, self.total, self.used, self.free) if c is not None)

    @property
    def surroundings(self) -> tuple[Cell, ...]:
        """Return the cells that are read once, to understand the numbers."""
        optional = (self.digits, self.prefix, self.times, self.unit_cell)
        pairs = (self.kinds, self.types)
        return (
            *(cell for cell in optional if cell is not None),
            *(pair[0] for pair in pairs if pair is not None),
            *(condition.cell for condition in self.conditions),
            *self.limits.values(),
            *label_cells(self.label, self.base),
        )


@dataclass(frozen=True, slots=True)
class Block:
    """What a file says of one table or group; `name` lets others take its place."""

    name: str
    base: str
    measures: tuple[Measure, ...]
    instead_of: tuple[str, ...] = ()
    beside: bool = False


def label_cells(label: str, base: str) -> tuple[Cell, ...]:
    """Return the cells that a label mentions."""
    return tuple(
        cell_of(name, base)
        for token in _TOKEN.findall(label)
        for name in token.split("|")
        if not name.startswith("index")
    )


def fill(label: str, base: str, index: Index, texts: Mapping[str, str]) -> str:
    """Return the label of a row; of alternatives the first that says something."""

    def text(match: re.Match[str]) -> str:
        for name in match[1].split("|"):
            if name.startswith("index"):
                first, last = _part(name.partition("@")[2])
                return ".".join(map(str, index[first:last]))
            found = texts.get(cell_of(name, base).at(index), "")
            if found:
                return found
        return ""

    return " ".join(_TOKEN.sub(text, label).split())
