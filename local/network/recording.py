"""Reads `.snmprec` recordings, and lets some of their values move with time."""

import math
import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import TypeVar

from local.network import ber
from local.network.ber import Oid

# Anything else is skipped: remarks, lines cut in two, identities that were painted over.
_LINE = re.compile(r"\.?(\d+(?:\.\d+)+)\|(\d+[xe]?)\|(.*)", re.DOTALL)
_UPTIME: Oid = (1, 3, 6, 1, 2, 1, 1, 3, 0)
_IP, _COUNTER32, _GAUGE32, _TICKS, _OPAQUE, _COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
_NUMBERS = {_COUNTER32: 2**32, _GAUGE32: 2**32, _TICKS: 2**32, _COUNTER64: 2**64}

T = TypeVar("T")
Moving = Callable[[float], bytes]


@dataclass
class Recording:
    """A device's variables in order: each already encoded, or a function of the seconds gone by."""

    name: str
    oids: list[Oid] = field(default_factory=list)
    values: list[bytes | Moving] = field(default_factory=list)

    def find(self, oid: Oid) -> int | None:
        """Return where exactly this variable is."""
        at = bisect_left(self.oids, oid)
        return at if at < len(self.oids) and self.oids[at] == oid else None

    def after(self, oid: Oid) -> int:
        """Return where the first variable after this one is."""
        return bisect_right(self.oids, oid)

    def value(self, at: int, elapsed: float) -> bytes:
        """Return a variable's encoded value some seconds after the start."""
        value = self.values[at]
        return value if isinstance(value, bytes) else value(elapsed)


@dataclass(frozen=True)
class Motion:
    """How a recording of our own lives: counters that run and gauges that swing."""

    rates: Mapping[Oid, float] = field(default_factory=dict)
    swings: Mapping[Oid, tuple[float, float]] = field(default_factory=dict)


def load(path: Path) -> Recording:
    """Read a recording and the motion described beside it, if there is any."""
    sidecar = path.with_suffix(".toml")
    motion = _motion(sidecar.read_text()) if sidecar.exists() else Motion()
    return parse(path.stem, path.read_text(encoding="latin-1"), motion)


def parse(name: str, text: str, motion: Motion | None = None) -> Recording:
    """Return the recording that a text describes; the last of two equal OIDs counts."""
    rows: dict[Oid, bytes | Moving] = {}
    for line in text.split("\n"):
        if described := _LINE.fullmatch(line.rstrip("\r")):
            oid = _oid(described[1])
            rows[oid] = _row(oid, described[2], described[3], motion or Motion())
    ordered = sorted(rows)
    return Recording(name, ordered, [rows[oid] for oid in ordered])


def _motion(text: str) -> Motion:
    described = tomllib.loads(text)
    return Motion(
        rates={_oid(key): float(rate) for key, rate in described.get("rates", {}).items()},
        swings={
            _oid(key): (float(swing["amplitude"]), float(swing["period"]))
            for key, swing in described.get("swings", {}).items()
        },
    )


def _row(oid: Oid, kind: str, text: str, motion: Motion) -> bytes | Moving:
    tag, content = int(kind.rstrip("xe")), _content(kind, text)
    if tag in _NUMBERS or tag == ber.INTEGER:
        number = _number(content)
        return _moving(oid, tag, number, motion) or ber.integer(number, tag)
    return _plain(tag, content)


def _moving(oid: Oid, tag: int, base: int, motion: Motion) -> Moving | None:
    size = _NUMBERS.get(tag, 2**31)
    if oid == _UPTIME:
        return lambda elapsed: ber.integer((base + int(elapsed * 100)) % size, tag)
    rate = _for(oid, motion.rates)
    if rate is not None and base:  # a counter that never counted belongs to a port that is down
        # Neighbouring rows of a column run differently, or every port would look the same.
        own = rate * (0.5 + oid[-1] * 0.37 % 1)
        return lambda elapsed: ber.integer((base + int(own * elapsed)) % size, tag)
    swing = _for(oid, motion.swings)
    if swing is not None:
        amplitude, period = swing
        phase = oid[-1] * 1.7

        def swung(elapsed: float) -> bytes:
            turn = math.sin(phase + 2 * math.pi * elapsed / period)
            return ber.integer(max(0, base + round(amplitude * turn)), tag)

        return swung
    return None


def _for(oid: Oid, described: Mapping[Oid, T]) -> T | None:
    matches = [prefix for prefix in described if oid[: len(prefix)] == prefix]
    return described[max(matches, key=len)] if matches else None


def _content(kind: str, text: str) -> bytes:
    if kind.endswith("x"):
        return bytes.fromhex(text)
    if kind.endswith("e"):
        return _bytes(text.encode("latin-1").decode("unicode_escape"))
    return _bytes(text)


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")  # an escape above one byte


def _number(content: bytes) -> int:
    try:
        return int(content)
    except ValueError:
        return int.from_bytes(content, "big")


def _plain(tag: int, content: bytes) -> bytes:
    if tag == ber.OBJECT:
        return ber.oid(_oid(content.decode()))
    if tag == _IP:
        is_packed = len(content) == 4  # noqa: PLR2004 - an IPv4 address
        return ber.wrap(_IP, content if is_packed else IPv4Address(content.decode()).packed)
    return ber.wrap(tag, content)


def _oid(text: str) -> Oid:
    return tuple(int(arc) for arc in text.strip().strip(".").split("."))
