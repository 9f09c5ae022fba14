"""What a device says of itself, made to fit where it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from pollers.domain.device import Identity, Interface
from pollers.domain.neighbour import Neighbour
from pollers.domain.point import Point
from pollers.domain.text import text_of

MAX_PORTS = 20_000
_NAME = 200
_TEXT = 512
_LONG_TEXT = 2048
_LIMITS = {"sys_descr": 1024, "port_descr": _TEXT, "platform": _TEXT}
_INT2, _INT4, _INT8 = 2**15, 2**31, 2**63
_UNKNOWN_TYPE = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """All that is written of a device besides its samples."""

    identity: Identity
    interfaces: tuple[Interface, ...] = ()
    points: tuple[Point, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()

    @property
    def shape(self) -> "Finding":
        """Return the finding without what changes with every reading."""
        return replace(self, points=tuple(replace(p, reading=None) for p in self.points))


def fitting(finding: Finding) -> tuple[Finding, int]:
    """Return the finding as it can be kept, and how many interfaces were left out or mended."""
    ports, mended = fitting_ports(finding.interfaces)
    kept = Finding(
        fitting_identity(finding.identity),
        ports,
        tuple(map(_fitting_point, finding.points)),
        tuple({_key(n): n for n in map(_fitting_neighbour, finding.neighbours)}.values()),
    )
    return kept, mended


def _fitting_point(point: Point) -> Point:
    states = {text_of(number, 20): text_of(name, 100) for number, name in point.states.items()}
    return replace(
        point, descr=text_of(point.descr, _NAME), type=text_of(point.type, 50), states=states
    )


def _fitting_neighbour(neighbour: Neighbour) -> Neighbour:
    texts = (f.name for f in fields(Neighbour) if f.name != "capabilities")
    kept: dict[str, Any] = {
        name: text_of(getattr(neighbour, name), _LIMITS.get(name, _NAME)) for name in texts
    }
    return replace(neighbour, **kept)


def _key(neighbour: Neighbour) -> tuple[str, str, str, str]:
    return neighbour.protocol, neighbour.local_name, neighbour.chassis_id, neighbour.port_id


def fitting_identity(identity: Identity) -> Identity:
    """Return the identity with clean, bounded text."""
    return Identity(
        **{
            field.name: text_of(
                getattr(identity, field.name), _LONG_TEXT if field.name == "sys_descr" else _TEXT
            )
            for field in fields(Identity)
        }
    )


def fitting_ports(ports: Iterable[Interface]) -> tuple[tuple[Interface, ...], int]:
    """Return the interfaces that can be kept, and how many were left out or mended.

    One absurd number must not cost a device all its interfaces: a value out of range is unknown,
    an interface without a usable name or index, or with another's name, is left out.
    """
    kept: dict[str, Interface] = {}
    mended = 0
    for port in ports:
        fitted = _fitted(port)
        usable = fitted.name and fitted.name not in kept and 0 <= fitted.index < _INT8
        if usable and len(kept) < MAX_PORTS:
            kept[fitted.name] = fitted
            mended += fitted != port
        else:
            mended += 1
    return tuple(kept.values()), mended


def _fitted(port: Interface) -> Interface:
    return replace(
        port,
        name=text_of(port.name, _NAME),
        descr=text_of(port.descr, _TEXT),
        alias=text_of(port.alias, _TEXT),
        phys_address=text_of(port.phys_address, _TEXT),
        type=_within(port.type, _INT4) or _UNKNOWN_TYPE,
        speed_bps=_within(port.speed_bps, _INT8),
        mtu=_within(port.mtu, _INT4),
        admin_status=_within(port.admin_status, _INT2),
        oper_status=_within(port.oper_status, _INT2),
    )


def _within(value: int | None, limit: int) -> int | None:
    return value if value is not None and 0 <= value < limit else None
