"""What a device says of itself, made to fit where it is kept."""

from collections.abc import Iterable
from dataclasses import fields, replace

from pollers.domain.device import Identity, Interface
from pollers.domain.text import text_of

MAX_PORTS = 20_000
_NAME = 200
_TEXT = 512
_LONG_TEXT = 2048
_INT2, _INT4, _INT8 = 2**15, 2**31, 2**63
_UNKNOWN_TYPE = 1


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
