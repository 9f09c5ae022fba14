"""What was found at an address, and the device it may become."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from functions.devices.domain.device import DeviceType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from netpulse.networks import Network

# The bits of sysServices and the names makers give their boxes, in the order they are tried.
_WORDS: tuple[tuple[DeviceType, tuple[str, ...]], ...] = (
    (DeviceType.FIREWALL, ("fortigate", "firewall", "adaptive security", "srx", "pan-os")),
    (DeviceType.UPS, ("ups", "uninterruptible", "ap96", "symmetra")),
    (DeviceType.PDU, ("pdu", "power distribution", "transfer switch", "ap44")),
    (DeviceType.OLT, ("olt", "smartax", "zxa10", "ma5600", "ma5800")),
    (DeviceType.PRINTER, ("printer", "laserjet", "jetdirect")),
    (DeviceType.WIRELESS_CONTROLLER, ("wireless controller", "wlc", "mobility controller")),
    (DeviceType.RADIO, ("epmp", "mimosa", "airos", "airfiber", "rocket", "nanobeam", "backhaul")),
    (DeviceType.ACCESS_POINT, ("access point", "unifi ap", "aironet")),
    (DeviceType.STORAGE, ("synology", "qnap", "netapp", "storage")),
    (
        DeviceType.SWITCH,
        (
            "switch",
            "catalyst",
            "procurve",
            "nexus",
            "nx-os",
            "swos",
            "ex2",
            "ex3",
            "eos",
            "arista",
            "dcs-",
        ),
    ),
    (DeviceType.ROUTER, ("router", "ios", "junos", "vrp", "edgeos", "vyos")),
    (DeviceType.SERVER, ("linux", "windows", "freebsd", "esxi", "ubuntu", "debian")),
)


class ResultState(StrEnum):
    """What a result is to its organisation."""

    NEW = "new"
    KNOWN = "known"
    IGNORED = "ignored"


@dataclass(frozen=True)
class ScanRequest:
    """A scan as it is asked for, checked."""

    networks: Sequence[Network]
    credential_ids: Sequence[UUID]
    protocols: Sequence[str]
    packets_per_second: int
    snmp_port: int
    dry_run: bool
    addresses: int


@dataclass(frozen=True)
class ResultFilter:
    """Which results are wanted: any value of a filter will do, every filter must be met."""

    states: Sequence[ResultState] = ()
    snmp: bool | None = None
    search: str = ""


def guessed_type(*, sys_descr: str, model: str, os: str) -> DeviceType:
    """Return what kind of thing a device is likely to be by its own words."""
    words = f" {model} {os} {sys_descr} ".lower()
    for kind, tells in _WORDS:
        if any(_holds(words, tell) for tell in tells):
            return kind
    return DeviceType.OTHER


def _holds(words: str, tell: str) -> bool:
    """Return whether a word begins there: `ios` is not in `studios`, but `ups` is in `UPS-1`."""
    at = words.find(tell)
    while at >= 0:
        if not words[at - 1].isalnum():
            return True
        at = words.find(tell, at + 1)
    return False
