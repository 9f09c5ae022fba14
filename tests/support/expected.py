"""What a mature monitoring system makes of a recorded device, and how ours compares."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from pollers.domain.device import Interface
    from pollers.domain.point import Point
    from pollers.snmp.collector import Portrait

# Their unit of a class over ours: minutes, MHz, kilometres.
_IN_OURS = {"runtime": 60.0, "frequency": 1.0}
_WIRELESS = {"frequency": 1e6, "distance": 1000.0}
_TOLERANCE = 0.01


@dataclass
class Tally:
    """How many of a kind there are, how many were found, and what was missed."""

    wanted: int = 0
    right: int = 0
    missed: Counter[str] = field(default_factory=Counter)

    def count(self, what: str, *, right: bool) -> None:
        self.wanted += 1
        self.right += right
        if not right:
            self.missed[what] += 1

    def add(self, other: Tally) -> None:
        self.wanted += other.wanted
        self.right += other.right
        self.missed += other.missed

    @property
    def share(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0


def rows_of(document: dict[str, Any], module: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of an expected table, as polled where that differs from discovery."""
    part = document.get(module, {})
    for phase in ("poller", "discovery"):
        found = part.get(phase)
        if isinstance(found, dict) and found.get(table):
            rows: list[dict[str, Any]] = found[table]
            return rows
    return []


def expected_of(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.with_suffix(".json").read_text())
    return document


def compare(
    name: str, document: dict[str, Any], portrait: Portrait, octets: dict[str, float]
) -> dict[str, Tally]:
    """Return the tallies of one device."""
    tallies: dict[str, Tally] = {}

    def tally(measure: str) -> Tally:
        return tallies.setdefault(measure, Tally())

    _identity(name, document, portrait, tally)
    _ports(name, document, portrait.interfaces, tally)
    _octets(name, document, portrait.interfaces, octets, tally)
    by_oid: dict[str, list[Point]] = {}
    for point in portrait.points:
        for oid in point.formula.oids:
            by_oid.setdefault(oid, []).append(point)
    _sensors(name, document, by_oid, tally)
    for row in rows_of(document, "processors", "processors"):
        points = by_oid.get(row["processor_oid"].lstrip("."), [])
        tally("processors claimed").count(name, right=bool(points))
        if points:
            right = _near(points, row["processor_usage"], slack=1.0)
            tally("processors right").count(name, right=right)
    _stores(name, document, portrait.points, tally)
    return tallies


def _identity(name: str, document: dict[str, Any], portrait: Portrait, tally: Any) -> None:
    [expected] = rows_of(document, "os", "devices")[:1] or [{}]
    identity = portrait.identity
    if not expected:
        return
    tally("vendor known").count(name, right=bool(identity.vendor))
    tally("os").count(f"{name}: {identity.os}", right=identity.os == expected["os"])
    for measure, ours, theirs in (
        ("hardware", identity.model, expected.get("hardware")),
        ("version", identity.os_version, expected.get("version")),
        ("serial", identity.serial_number, expected.get("serial")),
    ):
        # A card's whole description stands for a model that is not known.
        if theirs and len(theirs) < 60:
            tally(measure).count(f"{name}: {ours!r} not {theirs!r}", right=ours == theirs)


def _ports(
    name: str, document: dict[str, Any], interfaces: tuple[Interface, ...], tally: Any
) -> None:
    rows = {row["ifIndex"]: row for row in rows_of(document, "ports", "ports")}
    if not rows:
        return
    ours = {port.index: port for port in interfaces}
    tally("interface sets").count(name, right=rows.keys() == ours.keys())
    for index, row in rows.items():
        port = ours.get(index)
        if port is None:
            continue
        tally("ifMtu").count(name, right=port.mtu == row["ifMtu"])
        tally("ifSpeed").count(name, right=(port.speed_bps or 0) == (row["ifSpeed"] or 0))
        tally("ifDescr").count(name, right=port.descr == row["ifDescr"])
        for measure, status in (
            ("ifAdminStatus", port.admin_status),
            ("ifOperStatus", port.oper_status),
        ):
            if row[measure] is not None:
                tally(measure).count(name, right=_STATUSES.get(status or 0) == row[measure])


def _octets(
    name: str,
    document: dict[str, Any],
    interfaces: tuple[Interface, ...],
    octets: dict[str, float],
    tally: Any,
) -> None:
    rows = {row["ifIndex"]: row for row in rows_of(document, "ports", "ports")}
    for port in interfaces:
        row = rows.get(port.index, {})
        for direction, column in (("in", "ifInOctets"), ("out", "ifOutOctets")):
            ours = octets.get(f"{port.entity} if_{direction}_bps")
            # An absent counter is 0 there.
            if row.get(column) is not None and (ours is not None or row[column]):
                label = f"{name} {port.name} {column}: {ours} not {row[column]}"
                tally("octets").count(label, right=ours == row[column])


_STATUSES = {
    1: "up", 2: "down", 3: "testing", 4: "unknown", 5: "dormant", 6: "notPresent",
    7: "lowerLayerDown",
}  # fmt: skip


def _sensors(
    name: str, document: dict[str, Any], by_oid: dict[str, list[Point]], tally: Any
) -> None:
    for row in rows_of(document, "sensors", "sensors"):
        kind, value = row["sensor_class"], row["sensor_current"]
        if value is None or row.get("sensor_deleted"):
            continue
        points = by_oid.get(str(row["sensor_oid"]).lstrip("."), [])
        group = "state sensors" if kind == "state" else "sensors"
        label = f"{name} {kind} {row['sensor_oid']} {row['sensor_descr']}"
        tally(f"{group} claimed").count(label, right=bool(points))
        if points:
            factor = _IN_OURS.get(kind, 1.0)
            shown = f"{label}: {[p.reading and p.reading.value for p in points]} not {value}"
            tally(f"{group} right").count(shown, right=_near(points, value * factor))
    for row in rows_of(document, "wireless", "wireless_sensors"):
        kind, value = row["sensor_class"], row["sensor_current"]
        if value is None:
            continue
        oids = json.loads(row["sensor_oids"])
        points = [point for oid in oids for point in by_oid.get(oid.lstrip("."), [])]
        label = f"{name} wireless {kind} {oids[0]} {row['sensor_descr']}"
        tally("wireless claimed").count(label, right=bool(points))
        if points:
            right = len(oids) > 1 or _near(points, value * _WIRELESS.get(kind, 1.0))
            shown = f"{label}: {[p.reading and p.reading.value for p in points]} not {value}"
            tally("wireless right").count(shown, right=right)


def _stores(name: str, document: dict[str, Any], points: tuple[Point, ...], tally: Any) -> None:
    pools = [point for point in points if point.kind == "memory"]
    for row in rows_of(document, "mempools", "mempools"):
        found = [point for point in pools if _is_pool(point, row)]
        label = f"{name} {row['mempool_type']} {row['mempool_descr']}"
        tally("memory pools claimed").count(label, right=bool(found))
        if found:
            tally("memory pools right").count(
                label, right=_near(found, row["mempool_perc"], slack=1.0)
            )
    disks = [point for point in points if point.kind == "disk"]
    for row in rows_of(document, "storage", "storage"):
        found = [
            point
            for point in disks
            if point.reading
            and point.reading.size_bytes == row["storage_size"]
            and point.reading.used_bytes == row["storage_used"]
        ]
        measure = "hrStorage" if row["type"] == "hrstorage" else "other storage"
        label = f"{name} {row['type']} {row['storage_descr']}"
        tally(measure).count(label, right=bool(found))


def _is_pool(point: Point, row: dict[str, Any]) -> bool:
    oids = {str(row[key] or "").lstrip(".") for key in _POOL_OIDS}
    if oids & set(point.formula.oids):
        return True
    read = point.reading
    return bool(read and read.size_bytes and read.size_bytes == row["mempool_total"])


_POOL_OIDS = ("mempool_perc_oid", "mempool_used_oid", "mempool_free_oid", "mempool_total_oid")


def _near(points: list[Point], value: float, *, slack: float = 0.0) -> bool:
    return any(
        abs(point.reading.value - value) <= max(_TOLERANCE * abs(value), slack, 1e-9)
        for point in points
        if point.reading is not None
    )
