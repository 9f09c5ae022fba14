"""What ships with the poller as data: kinds of devices and MIBs, read once from their files."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pollers.domain.measure import Block
from pollers.domain.mib import blocks_of
from pollers.domain.profile import Profile, ordered, profile_of

FOLDER = Path(__file__).parent / "profiles"
ENTERPRISES = Path(__file__).parent / "enterprises.toml"
MIBS = Path(__file__).parent / "mibs"
_ENTERPRISE = re.compile(r"^1\.3\.6\.1\.4\.1\.(\d+)")
_ANYBODYS = frozenset({"", "8072", "2021"})
"""Enterprises whose agents stand in for others: net-snmp on some maker's Linux."""

_FAMILIES = (
    frozenset({"11", "14823", "25506", "47196", "232"}),  # HP, Aruba, 3Com, Compaq
    frozenset({"2011", "25506", "56813"}),  # Huawei, H3C
    frozenset({"41112", "10002", "4413"}),  # Ubiquiti and whose switches it builds on
    frozenset({"1588", "1991", "1916"}),  # Brocade, Foundry, Extreme
    frozenset({"674", "6027", "89"}),  # Dell, Force10, Radlan
    frozenset({"9", "14179", "89", "3955"}),  # Cisco, Airespace, its small business switches
    frozenset({"534", "705", "476"}),  # Eaton, MGE, Liebert
)
"""Makers that bought each other and kept the enterprise numbers."""


@cache
def profiles(folder: Path = FOLDER) -> tuple[Profile, ...]:
    """Return every profile in the order in which they are to be tried."""
    return ordered(profile_of(_read(path), path.stem) for path in sorted(folder.glob("*.toml")))


@cache
def mib_blocks(folder: Path = MIBS) -> tuple[Block, ...]:
    """Return the blocks of every MIB, vendors' first, those of the standard MIBs behind them."""
    blocks = [block for path in sorted(folder.glob("*.toml")) for block in blocks_of(_read(path))]
    return tuple(sorted(blocks, key=lambda block: enterprise_of(block.base) in _ANYBODYS))


def blocks_for(object_id: str) -> tuple[Block, ...]:
    """Return the blocks worth asking a device for, by the enterprise in its sysObjectID.

    A maker's MIBs are not looked for on another maker's device; an agent that says it is
    net-snmp, or nothing, may be anybody's.
    """
    own = enterprise_of(object_id)
    if own in _ANYBODYS:
        return mib_blocks()
    family = next((kin for kin in _FAMILIES if own in kin), frozenset({own}))
    return tuple(block for block in mib_blocks() if enterprise_of(block.base) in _ANYBODYS | family)


def enterprise_of(oid: str) -> str:
    """Return the enterprise number in an object identifier, empty when it has none."""
    found = _ENTERPRISE.match(oid)
    return found[1] if found else ""


@cache
def _vendors() -> dict[str, str]:
    return _read(ENTERPRISES)


def vendor_of(object_id: str) -> str:
    """Return who is behind a sysObjectID's enterprise number, empty when nobody we know is."""
    return _vendors().get(enterprise_of(object_id), "")


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
